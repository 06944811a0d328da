// The pieces that exports of traces are written from, and what they are read with. Types only.
import type { AgentParent } from '../../../shared/events';
import type { Run, TraceRow, Turn } from '../../../shared/trace-parts';
import type { ToolTrace } from '../../../shared/traces';
import type { Store } from '../../store/store';
import type { ChatWithSpent } from '../../store/tables/chats';
import type { Redactor, RedactionTally } from '../redaction';

export type ExportSource = {
  store: Store;
  redactor: Redactor;
  tally: RedactionTally;
  /** Whether inputs and outputs come along, and every other text. */
  content: boolean;
  signal: AbortSignal;
  /** Is told of each piece as it goes out. */
  onItem?(item: TraceItem): void;
};

/** A turn comes before its calls, a run before its turns, an agent before its runs. */
export type TraceItem =
  /** The chat that was asked for, then those that it started. `parent` null: a person's own. */
  | { type: 'agent'; chat: ChatWithSpent; parent: AgentParent | null }
  | { type: 'run'; run: Run }
  | { type: 'turn'; turn: Turn }
  | { type: 'tool_call'; call: TraceRow | ToolTrace };
