// Writes chats with everything of them into one file of JSON lines (docs/storage.md), page by page, so that memory
// does not grow with what is stored. Secrets are taken out once more on the way.
import { randomUUID } from 'node:crypto';
import { open, rename, unlink, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ToolTrace } from '../../shared/traces';
import type { Store } from '../store/store';
import type { ChatRow } from '../store/tables/chats';
import type { StoredEvent } from '../store/tables/events';
import type { ToolTracePlace } from '../store/tables/tool-traces';
import type { Redactor } from './redaction';

export const exportVersion = 1;

export type ExportRequest = {
  /** The file that is there in the end, or not at all. What was there before stays until then. */
  path: string;
  chats: readonly ChatRow[];
  /** Goes into the first line beside its type and version. */
  about: Readonly<Record<string, unknown>>;
  signal: AbortSignal;
  onChat(done: number, chat: ChatRow): void;
};

export type Exported = { cancelled: true } | { cancelled: false; lines: number; bytes: number };

const pageSize = 25;
const bufferBytes = 1024 * 1024;

/** Rejects with the disk's error or a StoreError; then, and when it is cancelled, no file is left. Chats of agents come behind those of whoever started them. */
export async function exportChats(store: Store, redactor: Redactor, given: ExportRequest): Promise<Exported> {
  const request = { ...given, chats: await withAgents(store, given.chats) };
  const { path, signal } = request;
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  const writer = new LineWriter(await open(temporary, 'wx', 0o600));
  try {
    try {
      for await (const entry of entries(store, request)) {
        if (signal.aborted) break;
        await writer.add(JSON.stringify(redactor.value(entry)));
      }
      if (!signal.aborted) await writer.add(JSON.stringify({ type: 'end', chats: request.chats.length, lines: writer.lines + 1 }));
      await writer.finish();
    } finally {
      await writer.close();
    }
    if (signal.aborted) {
      await unlink(temporary);
      return { cancelled: true };
    }
    await rename(temporary, path);
    return { cancelled: false, lines: writer.lines, bytes: writer.bytes };
  } catch (error) {
    // What went wrong first is what matters; a temporary file that stays is only untidy.
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
}

async function withAgents(store: Store, chats: readonly ChatRow[]): Promise<ChatRow[]> {
  const all: ChatRow[] = [];
  for (const chat of chats) {
    all.push(chat);
    for (const chat_id of await store.read('chats.agents_below', { chat_id: chat.chat_id })) {
      const agent = await store.read('chats.get', { chat_id });
      if (agent === null) continue;
      const { spent: _, ...row } = agent;
      all.push(row);
    }
  }
  return all;
}

async function* entries(store: Store, { chats, about, onChat }: ExportRequest): AsyncGenerator<object> {
  yield { type: 'boocode_export', version: exportVersion, ...about, chats: chats.length };
  for (const [index, chat] of chats.entries()) {
    onChat(index, chat);
    yield { type: 'chat', ...chat };
    yield* eventEntries(store, chat.chat_id);
    yield* traceEntries(store, chat.chat_id);
    for (const call of await store.read('llm_calls.by_chat', { chat_id: chat.chat_id })) yield { type: 'model_call', ...call };
  }
}

async function* eventEntries(store: Store, chatId: string): AsyncGenerator<object> {
  for (let after = 0; ; ) {
    const rows = await store.read('events.after', { chat_id: chatId, after_seq: after, limit: pageSize });
    for (const row of rows) yield eventEntry(row);
    after = rows.at(-1)?.seq ?? after;
    if (rows.length < pageSize) return;
  }
}

/** The input and output of a call are in the line of its trace, once. */
function eventEntry({ type, body, trace_input: _input, trace_output: _output, ...place }: StoredEvent): object {
  return { type: 'event', ...place, event_type: type, body: jsonOrText(body) };
}

async function* traceEntries(store: Store, chatId: string): AsyncGenerator<object> {
  for (let after: ToolTracePlace | null = null; ; ) {
    const rows: readonly ToolTrace[] = await store.read('tool_traces.page', { chat_id: chatId, after, limit: pageSize, turn_number: null });
    for (const row of rows) yield { type: 'tool_trace', ...row };
    const last: ToolTrace | undefined = rows.at(-1);
    if (!last || rows.length < pageSize) return;
    after = { turn_number: last.turn_number, started_at: last.started_at, id: last.id };
  }
}

/** A row that cannot be understood is given away as it is, rather than left out. */
function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Lines into a file, a piece of about a megabyte at a time. */
class LineWriter {
  lines = 0;
  bytes = 0;
  readonly #file: FileHandle;
  #waiting: string[] = [];
  #waitingBytes = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async add(line: string): Promise<void> {
    this.lines++;
    this.#waiting.push(line, '\n');
    this.#waitingBytes += line.length + 1;
    if (this.#waitingBytes >= bufferBytes) await this.#write();
  }

  async finish(): Promise<void> {
    await this.#write();
    await this.#file.sync();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #write(): Promise<void> {
    const piece = Buffer.from(this.#waiting.join(''));
    this.#waiting = [];
    this.#waitingBytes = 0;
    await this.#file.writeFile(piece);
    this.bytes += piece.length;
  }
}
