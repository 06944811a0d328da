// A chat written event by event with times of the test's choice, so that what is found out of it is known beforehand.
import type { AgentParent, RunError, RunEventBody, RunOutcome } from '../../../shared/events';
import type { Json } from '../../../shared/ids';
import { nothingSpent } from '../../../shared/spent-math';
import type { Store } from '../../../extension/store/store';
import { EventBus } from '../../../extension/trace/event-bus';
import { ChatLog } from '../../../extension/trace/recorder';
import { Redactor } from '../../../extension/trace/redaction';
import { uuid } from '../event-samples';

type Body<T extends RunEventBody['type']> = Extract<RunEventBody, { type: T }>;

export const beginning = 1_795_000_000_000_000;

export type WrittenCall = {
  ms?: number;
  outcome?: Body<'tool_trace:complete'>['outcome'] | 'running';
  error?: string;
  text?: string;
  input?: Json;
  output?: Json;
  /** Whether the next thing begins when this one begins. */
  beside?: boolean;
  callId?: string;
};

export class WrittenChat {
  readonly id: string;
  readonly #log: ChatLog;
  #now = 0;
  #ids: number;
  #turn = 0;
  #turnFrom = 0;
  #calls = 0;
  #llmCall: string;
  #isInTurn = false;
  #run = '';

  /** `n`: from 1, another for each chat of a test; it makes the ids. */
  constructor(store: Store, n = 1, title = 'Fix it') {
    this.id = uuid(n * 1_000_000);
    this.#ids = n * 1_000_000 + 1;
    this.#llmCall = this.#id();
    const bus = new EventBus((error) => {
      throw error;
    });
    const chat = { chat_id: this.id, session_id: this.#id(), title, status: 'new' as const, turns: 0, created_at: beginning, updated_at: beginning, spent: nothingSpent };
    this.#log = new ChatLog({ store, bus, redactor: new Redactor(), nowMicros: () => this.at }, chat, 0);
  }

  /** Now, in microseconds. */
  get at(): number {
    return beginning + this.#now * 1000;
  }

  get runId(): string {
    return this.#run;
  }

  pass(ms: number): this {
    this.#now += ms;
    return this;
  }

  record(...bodies: RunEventBody[]): this {
    this.#log.append(...bodies);
    return this;
  }

  run(parent?: AgentParent): this {
    this.#run = this.#id();
    return this.record({ type: 'run:start', run_id: this.#run, provider: 'deepseek', model: 'deepseek-flash', scripted: false, ...(parent && { parent }) });
  }

  turn(): this {
    this.#turn++;
    this.#isInTurn = true;
    this.#calls = 0;
    this.#turnFrom = this.#now;
    this.#llmCall = this.#id();
    return this.record({ type: 'turn:start', turn_number: this.#turn, llm_call_id: this.#llmCall });
  }

  /** Takes 1 s, half of it until the first token, unless told. */
  model(part: Partial<Body<'llm_call:complete'>> = {}): this {
    const duration_ms = part.duration_ms ?? 1_000;
    const started_at = this.at;
    this.pass(duration_ms);
    return this.record({
      ...{ type: 'llm_call:complete', llm_call_id: this.#llmCall, turn_number: this.#place, provider: 'deepseek', model: 'deepseek-flash', started_at },
      ...{ first_token_ms: duration_ms / 2, duration_ms, finish_reason: 'stop', usage: { input: 100, cache_read: 0, cache_write: 0, output: 10, reasoning: 0 }, raw_usage: null, error: null },
      ...part,
    });
  }

  /** Returns the id of its trace. */
  call(tool_name: string, subject: string, call: WrittenCall = {}): string {
    const { ms = 10, outcome = call.error === undefined ? 'success' : 'error', error = null, text = 'fine' } = call;
    const trace_id = this.#id();
    const tool_call_id = call.callId ?? `call_${++this.#calls}`;
    const place = { trace_id, turn_number: this.#place, tool_call_id, tool_name };
    const started = this.at;
    this.record({ type: 'tool_trace:start', ...place, llm_call_id: this.#llmCall, subject, input: call.input ?? { path: subject }, started_at: started });
    if (call.beside !== true) this.pass(ms);
    if (outcome !== 'running') {
      this.record({
        ...{ type: 'tool_trace:complete', ...place, output: call.output ?? { text: error ?? text, summary: '' }, outcome, error, finished_at: started + ms * 1000, latency_ms: ms },
        ...{ tokens_used: null, cache_tokens: null, reasoning_tokens: null },
      });
    }
    return trace_id;
  }

  /** Asked about the call that is made next; `decision` null: it is still open. */
  asks(title: string, ms: number, decision: Body<'approval:decision'>['decision'] | null = 'allow', decided_by: Body<'approval:decision'>['decided_by'] = 'user'): this {
    const approval_id = this.#id();
    const turn_number = this.#turn;
    this.record({
      ...{ type: 'approval:request', approval_id, turn_number, tool_call_id: `call_${this.#calls + 1}`, tool_name: 'run_command', title, reason: '' },
      subject: { kind: 'command', argv: ['npm', 'test'], cwd: '.' },
    });
    if (decision === null) return this;
    return this.pass(ms).record({ type: 'approval:decision', approval_id, turn_number, decision, decided_by, waited_ms: ms });
  }

  /** What comes before a turn is of the next one. */
  get #place(): number {
    return this.#isInTurn ? this.#turn : this.#turn + 1;
  }

  endTurn(): this {
    this.#isInTurn = false;
    return this.record({ type: 'turn:end', turn_number: this.#turn, duration_ms: this.#now - this.#turnFrom, tool_calls: this.#calls });
  }

  endRun(outcome: RunOutcome = 'done', error: RunError | null = null): this {
    return this.record({ type: 'run:end', run_id: this.#run, outcome, turns: this.#turn, usage: null, error });
  }

  #id(): string {
    return uuid(this.#ids++);
  }

  /** An agent that the given call of this chat started. */
  parentOf(trace_id: string | null, label: string): AgentParent {
    return { chat_id: this.id, trace_id, kind: trace_id === null ? 'workflow_agent' : 'subagent', label };
  }

  stored(): Promise<void> {
    return this.#log.durable();
  }
}
