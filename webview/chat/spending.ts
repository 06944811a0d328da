// What the newest turn and run used and cost, and how full the context is: folded from stored events alone.
import type { Spent } from '../../shared/budgets';
import type { SequencedEvent } from '../../shared/events';
import { addSpent, costOfCall, nothingSpent, spentByCall } from '../../shared/spent-math';

export type Spending = {
  turn_number: number;
  /** Null while the beginning is not among the events: then it is not known. */
  turn: Spent | null;
  /** Since the newest message, interruptions included. */
  run: Spent | null;
  /** What the conversation takes of the model's context. */
  context: { tokens: number; is_estimate: boolean } | null;
};

export const unknownSpending: Spending = { turn_number: 0, turn: null, run: null, context: null };

export function withSpending(spending: Spending, event: SequencedEvent): Spending {
  switch (event.type) {
    case 'message:user':
      return { ...spending, run: nothingSpent };
    case 'run:start':
      return { ...spending, turn: nothingSpent };
    case 'turn:start':
      return event.turn_number === spending.turn_number ? spending : { ...spending, turn_number: event.turn_number, turn: nothingSpent };
    case 'context:pruned':
    case 'context:compacted':
      return { ...spending, context: { tokens: event.tokens_after, is_estimate: true } };
    case 'llm_call:complete':
      return withCall(spending, event);
    default:
      return spending;
  }
}

/** A summary that is made before a turn belongs to it. */
function withCall(spending: Spending, event: Extract<SequencedEvent, { type: 'llm_call:complete' }>): Spending {
  const { turn_number, purpose } = event;
  const cost = costOfCall(event);
  const call = spentByCall(cost);
  const run = spending.run && addSpent(spending.run, call);
  const before = turn_number === spending.turn_number ? spending.turn : run && nothingSpent;
  // A call that was never answered says nothing of the conversation.
  const isKnown = purpose === undefined && cost.tokens > 0;
  const context = isKnown ? { tokens: cost.tokens, is_estimate: cost.is_estimate } : spending.context;
  return { turn_number, turn: before && addSpent(before, call), run, context };
}
