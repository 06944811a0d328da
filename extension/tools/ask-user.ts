// ask_user: one question to the person at the keyboard.
import * as z from 'zod';
import { failure } from './tool-results';
import { defineTool } from './tool';

const choice = z.strictObject({ label: z.string().min(1).max(100), description: z.optional(z.string().max(500)) });

const input = z.strictObject({
  question: z.string().min(1).max(4000),
  choices: z.optional(z.array(choice).min(2).max(6)),
  multi_select: z.optional(z.boolean()),
});

const decideYourself = 'Decide by yourself what is most likely wanted and least hard to undo, and say in your answer what you assumed.';

export const askUserTool = defineTool({
  name: 'ask_user',
  description: 'Ask the user one question and wait, only where a wrong guess would cost much. choices: 2-6 to pick from; free text is always possible.',
  input,
  access: 'read',
  alone: true,
  subject: ({ question }) => question.replace(/\s+/g, ' ').slice(0, 200),
  async plan(wanted) {
    return { kind: 'ready', prepared: wanted };
  },
  async run({ question, choices = [], multi_select = false }, { ask, signal }) {
    const offered = choices.map(({ label, description }) => ({ label, description: description ?? '' }));
    const answer = ask === undefined ? 'unavailable' : await ask({ question, choices: offered, multi_select }, signal);
    if (signal.aborted) return failure({ code: 'stopped', message: 'Stopped before the question was answered.', next_step: 'Wait for the user.' });
    if (answer === 'unavailable') return failure({ code: 'unavailable', message: 'Nobody is there to answer.', next_step: decideYourself });
    if (answer === 'dismissed') {
      return failure({ code: 'dismissed', message: 'The user closed the question without an answer.', next_step: `Do not ask it again. ${decideYourself}` });
    }
    const chosen = answer.chosen.map((label) => JSON.stringify(label)).join(', ');
    const text = answer.text.trim();
    const lines = [chosen === '' ? '' : `The user chose ${chosen}.`, text === '' ? '' : `The user wrote: ${text}`];
    return {
      text: lines.filter((line) => line !== '').join('\n'),
      is_error: false,
      summary: answer.chosen.length > 0 ? answer.chosen.join(', ') : 'answered',
      details: { chosen: [...answer.chosen], text },
    };
  },
});
