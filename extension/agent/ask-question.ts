// Lets a tool ask the person at the keyboard: the question is stored before it is shown, and so is the answer before
// the tool goes on.
import type { ToolCall } from '../../shared/events';
import type { AskUser } from '../tools/user-questions';
import type { RunPorts } from './ports';

export function askQuestion(ports: RunPorts, turnNumber: number, call: ToolCall): AskUser {
  return async (question, signal) => {
    const question_id = ports.newId();
    const asked = ports.nowMicros();
    // Open before anyone can see it, so that no answer comes too early.
    const answer = ports.askUser({ ...question, question_id }, signal);
    const { choices, multi_select } = question;
    ports.record({
      type: 'question:ask',
      question_id,
      turn_number: turnNumber,
      tool_call_id: call.tool_call_id,
      question: question.question,
      choices: [...choices],
      multi_select,
    });
    await ports.durable();
    const given = await answer;
    ports.record({
      type: 'question:answer',
      question_id,
      turn_number: turnNumber,
      outcome: given !== 'dismissed' ? 'answered' : signal.aborted ? 'stopped' : 'dismissed',
      chosen: given === 'dismissed' ? [] : [...given.chosen],
      text: given === 'dismissed' ? '' : given.text,
      waited_ms: (ports.nowMicros() - asked) / 1000,
    });
    return given;
  };
}
