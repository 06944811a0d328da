// Golden event logs: what a run records, with ids numbered and times masked, compared with a file in test/golden.
// UPDATE_GOLDEN=1 writes the files; read the difference before committing it.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SequencedEvent } from '../../../shared/events';
import { repositoryRoot } from '../repository-root';

const timeFields = new Set(['at', 'started_at', 'finished_at']);
const durationFields = new Set(['latency_ms', 'duration_ms', 'first_token_ms', 'waited_ms', 'reasoning_ms', 'idle_ms', 'queued_ms', 'retry_ms']);
/** What of a request goes with each tool's description, and with the words of the system prompt. */
const openingFields = new Set(['bytes', 'shared_bytes', 'tools_bytes', 'system_bytes', 'opening']);
const tokenFields = /^(input|output|reasoning|cache_read|cache_write)$|tokens/;
const uuidForm = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Every other byte stays: texts, order, sequence numbers. Token counts go: they change with each tool's description. */
export function maskEvents(events: readonly SequencedEvent[], root: string): unknown {
  const ids = new Map<string, string>();
  const mask = (text: string): string =>
    text
      .replaceAll(root, '<workspace>')
      .replace(uuidForm, (id) => ids.get(id) ?? ids.set(id, `id-${ids.size + 1}`).get(id) ?? id)
      .replace(/\b\d+(\.\d+)? ?ms\b|\bin \d+(\.\d+)? s\b|(?<=^Exit code \d+, )\d+(\.\d+)? s\b/gm, '<time>');
  const walk = (value: unknown, key: string): unknown => {
    if (timeFields.has(key)) return value === null ? null : '<time>';
    if (durationFields.has(key)) return value === null ? null : '<ms>';
    if (openingFields.has(key)) return value === null ? null : `<${key}>`;
    if (typeof value === 'number' && tokenFields.test(key)) return '<tokens>';
    if (typeof value === 'string') return mask(value);
    if (Array.isArray(value)) return value.map((item) => walk(item, key));
    if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, walk(item, name)]));
    return value;
  };
  return callByCall(events).map((event) => walk(event, ''));
}

/**
 * Reads of one turn run together and end in any order. Their events are put call by call, and numbered anew, so that
 * the log does not depend on which was faster; everything else stays where it was.
 */
function callByCall(events: readonly SequencedEvent[]): SequencedEvent[] {
  const order = new Map(
    events.flatMap((event) => (event.type === 'message:assistant' ? event.tool_calls : [])).map((call, index) => [call.tool_call_id, index]),
  );
  const sorted: SequencedEvent[] = [];
  for (let from = 0; from < events.length; ) {
    let to = from;
    while (isToolTrace(events[to])) to++;
    const calls = events.slice(from, to).filter(isToolTrace);
    sorted.push(...calls.sort((a, b) => (order.get(a.tool_call_id) ?? 0) - (order.get(b.tool_call_id) ?? 0)));
    const next = events[to];
    if (next) sorted.push(next);
    from = to + 1;
  }
  return sorted.map((event, index) => ({ ...event, seq: index + 1 }));
}

type ToolTraceEvent = Extract<SequencedEvent, { type: 'tool_trace:start' | 'tool_trace:complete' }>;

function isToolTrace(event: SequencedEvent | undefined): event is ToolTraceEvent {
  return event?.type === 'tool_trace:start' || event?.type === 'tool_trace:complete';
}

export function assertGolden(name: string, events: readonly SequencedEvent[], root: string): void {
  const path = join(repositoryRoot, 'test', 'golden', `${name}.json`);
  const actual = maskEvents(events, root);
  if (process.env['UPDATE_GOLDEN'] === '1' || !existsSync(path)) {
    if (process.env['CI']) assert.fail(`${path} is missing. Make it with UPDATE_GOLDEN=1 and commit it.`);
    writeFileSync(path, `${JSON.stringify(actual, null, 1)}\n`);
  }
  assert.deepEqual(actual, JSON.parse(readFileSync(path, 'utf8')));
}
