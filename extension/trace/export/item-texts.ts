// What people and models wrote, taken out of the pieces of a trace: for exports that tell what happened, not what was said.
import type { Turn } from '../../../shared/trace-parts';
import type { TraceItem } from './trace-item';

/** The same pieces with empty texts. Codes, names of tools and models, numbers and times stay. */
export function withoutTexts(item: TraceItem): TraceItem {
  switch (item.type) {
    case 'agent':
      return { ...item, chat: { ...item.chat, title: '' }, parent: item.parent && { ...item.parent, label: '' } };
    case 'run':
      return { ...item, run: { ...item.run, error: item.run.error && { code: item.run.error.code, message: '', next_step: '' } } };
    case 'turn':
      return { ...item, turn: turnWithoutTexts(item.turn) };
    case 'tool_call': {
      const { id, turn_number, tool_name, started_at, latency_ms, outcome, tool_call_id, llm_call_id, tokens_used } = item.call;
      return { ...item, call: { id, turn_number, tool_name, subject: '', started_at, latency_ms, outcome, error: null, tool_call_id, llm_call_id, tokens_used } };
    }
  }
}

export function turnWithoutTexts(turn: Turn): Turn {
  return {
    ...turn,
    calls: turn.calls.map((call) => ({ ...call, error: call.error && { code: call.error.code, message: '' } })),
    waits: turn.waits.map((wait) => ({ ...wait, title: '' })),
  };
}
