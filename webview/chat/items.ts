// What a transcript is made of, folded from stored events alone: the same events give the same items, whether they
// came one by one, in batches, twice, or after a reload.
import type { SequencedEvent, RunError, RunOutcome, ApprovalSubject, ApprovalDecision, ApprovalOffer, UserChoice } from '../../shared/events';
import type { Json } from '../../shared/ids';
import type { TraceOutcome } from '../../shared/traces';
import type { Usage } from '../../shared/usage';
import type { State } from '../kit/components';

export type UserItem = {
  kind: 'user';
  id: string;
  text: string;
  /** On its way to the host; never set by folding. */
  pending?: boolean;
};

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

export type Approval = {
  approval_id: string;
  title: string;
  reason: string;
  subject: ApprovalSubject;
  decision: ApprovalDecision | null;
  offers: readonly ApprovalOffer[];
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

export type Item = UserItem | AssistantItem | ToolItem | NoticeItem | RunEndItem;

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
};

export function emptyTranscript(firstSeq = 1): Transcript {
  return { first_seq: firstSeq, last_seq: firstSeq - 1, events: [], items: [], queue: [], run: null, last_call: null };
}

/** Adds events in order; those already folded in are skipped. Items that do not change stay the same objects. */
export function foldEvents(transcript: Transcript, events: readonly SequencedEvent[]): Transcript {
  const fresh = events.filter((event) => event.seq > transcript.last_seq);
  const last = fresh.at(-1);
  if (!last) return transcript;
  const next = new Folding(transcript, fresh.length);
  for (const event of fresh) next.add(event);
  return { ...next.result(), events: [...transcript.events, ...fresh], last_seq: last.seq };
}

/** Puts older events before the ones there are. Everything is folded anew, so nothing depends on where a page began. */
export function prependEvents(transcript: Transcript, older: readonly SequencedEvent[]): Transcript {
  const before = older.filter((event) => event.seq < transcript.first_seq);
  const first = before[0];
  if (!first) return transcript;
  return foldEvents(emptyTranscript(first.seq), [...before, ...transcript.events]);
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

/** From here on an index of the calls costs less than looking for each. */
const manyEvents = 64;

/** One pass over new events; copies what it changes, once. */
class Folding {
  readonly #transcript: Transcript;
  readonly #items: Item[];
  /** Tool call id to its place in the items; only in a pass over many events. */
  readonly #calls: Map<string, number> | null;
  #queue: readonly QueuedMessage[];
  #run: Transcript['run'];
  #lastCall: LastCall | null;

  constructor(transcript: Transcript, eventCount: number) {
    this.#transcript = transcript;
    this.#items = [...transcript.items];
    this.#calls = eventCount < manyEvents ? null : new Map(this.#items.map((item, index) => [item.id, index]));
    this.#queue = transcript.queue;
    this.#run = transcript.run;
    this.#lastCall = transcript.last_call;
  }

  result(): Transcript {
    return { ...this.#transcript, items: this.#items, queue: this.#queue, run: this.#run, last_call: this.#lastCall };
  }

  add(event: SequencedEvent): void {
    switch (event.type) {
      case 'run:start':
        this.#run = { run_id: event.run_id, started_at: event.at, tool_calls: 0 };
        break;
      case 'message:queued':
        this.#queue = [...this.#queue, { message_id: event.message_id, text: event.text }];
        break;
      case 'message:unqueued':
        this.#unqueue(event.message_id);
        break;
      case 'message:user':
        this.#unqueue(event.message_id);
        this.#items.push({ kind: 'user', id: event.message_id, text: event.text });
        break;
      case 'message:assistant':
        this.#addAssistant(event);
        break;
      case 'llm_call:complete':
        if (event.usage !== null) this.#lastCall = { usage: event.usage, model: event.model };
        break;
      case 'approval:request':
      case 'approval:decision':
        this.#addApproval(event);
        break;
      case 'question:ask':
      case 'question:answer':
        this.#addQuestion(event);
        break;
      case 'tool_trace:start':
      case 'tool_trace:complete':
        this.#addTrace(event);
        break;
      case 'notice':
        this.#items.push({ kind: 'notice', id: `notice-${event.seq}`, level: event.level, code: event.code, text: event.text });
        break;
      case 'run:end':
        this.#endRun(event);
        break;
      case 'turn:start':
      case 'turn:end':
        break;
      default:
        event satisfies never;
    }
  }

  #unqueue(messageId: string): void {
    this.#queue = this.#queue.filter((message) => message.message_id !== messageId);
  }

  #addAssistant(event: Extract<SequencedEvent, { type: 'message:assistant' }>): void {
    if (event.text.trim() === '' && event.reasoning.trim() === '') return;
    const { message_id, turn_number, text, reasoning, reasoning_ms, partial } = event;
    this.#items.push({ kind: 'assistant', id: message_id, turn_number, text, reasoning, reasoning_ms, partial });
  }

  #addApproval(event: Extract<SequencedEvent, { type: 'approval:request' | 'approval:decision' }>): void {
    if (event.type === 'approval:request') {
      const { approval_id, title, reason, subject, offers = [], tool_name, turn_number, tool_call_id } = event;
      this.#upsertTool({ tool_call_id, tool_name, turn_number }, { approval: { approval_id, title, reason, subject, offers, decision: null } });
      return;
    }
    const at = this.#items.findLastIndex((item) => item.kind === 'tool' && item.approval?.approval_id === event.approval_id);
    const item = this.#items[at];
    if (item?.kind !== 'tool' || item.approval === null) return;
    this.#items[at] = { ...item, approval: { ...item.approval, decision: event.decision } };
  }

  /** The call that asks is running, so its row is there. */
  #addQuestion(event: Extract<SequencedEvent, { type: 'question:ask' | 'question:answer' }>): void {
    const asks = (item: Item): boolean =>
      item.kind === 'tool' && (event.type === 'question:ask' ? item.id === event.tool_call_id : item.question?.question_id === event.question_id);
    const at = this.#items.findLastIndex(asks);
    const item = this.#items[at];
    if (item?.kind !== 'tool') return;
    if (event.type === 'question:ask') {
      const { question_id, question, choices, multi_select } = event;
      this.#items[at] = { ...item, question: { question_id, question, choices, multi_select, answer: null } };
    } else if (item.question !== null) {
      const { outcome, chosen, text } = event;
      this.#items[at] = { ...item, question: { ...item.question, answer: { outcome, chosen, text } } };
    }
  }

  #addTrace(event: Extract<SequencedEvent, { type: 'tool_trace:start' | 'tool_trace:complete' }>): void {
    if (event.type === 'tool_trace:start') {
      if (this.#run) this.#run = { ...this.#run, tool_calls: this.#run.tool_calls + 1 };
      const { trace_id, subject, input, started_at } = event;
      this.#upsertTool(event, { trace_id, subject, input, started_at });
      return;
    }
    const { trace_id, output, outcome, error, latency_ms, tokens_used, cache_tokens } = event;
    this.#upsertTool(event, { trace_id, output, outcome, error, latency_ms, tokens_used, cache_tokens });
  }

  #upsertTool(call: { tool_call_id: string; tool_name: string; turn_number: number }, change: Partial<ToolItem>): void {
    const at = this.#calls ? this.#calls.get(call.tool_call_id) : this.#items.findLastIndex((candidate) => candidate.kind === 'tool' && candidate.id === call.tool_call_id);
    const item = at === undefined ? undefined : this.#items[at];
    if (at !== undefined && item?.kind === 'tool') {
      this.#items[at] = { ...item, ...change };
      return;
    }
    this.#calls?.set(call.tool_call_id, this.#items.length);
    const { tool_call_id: id, tool_name, turn_number } = call;
    this.#items.push({
      ...{ kind: 'tool', id, tool_name, turn_number, trace_id: null, subject: '', input: null, output: null, outcome: null },
      ...{ error: null, started_at: null, latency_ms: null, tokens_used: null, cache_tokens: null, approval: null, question: null },
      ...change,
    });
  }

  #endRun(event: Extract<SequencedEvent, { type: 'run:end' }>): void {
    const { run_id, outcome, error, usage, turns } = event;
    const run = this.#run?.run_id === run_id ? this.#run : null;
    this.#items.push({
      ...{ kind: 'run_end', id: run_id, outcome, error, usage, turns },
      tool_calls: run?.tool_calls ?? 0,
      duration_ms: run === null ? null : (event.at - run.started_at) / 1000,
    });
    this.#run = null;
  }
}
