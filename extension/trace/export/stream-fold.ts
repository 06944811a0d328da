// Makes spans of events as they happen: each leaves as soon as what it tells of is over. What happened before this process
// looked on is read from the store, so that the spans are those that an export would write.
import type { SequencedEvent } from '../../../shared/events';
import type { Run, TraceRow, Turn, Wait } from '../../../shared/trace-parts';
import type { ToolTrace } from '../../../shared/traces';
import type { Store } from '../../store/store';
import type { Redactor } from '../redaction';
import { readRows, readRuns, readTurns, turnsOfRun } from '../trace-reads';
import { runsOf, turnsOf } from '../turn-parts';
import { modelCallSpan, runSpan, toolCallSpan, turnSpan, waitSpan, type SpanAgent } from './otel-mapping';
import { agentPlace, ownPlace } from './run-place';
import type { TraceSpan } from './trace-span';

type Of<T extends SequencedEvent['type']> = Extract<SequencedEvent, { type: T }>;
type OpenTurn = { events: SequencedEvent[]; calls: Pick<TraceRow, 'started_at' | 'latency_ms'>[]; isWhole: boolean };
type OpenRun = {
  agent: SpanAgent;
  /** Null when its beginning is not stored. */
  run: Run | null;
  start: Of<'run:start'> | null;
  turns: Map<number, OpenTurn>;
  calls: Map<string, Of<'tool_trace:start'>>;
};

const wanted: ReadonlySet<string> = new Set<SequencedEvent['type']>([
  ...(['run:start', 'run:end', 'turn:start', 'turn:end', 'llm_call:complete', 'tool_trace:start', 'tool_trace:complete'] as const),
  ...(['approval:request', 'approval:decision', 'question:ask', 'question:answer'] as const),
]);

/** Whether spans are made of it. */
export function isTraced(event: SequencedEvent): boolean {
  return wanted.has(event.type);
}

export class StreamFold {
  readonly #store: Store;
  readonly #redactor: Redactor;
  readonly #content: boolean;
  /** By chat; of those whose run goes on. */
  readonly #runs = new Map<string, OpenRun>();

  constructor(store: Store, redactor: Redactor, content: boolean) {
    this.#store = store;
    this.#redactor = redactor;
    this.#content = content;
  }

  /** To be called for one event after the other. Rejects with a StoreError. */
  async take(event: SequencedEvent): Promise<TraceSpan[]> {
    if (event.type === 'run:start') this.#runs.delete(event.chat_id);
    const open = this.#runs.get(event.chat_id) ?? (await this.#open(event));
    this.#runs.set(event.chat_id, open);
    const spans = await this.#spans(event, open);
    if (event.type === 'run:end') this.#runs.delete(event.chat_id);
    return spans.map((span) => this.#redactor.value(span));
  }

  /** Of a chat whose run is over without an event that says so. */
  forget(chatId: string): void {
    this.#runs.delete(chatId);
  }

  async #open(event: SequencedEvent): Promise<OpenRun> {
    const { chat_id } = event;
    const start = event.type === 'run:start' ? event : null;
    const run = (start ? runsOf([start]) : await readRuns(this.#store, chat_id)).at(-1) ?? null;
    const parent = start ? (start.parent ?? null) : await this.#store.read('events.parent_of', { chat_id });
    const place = (parent && (await agentPlace(this.#store, chat_id))) ?? ownPlace(run, chat_id);
    const agent: SpanAgent = { chat_id, label: parent?.label ?? null, kind: parent?.kind ?? 'chat', place, content: this.#content };
    return { agent, run, start, turns: new Map(), calls: new Map() };
  }

  async #spans(event: SequencedEvent, open: OpenRun): Promise<TraceSpan[]> {
    switch (event.type) {
      case 'tool_trace:start':
        open.calls.set(event.trace_id, event);
        return [];
      case 'tool_trace:complete':
        return this.#callEnded(event, open);
      case 'llm_call:complete':
        turnIn(open, event).events.push(event);
        return turnsOf([event]).flatMap(({ calls, turn_number }) => calls.map((call) => modelCallSpan(call, turn_number, open.agent)));
      case 'approval:decision':
        return this.#waitEnded(event, event.approval_id, open);
      case 'question:answer':
        return this.#waitEnded(event, event.question_id, open);
      case 'run:end':
        return this.#runEnded(event, open);
      case 'turn:start': {
        const turn = turnIn(open, event);
        turn.isWhole = true;
        turn.events.push(event);
        return this.#turnsBefore(event.turn_number, open);
      }
      case 'turn:end':
      case 'approval:request':
      case 'question:ask':
        turnIn(open, event).events.push(event);
        return [];
      default:
        return [];
    }
  }

  async #callEnded(event: Of<'tool_trace:complete'>, open: OpenRun): Promise<TraceSpan[]> {
    const start = open.calls.get(event.trace_id);
    open.calls.delete(event.trace_id);
    const call = start ? callOf(start, event) : await this.#store.read('tool_traces.get', { id: event.trace_id });
    if (call === null) return [];
    const { started_at, latency_ms } = call;
    turnIn(open, event).calls.push({ started_at, latency_ms });
    // Before it becomes JSON text, in which a secret may look another way.
    return [toolCallSpan(this.#content ? this.#redactor.value(call) : call, open.agent)];
  }

  async #waitEnded(event: Of<'approval:decision' | 'question:answer'>, id: string, open: OpenRun): Promise<TraceSpan[]> {
    const turn = turnIn(open, event);
    turn.events.push(event);
    const wasAsked = turn.events.some((asked) => (asked.type === 'approval:request' && asked.approval_id === id) || (asked.type === 'question:ask' && asked.question_id === id));
    const [known] = wasAsked ? turnsOf(turn.events) : await this.#storedTurn(open, event.turn_number);
    const wait: Wait | undefined = known?.waits.find((each) => each.id === id);
    return wait ? [waitSpan(wait, event.turn_number, open.agent)] : [];
  }

  /** Room may be made, or a check told of, after the end of a turn: it leaves when the next one begins, or the run ends. */
  async #turnsBefore(turnNumber: number, open: OpenRun): Promise<TraceSpan[]> {
    const spans: TraceSpan[] = [];
    for (const [number, turn] of [...open.turns]) {
      if (number >= turnNumber) continue;
      open.turns.delete(number);
      spans.push(...(await this.#turnSpans(number, turn, open)));
    }
    return spans;
  }

  async #turnSpans(turnNumber: number, known: OpenTurn, open: OpenRun): Promise<TraceSpan[]> {
    const { chat_id } = open.agent;
    const [turn] = known.isWhole ? turnsOf(known.events) : await this.#storedTurn(open, turnNumber);
    const calls = known.isWhole ? known.calls : await readRows(this.#store, chat_id, turnNumber, turnNumber);
    return turn ? [turnSpan(turn, calls, open.run?.run_id ?? null, open.agent)] : [];
  }

  #storedTurn({ agent }: OpenRun, turnNumber: number): Promise<Turn[]> {
    return readTurns(this.#store, agent.chat_id, turnNumber - 1, turnNumber);
  }

  /** A turn that the run left open ends with it. */
  async #runEnded(event: Of<'run:end'>, open: OpenRun): Promise<TraceSpan[]> {
    const { chat_id } = open.agent;
    const runs = open.start ? runsOf([open.start, event]) : await readRuns(this.#store, chat_id);
    const run = runs.find(({ run_id }) => run_id === event.run_id);
    if (!run) return [];
    const spans: TraceSpan[] = [];
    if (open.start === null) {
      const last = (await turnsOfRun(this.#store, chat_id, runs, run))?.last;
      const [turn] = last === undefined ? [] : await this.#storedTurn(open, last);
      if (turn?.duration_ms === null) open.turns.set(turn.turn_number, { events: [], calls: [], isWhole: false });
    }
    spans.push(...(await this.#turnsBefore(Number.POSITIVE_INFINITY, { ...open, run })));
    return [...spans, runSpan(run, open.agent, event.at)];
  }
}

function turnIn(open: OpenRun, { turn_number }: { turn_number: number }): OpenTurn {
  const turn = open.turns.get(turn_number) ?? { events: [], calls: [], isWhole: false };
  open.turns.set(turn_number, turn);
  return turn;
}

function callOf(start: Of<'tool_trace:start'>, end: Of<'tool_trace:complete'>): ToolTrace {
  const { session_id, chat_id, turn_number, tool_name, tool_call_id, subject, input, started_at, llm_call_id } = start;
  const { output, finished_at, latency_ms, tokens_used, cache_tokens, reasoning_tokens, error, outcome } = end;
  return {
    ...{ id: start.trace_id, session_id, chat_id, turn_number, tool_name, tool_call_id, subject, input, started_at, llm_call_id },
    ...{ output, finished_at, latency_ms, tokens_used, cache_tokens, reasoning_tokens, error, outcome },
  };
}
