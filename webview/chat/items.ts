// What a transcript is made of. Folded from stored events alone: fold-events.ts.
import type { SequencedEvent, RunError, RunOutcome, ApprovalSubject, ApprovalDecision, ApprovalOffer, UserChoice } from '../../shared/events';
import type { Json } from '../../shared/ids';
import type { TraceOutcome } from '../../shared/traces';
import type { Usage } from '../../shared/usage';
import type { State } from '../kit/components';
import type { AutoFixItem } from './auto-fix-item';
import { unknownSpending, type Spending } from './spending';

export type UserItem = {
  kind: 'user';
  id: string;
  text: string;
  /** What the model was told of the project beside it. */
  facts?: SentFacts;
  /** On its way to the host; never set by folding. */
  pending?: boolean;
};

/** `text` is exactly what was sent; the labels say in a few words what is in it. */
export type SentFacts = { text: string; labels: readonly string[] };

export type AssistantItem = {
  kind: 'assistant';
  id: string;
  turn_number: number;
  text: string;
  reasoning: string;
  reasoning_ms: number | null;
  /** Cut off by a stop or an error. */
  partial: boolean;
  /** Still being written; never set by folding. */
  growing?: boolean;
};

export type DecidedBy = Extract<SequencedEvent, { type: 'approval:decision' }>['decided_by'];

export type Approval = {
  approval_id: string;
  title: string;
  reason: string;
  subject: ApprovalSubject;
  offers: readonly ApprovalOffer[];
  decision: ApprovalDecision | null;
  decided_by: DecidedBy | null;
  /** Numbers of the changes that were left out. */
  rejected: readonly number[];
};

/** A question of the model's, and how it was answered. */
export type Question = {
  question_id: string;
  question: string;
  choices: readonly UserChoice[];
  multi_select: boolean;
  answer: { outcome: 'answered' | 'dismissed' | 'stopped'; chosen: readonly string[]; text: string } | null;
};

/** One tool call, from the question whether it may run to its result. */
export type ToolItem = {
  kind: 'tool';
  /** The tool call's own id: the approval comes before the trace. */
  id: string;
  trace_id: string | null;
  turn_number: number;
  tool_name: string;
  subject: string;
  input: Json;
  output: Json;
  outcome: TraceOutcome | null;
  error: string | null;
  started_at: number | null;
  latency_ms: number | null;
  tokens_used: number | null;
  cache_tokens: number | null;
  approval: Approval | null;
  question: Question | null;
};

export type NoticeItem = { kind: 'notice'; id: string; level: 'info' | 'warning' | 'error'; code: string; text: string };

/** Part of the conversation is no longer sent to the model as it was; all of it is still here. */
export type RoomItem = {
  kind: 'room';
  id: string;
  /** `results`: how many tool results are left out; `summary`: what stands in the place of what came before. */
  made: { by: 'pruning'; results: number } | { by: 'summary'; summary: string };
  tokens_before: number;
  tokens_after: number;
  /** What the model was told of the project beside the summary. */
  facts?: SentFacts;
};

export type RunEndItem = {
  kind: 'run_end';
  id: string;
  outcome: RunOutcome;
  error: RunError | null;
  usage: Usage | null;
  turns: number;
  tool_calls: number;
  /** Null when the start of the run was not among the events. */
  duration_ms: number | null;
};

export type Item = UserItem | AssistantItem | ToolItem | AutoFixItem | NoticeItem | RoomItem | RunEndItem;

export type QueuedMessage = { message_id: string; text: string };

export type LastCall = { usage: Usage | null; model: string };

export type Transcript = {
  first_seq: number;
  /** The newest event folded in; 0 before the first. */
  last_seq: number;
  events: readonly SequencedEvent[];
  items: readonly Item[];
  queue: readonly QueuedMessage[];
  run: { run_id: string; started_at: number; tool_calls: number } | null;
  last_call: LastCall | null;
  /** When the model was asked for what it has not answered yet; microseconds since the epoch. */
  asked_at: number | null;
  spending: Spending;
};

export function emptyTranscript(firstSeq = 1): Transcript {
  const nothing = { events: [], items: [], queue: [], run: null, last_call: null, asked_at: null, spending: unknownSpending };
  return { first_seq: firstSeq, last_seq: firstSeq - 1, ...nothing };
}

export function toolState(item: ToolItem): State {
  if (item.outcome !== null) return item.outcome;
  if (item.question !== null && item.question.answer === null) return 'asking';
  switch (item.approval?.decision) {
    case null:
      return 'asking';
    case 'deny':
      return 'denied';
    case 'cancelled':
      return 'cancelled';
    default:
      return 'running';
  }
}
