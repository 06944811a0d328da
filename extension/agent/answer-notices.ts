// What a person should know about an answer that is whole for the model but not for them.
import type { RunEventBody } from '../../shared/events';
import { looksLikeToolCall } from '../providers/text-tool-calls';
import type { ModelTurn } from './model-turn';

type Notice = Extract<RunEventBody, { type: 'notice' }>;

export function answerNotices(turn: ModelTurn): RunEventBody[] {
  const { answer } = turn;
  if (answer === null) return [];
  const notices: Notice[] = [];
  if (answer.finish_reason === 'length') {
    notices.push(warning('answer_cut', 'The answer reached the model’s output limit and was cut off. Send "continue" to go on.'));
  }
  if (answer.finish_reason === 'content_filter') {
    notices.push(warning('answer_filtered', 'The model’s server held back the rest of this answer. Say it in other words, or choose another model.'));
  }
  if (answer.tool_calls.length === 0 && looksLikeToolCall(answer.text)) {
    notices.push(
      warning(
        'text_tool_call',
        'The model wrote a tool call as text, so nothing was run. Its server seems not to know how this model calls tools. Turn tool calling on there (vLLM: --enable-auto-tool-choice and --tool-call-parser; llama-server: --jinja), or choose another model.',
      ),
    );
  }
  return notices;
}

function warning(code: string, text: string): Notice {
  return { type: 'notice', level: 'warning', code, text };
}
