// Writes the trace of a chat, with those of the agents it started, in one of three formats; or only counts what would be
// written. Reads and writes piece by piece.
import type { Store } from '../../store/store';
import { requireChat } from '../queries';
import { RedactionTally, type RedactedKind, type Redactor } from '../redaction';
import { chromeDocument } from './chrome-trace';
import { spansOfChat } from './chat-spans';
import { jsonlDocument } from './jsonl-document';
import { otlpDocument } from './otlp-document';
import type { ExportSource, TraceItem } from './trace-item';

export const traceFormats = ['otlp', 'chrome', 'jsonl'] as const;
export type TraceFormat = (typeof traceFormats)[number];

export type TraceExport = {
  chat_id: string;
  format: TraceFormat;
  /** Whether inputs and outputs come along, and every other text. */
  content: boolean;
  /** BooCode's own version, for the formats that say it. */
  version: string;
  signal: AbortSignal;
  /** Tool calls so far. */
  onProgress?(toolCalls: number): void;
};

export type TraceExported = {
  cancelled: boolean;
  /** Runs, turns, model calls, tool calls and waits. */
  spans: number;
  model_calls: number;
  tool_calls: number;
  agents: number;
  bytes: number;
  /** Marks of secrets that were taken out when they were recorded, and what was taken out now. */
  redacted_before: number;
  redacted_now: number;
  /** What the latter were known by. */
  kinds: RedactedKind[];
};

/** `sample`: the beginning of the document. */
export type TracePreview = TraceExported & { sample: string };

const pieceCharacters = 256 * 1024;
const sampleCharacters = 4_000;

/**
 * `write` gets pieces of the document one after the other, each when it has taken the one before. Throws QueryError for a chat
 * that is not in this workspace's store, StoreError, and what `write` rejects with.
 */
export async function exportTrace(store: Store, redactor: Redactor, request: TraceExport, write: (text: string) => void | Promise<void>): Promise<TraceExported> {
  const { chat_id, content, signal, onProgress } = request;
  await requireChat(store, chat_id);
  const tally = new RedactionTally();
  // Without the one that was asked for.
  const counts = { spans: 0, model_calls: 0, tool_calls: 0, agents: -1 };
  const onItem = (item: TraceItem): void => {
    count(counts, item);
    if (item.type === 'tool_call') onProgress?.(counts.tool_calls);
  };
  const pieces = documentOf({ store, redactor, tally, content, signal, onItem }, request);
  let bytes = 0;
  let waiting: string[] = [];
  let characters = 0;
  const leave = async (): Promise<void> => {
    const text = waiting.join('');
    waiting = [];
    characters = 0;
    bytes += Buffer.byteLength(text);
    await write(text);
  };
  for await (const text of pieces) {
    if (signal.aborted) break;
    waiting.push(text);
    characters += text.length;
    if (characters >= pieceCharacters) await leave();
  }
  if (characters > 0 && !signal.aborted) await leave();
  return { cancelled: signal.aborted, ...counts, bytes, redacted_before: tally.before, redacted_now: tally.now, kinds: [...tally.kinds] };
}

/** What an export would write; errors as there. */
export async function exportPreview(store: Store, redactor: Redactor, request: TraceExport): Promise<TracePreview> {
  let sample = '';
  const exported = await exportTrace(store, redactor, request, (text) => {
    if (sample.length < sampleCharacters) sample += text.slice(0, sampleCharacters - sample.length);
  });
  return { ...exported, sample };
}

function documentOf(source: ExportSource, { chat_id, format, version }: TraceExport): AsyncGenerator<string> {
  switch (format) {
    case 'otlp':
      return otlpDocument(spansOfChat(source, chat_id));
    case 'chrome':
      return chromeDocument(spansOfChat(source, chat_id));
    case 'jsonl':
      return jsonlDocument(source, chat_id, { boocode: version, chat_id });
  }
}

function count(counts: Pick<TraceExported, 'spans' | 'model_calls' | 'tool_calls' | 'agents'>, item: TraceItem): void {
  switch (item.type) {
    case 'agent':
      counts.agents++;
      return;
    case 'run':
      counts.spans++;
      return;
    case 'turn':
      counts.spans += 1 + item.turn.calls.length + item.turn.waits.length;
      counts.model_calls += item.turn.calls.length;
      return;
    case 'tool_call':
      counts.spans++;
      counts.tool_calls++;
  }
}
