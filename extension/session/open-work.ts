// Folds a chat's events into what is still open at their end, and into the events that close it. A run whose
// process died leaves tools without an end, questions without an answer and no run:end; nothing of it is run again.
import type { Spent } from '../../shared/budgets';
import type { RunError, RunEventBody, SequencedEvent } from '../../shared/events';
import { addSpent, costOfCall, nothingSpent, spentByCall } from '../../shared/spent-math';

type Running = Extract<SequencedEvent, { type: 'tool_trace:start' }>;
type Call = Pick<Extract<SequencedEvent, { type: 'turn:start' }>, 'llm_call_id' | 'turn_number' | 'at'> & { provider: string; model: string };
type Asked = Extract<SequencedEvent, { type: 'approval:request' }>;
type Question = Extract<SequencedEvent, { type: 'question:ask' }>;
type CheckStarted = Extract<SequencedEvent, { type: 'auto_fix:start' }>;
type Queued = { message_id: string; text: string };

export const interruptedText =
  'This tool call was interrupted when BooCode stopped, and its outcome is unknown: it may or may not have taken effect. Check before doing it again.';

const interrupted: RunError = {
  code: 'interrupted',
  message: 'BooCode stopped while this run was going on.',
  next_step: 'Everything up to that moment is kept. Send a message to go on.',
};

export class OpenWork {
  #runId: string | null = null;
  #model = { provider: '', model: '' };
  #call: Call | null = null;
  #turns = 0;
  #lastTurn = 0;
  readonly #tools = new Map<string, Running>();
  readonly #approvals = new Map<string, Asked>();
  readonly #questions = new Map<string, Question>();
  readonly #checks = new Map<string, CheckStarted>();
  readonly #queue = new Map<string, Queued>();
  #spent: Spent = nothingSpent;

  apply(event: SequencedEvent): void {
    switch (event.type) {
      case 'run:start':
        this.#runId = event.run_id;
        this.#turns = 0;
        this.#model = { provider: event.provider, model: event.model };
        return;
      case 'run:end':
        this.#runId = null;
        this.#call = null;
        return;
      case 'turn:start':
        this.#turns++;
        this.#call = { llm_call_id: event.llm_call_id, turn_number: event.turn_number, at: event.at, ...this.#model };
        this.#lastTurn = Math.max(this.#lastTurn, event.turn_number);
        return;
      case 'tool_trace:start':
        this.#tools.set(event.trace_id, event);
        return;
      case 'tool_trace:complete':
        this.#tools.delete(event.trace_id);
        return;
      case 'approval:request':
        this.#approvals.set(event.approval_id, event);
        return;
      case 'approval:decision':
        this.#approvals.delete(event.approval_id);
        return;
      case 'question:ask':
        this.#questions.set(event.question_id, event);
        return;
      case 'question:answer':
        this.#questions.delete(event.question_id);
        return;
      case 'auto_fix:start':
        this.#checks.set(event.check_id, event);
        return;
      case 'auto_fix:complete':
        this.#checks.delete(event.check_id);
        return;
      case 'message:queued':
        this.#queue.set(event.message_id, { message_id: event.message_id, text: event.text });
        return;
      case 'message:unqueued':
        this.#queue.delete(event.message_id);
        return;
      case 'message:user':
        this.#queue.delete(event.message_id);
        this.#spent = nothingSpent;
        return;
      case 'llm_call:complete':
        if (event.llm_call_id === this.#call?.llm_call_id) this.#call = null;
        this.#spent = addSpent(this.#spent, spentByCall(costOfCall(event)));
        return;
      default:
        return;
    }
  }

  /** The highest turn number so far; 0 in a new chat. */
  get lastTurn(): number {
    return this.#lastTurn;
  }

  get runIsOpen(): boolean {
    return this.#runId !== null;
  }

  /** What the model calls since the newest message came to. */
  get spentSinceMessage(): Spent {
    return this.#spent;
  }

  get queued(): readonly Queued[] {
    return [...this.#queue.values()];
  }

  /**
   * What to record before anything new happens in the chat; empty when nothing was cut off. `failure`: why it was.
   * `inputTokens`: what a model call that was cut off is taken to have used.
   */
  closingEvents(nowMicros: number, inputTokens: number, failure: RunError | null = null): RunEventBody[] {
    if (this.#runId === null) return [];
    const error = failure ?? interrupted;
    const outcome = failure === null ? 'interrupted' : 'failed';
    return [...this.leftOpen(nowMicros, inputTokens, error), { type: 'run:end', run_id: this.#runId, outcome, turns: this.#turns, usage: null, error }];
  }

  /** The same without the run's own end; `error`: why nothing more comes of what is open. */
  leftOpen(nowMicros: number, inputTokens: number, error: RunError): RunEventBody[] {
    const events: RunEventBody[] = [];
    if (this.#call !== null) {
      const { at, ...call } = this.#call;
      events.push({
        ...{ type: 'llm_call:complete', ...call, started_at: at, first_token_ms: null, duration_ms: (nowMicros - at) / 1000, finish_reason: null },
        ...{ usage: null, raw_usage: null, error, cost_usd: null, estimated_tokens: inputTokens },
      });
    }
    for (const { approval_id, turn_number, at } of this.#approvals.values()) {
      events.push({ type: 'approval:decision', approval_id, turn_number, decision: 'cancelled', decided_by: 'stop', waited_ms: (nowMicros - at) / 1000 });
    }
    for (const { question_id, turn_number, at } of this.#questions.values()) {
      events.push({ type: 'question:answer', question_id, turn_number, outcome: 'stopped', chosen: [], text: '', waited_ms: (nowMicros - at) / 1000 });
    }
    for (const { check_id, at } of this.#checks.values()) {
      events.push({
        ...{ type: 'auto_fix:complete', check_id, result: 'stopped', exit_code: null, duration_ms: (nowMicros - at) / 1000 },
        ...{ problems: [], more: 0, old: 0, unclear: 0, full_output: null, text: 'BooCode stopped before this check ended.' },
      });
    }
    for (const tool of this.#tools.values()) {
      events.push({
        type: 'tool_trace:complete',
        trace_id: tool.trace_id,
        turn_number: tool.turn_number,
        tool_call_id: tool.tool_call_id,
        tool_name: tool.tool_name,
        output: { text: interruptedText, summary: 'interrupted' },
        outcome: 'interrupted',
        error: interruptedText,
        finished_at: nowMicros,
        latency_ms: (nowMicros - tool.started_at) / 1000,
        tokens_used: null,
        cache_tokens: null,
        reasoning_tokens: null,
      });
    }
    return events;
  }
}
