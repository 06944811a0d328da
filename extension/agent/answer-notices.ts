// What a person should know about an answer that is whole for the model but not for them.
import type { RunEventBody } from '../../shared/events';
import type { ModelTurn } from './model-turn';

export function answerNotices(turn: ModelTurn): RunEventBody[] {
  if (turn.answer?.finish_reason !== 'length') return [];
  return [{ type: 'notice', level: 'warning', code: 'answer_cut', text: 'The answer reached the model’s output limit and was cut off. Send "continue" to go on.' }];
}
