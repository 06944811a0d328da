// The spans of a chat and of the agents it started, one after the other: what happens in a turn in the order of its
// beginnings, then the turn, and a run when its turns are through.
import type { Run, Turn } from '../../../shared/trace-parts';
import { modelCallSpan, runSpan, toolCallSpan, turnEnd, turnSpan, waitSpan, type SpanAgent } from './otel-mapping';
import { agentPlace, ownPlace } from './run-place';
import type { ExportSource, TraceItem } from './trace-item';
import { traceItems } from './trace-items';
import type { RunPlace, TraceSpan } from './trace-span';

export type AgentSpan = { agent: SpanAgent; span: TraceSpan };

export async function* spansOfChat(source: ExportSource, chatId: string): AsyncGenerator<AgentSpan> {
  let spans: AgentSpans | null = null;
  for await (const item of traceItems(source, chatId)) {
    if (item.type === 'agent') {
      if (spans) yield* spans.end();
      spans = new AgentSpans(item, await agentPlace(source.store, item.chat.chat_id), source.content);
    } else if (spans) {
      yield* spans.take(item);
    }
  }
  if (spans) yield* spans.end();
}

type OpenTurn = {
  turn: Turn;
  calls: { started_at: number; latency_ms: number | null }[];
  /** Its model calls and waits that do not stand before one of its tool calls yet. */
  waiting: TraceSpan[];
};

/** Makes spans of one agent's items. */
class AgentSpans {
  readonly #agent: Omit<SpanAgent, 'place'>;
  /** Null: each run of it is a trace of its own. */
  readonly #place: RunPlace | null;
  #run: Run | null = null;
  #turn: OpenTurn | null = null;
  #lastEnd = 0;

  constructor({ chat, parent }: Extract<TraceItem, { type: 'agent' }>, place: RunPlace | null, content: boolean) {
    this.#agent = { chat_id: chat.chat_id, label: parent?.label ?? null, kind: parent?.kind ?? 'chat', content };
    this.#place = place;
  }

  *take(item: Exclude<TraceItem, { type: 'agent' }>): Generator<AgentSpan> {
    switch (item.type) {
      case 'run':
        yield* this.end();
        this.#run = item.run;
        return;
      case 'turn': {
        yield* this.#endTurn();
        const { turn } = item;
        const agent = this.#spanAgent();
        const waiting = [...turn.calls.map((call) => modelCallSpan(call, turn.turn_number, agent)), ...turn.waits.map((wait) => waitSpan(wait, turn.turn_number, agent))];
        this.#turn = { turn, calls: [], waiting: waiting.sort(byBeginning) };
        return;
      }
      case 'tool_call': {
        const { started_at, latency_ms } = item.call;
        yield* this.#waitingUntil(started_at);
        this.#turn?.calls.push({ started_at, latency_ms });
        yield this.#out(toolCallSpan(item.call, this.#spanAgent()));
      }
    }
  }

  /** What is open ends; the agent may go on with another run. */
  *end(): Generator<AgentSpan> {
    yield* this.#endTurn();
    if (this.#run) yield this.#out(runSpan(this.#run, this.#spanAgent(), this.#lastEnd));
    this.#run = null;
    this.#lastEnd = 0;
  }

  *#endTurn(): Generator<AgentSpan> {
    if (!this.#turn) return;
    yield* this.#waitingUntil(Number.POSITIVE_INFINITY);
    const { turn, calls } = this.#turn;
    this.#turn = null;
    this.#lastEnd = Math.max(this.#lastEnd, turnEnd(turn, calls));
    yield this.#out(turnSpan(turn, calls, this.#run?.run_id ?? null, this.#spanAgent()));
  }

  *#waitingUntil(time: number): Generator<AgentSpan> {
    const waiting = this.#turn?.waiting ?? [];
    for (let first = waiting[0]; first && first.started_at <= time; first = waiting[0]) {
      waiting.shift();
      yield this.#out(first);
    }
  }

  #spanAgent(): SpanAgent {
    return { ...this.#agent, place: this.#place ?? ownPlace(this.#run, this.#agent.chat_id) };
  }

  #out(span: TraceSpan): AgentSpan {
    return { agent: this.#spanAgent(), span };
  }
}

/** Of two that begin together the longer one comes first. */
export function byBeginning(a: TraceSpan, b: TraceSpan): number {
  return a.started_at - b.started_at || b.ended_at - a.ended_at;
}
