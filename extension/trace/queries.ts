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
import type { ToolTracePlace } from '../store/tables/tool-traces';
import { eventOf } from './event-rows';

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

const cursorKey = z.tuple([z.int().positive(), z.int().nonnegative(), z.guid()]);

export function cursorOf(row: ToolTracePlace): string {
  return Buffer.from(JSON.stringify([row.turn_number, row.started_at, row.id])).toString('base64url');
}

export function placeOf({ turn_number, started_at, id }: ToolTracePlace): ToolTracePlace {
  return { turn_number, started_at, id };
}

/** Throws QueryError. */
export function placeAt(cursor: string): ToolTracePlace {
  try {
    const [turn_number, started_at, id] = cursorKey.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    return { turn_number, started_at, id };
  } catch {
    throw new QueryError('bad_cursor', 'This cursor is not one that a trace listing returned. Start again without a cursor.');
  }
}

type ParsedPage = Omit<TracePageRequest, 'cursor'> & { after: ToolTracePlace | null };

/** Throws QueryError for a request that is out of bounds. */
export function parseTracePage(request: unknown): ParsedPage {
  const parsed = tracePageRequest.safeParse(request);
  if (!parsed.success) throw new QueryError('bad_request', `Bad trace request: ${z.prettifyError(parsed.error)}`);
  const { cursor, ...rest } = parsed.data;
  return { ...rest, after: cursor === undefined ? null : placeAt(cursor) };
}

/** Throws QueryError for a request that is out of bounds and for a chat that is not in this workspace's store. */
export async function tracePage(store: Store, request: unknown): Promise<TracePage> {
  const { chat_id, after, limit = defaultTraceLimit, turn_number } = parseTracePage(request);
  await requireChat(store, chat_id);
  const rows = await store.read('tool_traces.page', { chat_id, after, limit: limit + 1, turn_number: turn_number ?? null });
  const traces = rows.slice(0, limit);
  const last = traces.at(-1);
  return { traces, next_cursor: rows.length > limit && last ? cursorOf(last) : null };
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
