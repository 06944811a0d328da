// A trace as JSON lines: everything that is stored of it, one object a line with its `type`; docs/trace-export.md lists them.
import type { Run, TraceRow, Turn } from '../../../shared/trace-parts';
import type { ToolTrace } from '../../../shared/traces';
import type { ExportSource, TraceItem } from './trace-item';
import { traceItems } from './trace-items';

export const traceFormatVersion = 1;

const turnsAtOnce = 500;

/** Lines with their endings. `about` goes into the first of them. */
export async function* jsonlDocument(source: ExportSource, chatId: string, about: Readonly<Record<string, unknown>>): AsyncGenerator<string> {
  let lines = 0;
  const line = (value: object): string => {
    lines++;
    return `${JSON.stringify(value)}\n`;
  };
  yield line({ type: 'boocode_trace', version: traceFormatVersion, ...about, content: source.content });
  let agent: { chat_id: string; turns: number } | null = null;
  for await (const item of traceItems(source, chatId)) {
    if (item.type === 'agent') {
      if (agent) for await (const row of rawRows(source, agent.chat_id, agent.turns)) yield line(row);
      agent = { chat_id: item.chat.chat_id, turns: item.chat.turns };
    }
    if (agent) for (const value of linesOf(item, agent.chat_id, source.content)) yield line(value);
  }
  if (agent) for await (const row of rawRows(source, agent.chat_id, agent.turns)) yield line(row);
  if (!source.signal.aborted) yield line({ type: 'end', lines: lines + 1 });
}

function linesOf(item: TraceItem, chat_id: string, content: boolean): object[] {
  switch (item.type) {
    case 'agent': {
      const { title, ...chat } = item.chat;
      const named = content ? { title } : {};
      if (item.parent === null) return [{ type: 'chat', ...chat, ...named }];
      const { label: _, ...place } = item.parent;
      return [{ type: 'agent', ...chat, ...named, parent: content ? item.parent : place }];
    }
    case 'run':
      return [{ type: 'run', chat_id, ...withoutText(item.run, content) }];
    case 'turn':
      return turnLines(item.turn, chat_id, content);
    case 'tool_call':
      return [{ type: 'tool_trace', chat_id, ...callLine(item.call, content) }];
  }
}

function turnLines({ calls, waits, ...turn }: Turn, chat_id: string, content: boolean): object[] {
  const { turn_number } = turn;
  return [
    { type: 'turn', chat_id, ...turn },
    ...calls.map((call) => ({ type: 'model_call', chat_id, turn_number, ...withoutText(call, content) })),
    ...waits.map(({ title, ...wait }) => ({ type: 'wait', chat_id, turn_number, ...wait, ...(content ? { title } : {}) })),
  ];
}

/** Of an error the code only. */
function withoutText<T extends Pick<Run, 'error'> | { error: { code: string; message: string } | null }>(part: T, content: boolean): object {
  return content || part.error === null ? part : { ...part, error: { code: part.error.code } };
}

function callLine(call: TraceRow | ToolTrace, content: boolean): object {
  if (content) return call;
  const { subject: _, error: _error, ...rest } = call;
  return rest;
}

/** Model calls with the usage as their APIs told it, and what of each request is taken to have been cached. */
async function* rawRows({ store, redactor, tally, content, signal }: ExportSource, chat_id: string, lastTurn: number): AsyncGenerator<object> {
  for (const call of await store.read('llm_calls.by_chat', { chat_id })) yield { type: 'llm_call', ...withoutText(redactor.value(call, tally), content) };
  for (let first = 1; first <= lastTurn && !signal.aborted; first += turnsAtOnce) {
    const rows = await store.read('cache_stats.by_turns', { chat_id, first_turn: first, last_turn: first + turnsAtOnce - 1 });
    for (const row of rows) yield { type: 'cache_stat', chat_id, ...row };
  }
}
