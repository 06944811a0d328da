// Folds events into what traces are made of: turns with their model calls and waits, and runs. Pure. The order of events
// is that of their sequence numbers.
import type { SequencedEvent } from '../../shared/events';
import type { ModelCall, Run, Turn, Wait } from '../../shared/trace-parts';

type Of<T extends SequencedEvent['type']> = Extract<SequencedEvent, { type: T }>;
type Draft = { -readonly [K in keyof Turn]: Turn[K] } & { calls: ModelCall[]; waits: Wait[] };

/** Turns in their order. Of a turn whose beginning is not among the events the first of its events is taken for it. */
export function turnsOf(events: Iterable<SequencedEvent>): Turn[] {
  const turns = new Map<number, Draft>();
  for (const event of events) {
    if (!('turn_number' in event)) continue;
    const turn = turns.get(event.turn_number) ?? { turn_number: event.turn_number, started_at: beginningOf(event), duration_ms: null, calls: [], waits: [] };
    turns.set(event.turn_number, turn);
    apply(turn, event);
  }
  return [...turns.values()].sort((a, b) => a.turn_number - b.turn_number);
}

function beginningOf(event: SequencedEvent): number {
  return event.type === 'llm_call:complete' ? event.started_at : event.at;
}

function apply(turn: Draft, event: SequencedEvent): void {
  switch (event.type) {
    case 'turn:start':
      // Room may have been made before it, which is part of the turn.
      if (turn.calls.length === 0) turn.started_at = event.at;
      return;
    case 'turn:end':
      turn.duration_ms = event.duration_ms;
      return;
    case 'llm_call:complete':
      turn.calls.push(modelCall(event));
      return;
    case 'approval:request':
      turn.waits.push({ id: event.approval_id, kind: 'approval', ...asked(event), tool_name: event.tool_name, title: event.title });
      return;
    case 'question:ask':
      turn.waits.push({ id: event.question_id, kind: 'question', ...asked(event), tool_name: 'ask_user', title: event.question });
      return;
    case 'approval:decision':
      if (event.decided_by === 'policy' || event.decided_by === 'grant') turn.waits = turn.waits.filter(({ id }) => id !== event.approval_id);
      else answer(turn, event.approval_id, event.waited_ms, event.decision);
      return;
    case 'question:answer':
      return answer(turn, event.question_id, event.waited_ms, event.outcome);
    default:
      return;
  }
}

function asked({ tool_call_id, at }: Of<'approval:request' | 'question:ask'>): Pick<Wait, 'tool_call_id' | 'asked_at' | 'waited_ms' | 'outcome'> {
  return { tool_call_id, asked_at: at, waited_ms: null, outcome: null };
}

function answer(turn: Draft, id: string, waited_ms: number, outcome: string): void {
  turn.waits = turn.waits.map((wait) => (wait.id === id ? { ...wait, waited_ms, outcome } : wait));
}

function modelCall(event: Of<'llm_call:complete'>): ModelCall {
  const { llm_call_id, provider, model, started_at, first_token_ms, duration_ms, usage, finish_reason, error } = event;
  return {
    ...{ llm_call_id, provider, model, purpose: event.purpose ?? 'answer', started_at, first_token_ms, duration_ms, usage, finish_reason },
    queued_ms: event.queued_ms ?? 0,
    retry_ms: event.retry_ms ?? 0,
    attempts: event.attempts ?? 1,
    estimated_tokens: event.estimated_tokens ?? 0,
    cost_usd: event.cost_usd ?? null,
    prices: event.prices ?? null,
    error: error && { code: error.code, message: error.message },
    request: event.request ?? null,
    segments: event.segments ?? [],
  };
}

/** Runs in their order. */
export function runsOf(events: Iterable<SequencedEvent>): Run[] {
  const runs: Run[] = [];
  for (const event of events) {
    if (event.type === 'run:start') {
      const { run_id, provider, model, scripted, at, seq } = event;
      runs.push({ run_id, provider, model, scripted, started_at: at, first_seq: seq, last_seq: null, ended_at: null, outcome: null, error: null });
    } else if (event.type === 'run:end') {
      const at = runs.findLastIndex(({ run_id }) => run_id === event.run_id);
      const run = runs[at];
      if (run) runs[at] = { ...run, last_seq: event.seq, ended_at: event.at, outcome: event.outcome, error: event.error && { code: event.error.code, message: event.error.message, next_step: event.error.next_step } };
    }
  }
  return runs;
}
