// Reads of events and traces for panels and the headless command: stable pages, opaque cursors, plain errors.
import type { SequencedEvent } from '../../shared/events';
import {
  defaultTraceLimit,
  tracePageRequest,
  type ToolTrace,
  type TracePage,
  type TracePageRequest,
} from '../../shared/traces';
import * as z from 'zod';
import type { Store } from '../store/store';
import { eventOf } from './event-rows';
import { inMessages, traceForPanel } from './panel-frames';

export type QueryErrorCode = 'bad_request' | 'bad_cursor' | 'chat_not_found' | 'trace_not_found';

export class QueryError extends Error {
  constructor(
    readonly code: QueryErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'QueryError';
  }
}

/** What a list needs of each text in an input or output; the rest is asked for when a row is opened. */
const listedCharacters = 240;

const cursorKey = z.tuple([z.int().positive(), z.int().nonnegative(), z.uuid()]);

function encodeCursor(trace: ToolTrace): string {
  return Buffer.from(JSON.stringify([trace.turn_number, trace.started_at, trace.id])).toString('base64url');
}

function decodeCursor(cursor: string): { turn_number: number; started_at: number; id: string } {
  try {
    const [turn_number, started_at, id] = cursorKey.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    return { turn_number, started_at, id };
  } catch {
    throw new QueryError('bad_cursor', 'This cursor is not one that a trace listing returned. Start again without a cursor.');
  }
}

/** Throws QueryError for a request that is out of bounds and for a chat that is not in this workspace's store. */
export async function tracePage(store: Store, request: unknown): Promise<TracePage> {
  const parsed = tracePageRequest.safeParse(request);
  if (!parsed.success) throw new QueryError('bad_request', `Bad trace request: ${z.prettifyError(parsed.error)}`);
  const { chat_id, cursor, limit = defaultTraceLimit, turn_number }: TracePageRequest = parsed.data;
  const after = cursor === undefined ? null : decodeCursor(cursor);
  await requireChat(store, chat_id);
  const rows = await store.read('tool_traces.page', { chat_id, after, limit: limit + 1, turn_number: turn_number ?? null });
  const traces = rows.slice(0, limit);
  const last = traces.at(-1);
  return { traces, next_cursor: rows.length > limit && last ? encodeCursor(last) : null };
}

/** A page cut to what one panel message carries; where rows had to go, the cursor leads to them. */
export async function tracePageForPanel(store: Store, request: unknown): Promise<TracePage> {
  const { traces, next_cursor } = await tracePage(store, request);
  const [shown = []] = inMessages(traces.map((trace) => traceForPanel(trace, listedCharacters).trace));
  const last = shown.at(-1);
  return { traces: shown, next_cursor: last && shown.length < traces.length ? encodeCursor(last) : next_cursor };
}

export async function requireChat(store: Store, chatId: string): Promise<void> {
  if ((await store.read('chats.get', { chat_id: chatId })) === null) {
    throw new QueryError('chat_not_found', `There is no chat ${chatId} in this workspace. List the chats to see their ids.`);
  }
}

export async function traceById(store: Store, id: string): Promise<ToolTrace> {
  const trace = await store.read('tool_traces.get', { id });
  if (trace === null) throw new QueryError('trace_not_found', `There is no trace ${id} in this workspace.`);
  return trace;
}

/** Every stored event of a chat in order, read in pages. */
export async function* eventsOf(store: Store, chatId: string, afterSeq = 0): AsyncGenerator<SequencedEvent> {
  const limit = 500;
  for (let after = afterSeq; ; ) {
    const rows = await store.read('events.after', { chat_id: chatId, after_seq: after, limit });
    for (const row of rows) yield eventOf(row);
    const last = rows.at(-1);
    if (rows.length < limit || !last) return;
    after = last.seq;
  }
}
