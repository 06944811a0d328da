// Stored events to the items of a transcript: the same events give the same items, whether they came one by one, in
// batches, twice, or after a reload.
import type { SequencedEvent } from '../../shared/events';
import { closeLoop, newLoop, withEvent } from './auto-fix-item';
import { emptyTranscript, type Item, type LastCall, type QueuedMessage, type RoomItem, type ToolItem, type Transcript } from './items';
import { withSpending, type Spending } from './spending';

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

/** From here on an index of the calls costs less than looking for each. */
const manyEvents = 64;

/** The name under which checks stand among the tool calls. */
const autoFixTool = 'auto_fix';

/** One pass over new events; copies what it changes, once. */
class Folding {
  readonly #transcript: Transcript;
  readonly #items: Item[];
  /** Tool call id to its place in the items; only in a pass over many events. */
  readonly #calls: Map<string, number> | null;
  #queue: readonly QueuedMessage[];
  #run: Transcript['run'];
  #lastCall: LastCall | null;
  #askedAt: number | null;
  #spending: Spending;

  constructor(transcript: Transcript, eventCount: number) {
    this.#transcript = transcript;
    this.#items = [...transcript.items];
    this.#calls = eventCount < manyEvents ? null : new Map(this.#items.map((item, index) => [item.id, index]));
    this.#queue = transcript.queue;
    this.#run = transcript.run;
    this.#lastCall = transcript.last_call;
    this.#askedAt = transcript.asked_at;
    this.#spending = transcript.spending;
  }

  result(): Transcript {
    const now = { items: this.#items, queue: this.#queue, run: this.#run, last_call: this.#lastCall, asked_at: this.#askedAt, spending: this.#spending };
    return { ...this.#transcript, ...now };
  }

  add(event: SequencedEvent): void {
    this.#spending = withSpending(this.#spending, event);
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
        this.#askedAt = null;
        if (event.usage !== null && event.purpose === undefined) this.#lastCall = { usage: event.usage, model: event.model };
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
      case 'auto_fix:start':
      case 'auto_fix:complete':
      case 'auto_fix:step':
        this.#addAutoFix(event);
        break;
      case 'notice':
        this.#items.push({ kind: 'notice', id: `notice-${event.seq}`, level: event.level, code: event.code, text: event.text });
        break;
      case 'run:end':
        this.#endRun(event);
        break;
      case 'context:facts':
        this.#addFacts(event);
        break;
      case 'context:pruned':
      case 'context:compacted':
        this.#items.push(roomItem(event));
        break;
      case 'turn:start':
        this.#askedAt = event.at;
        break;
      case 'turn:end':
        this.#askedAt = null;
        break;
      default:
        event satisfies never;
    }
  }

  #unqueue(messageId: string): void {
    this.#queue = this.#queue.filter((message) => message.message_id !== messageId);
  }

  /** They are told beside a message, or anew beside a summary in the place of those. */
  #addFacts({ text, facts }: Extract<SequencedEvent, { type: 'context:facts' }>): void {
    const at = this.#items.findLastIndex((item) => item.kind === 'user' || (item.kind === 'room' && item.made.by === 'summary'));
    const item = this.#items[at];
    if (item?.kind === 'user' || item?.kind === 'room') this.#items[at] = { ...item, facts: { text, labels: facts.map(({ label }) => label) } };
  }

  #addAssistant(event: Extract<SequencedEvent, { type: 'message:assistant' }>): void {
    if (event.text.trim() === '' && event.reasoning.trim() === '') return;
    const { message_id, turn_number, text, reasoning, reasoning_ms, partial } = event;
    this.#items.push({ kind: 'assistant', id: message_id, turn_number, text, reasoning, reasoning_ms, partial });
  }

  #addApproval(event: Extract<SequencedEvent, { type: 'approval:request' | 'approval:decision' }>): void {
    if (event.type === 'approval:request') {
      const { approval_id, title, reason, subject, offers = [], tool_name, turn_number, tool_call_id } = event;
      this.#upsertTool({ tool_call_id, tool_name, turn_number }, { approval: { approval_id, title, reason, subject, offers, decision: null, decided_by: null, rejected: [] } });
      return;
    }
    const at = this.#items.findLastIndex((item) => item.kind === 'tool' && item.approval?.approval_id === event.approval_id);
    const item = this.#items[at];
    if (item?.kind !== 'tool' || item.approval === null) return;
    const { decision, decided_by, rejected_hunks: rejected = [] } = event;
    this.#items[at] = { ...item, approval: { ...item.approval, decision, decided_by, rejected } };
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

  /** One item a loop, at the place of its newest round; what is left of a loop whose run ended is not gone on with. */
  #addAutoFix(event: Extract<SequencedEvent, { type: 'auto_fix:start' | 'auto_fix:complete' | 'auto_fix:step' }>): void {
    const at = this.#items.findLastIndex((item) => item.kind === 'auto_fix' && !item.over);
    const item = this.#items[at];
    const loop = item?.kind === 'auto_fix' ? item : newLoop(`auto-fix-${event.seq}`);
    const next = withEvent(loop, event, event.at);
    if (item !== undefined && event.type !== 'auto_fix:start') {
      this.#items[at] = next;
      return;
    }
    if (item !== undefined) this.#remove(at);
    this.#items.push(next);
  }

  #remove(at: number): void {
    this.#items.splice(at, 1);
    if (this.#calls === null) return;
    this.#calls.clear();
    for (const [index, { id }] of this.#items.entries()) this.#calls.set(id, index);
  }

  #addTrace(event: Extract<SequencedEvent, { type: 'tool_trace:start' | 'tool_trace:complete' }>): void {
    if (event.type === 'tool_trace:start' && this.#run) this.#run = { ...this.#run, tool_calls: this.#run.tool_calls + 1 };
    if (event.tool_name === autoFixTool) {
      // The loop's own item shows the check; of its row here only the question was needed.
      const asked = this.#items.findLastIndex((item) => item.id === event.tool_call_id);
      if (asked >= 0) this.#remove(asked);
      return;
    }
    if (event.type === 'tool_trace:start') {
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
    const open = this.#items.findLastIndex((item) => item.kind === 'auto_fix');
    const loop = this.#items[open];
    if (loop?.kind === 'auto_fix') this.#items[open] = closeLoop(loop);
    this.#items.push({
      ...{ kind: 'run_end', id: run_id, outcome, error, usage, turns },
      tool_calls: run?.tool_calls ?? 0,
      duration_ms: run === null ? null : (event.at - run.started_at) / 1000,
    });
    this.#run = null;
    this.#askedAt = null;
  }
}

function roomItem(event: Extract<SequencedEvent, { type: 'context:pruned' | 'context:compacted' }>): RoomItem {
  const { tokens_before, tokens_after } = event;
  const made: RoomItem['made'] =
    event.type === 'context:pruned' ? { by: 'pruning', results: event.tool_call_ids.length } : { by: 'summary', summary: event.text };
  return { kind: 'room', id: `room-${event.seq}`, made, tokens_before, tokens_after };
}
