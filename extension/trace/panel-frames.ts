// Cuts events and trace rows to what a panel message may carry. What is cut here is whole in the store and can
// be asked for by id.
import type { Json } from '../../shared/ids';
import type { SequencedEvent } from '../../shared/events';
import { maxMessageBytes } from '../../shared/messages/channel';
import type { TraceFrame } from '../../shared/messages/traces';
import type { ToolTrace } from '../../shared/traces';

/** Leaves room for the envelope around one event. */
export const maxEventBytes = maxMessageBytes - 4 * 1024;

/** Bytes of a value on its way to a webview. */
export function wireBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}

/** The event with long texts cut so that it fits into one message; the same object when it fits as it is. */
export function eventForPanel(event: SequencedEvent): SequencedEvent {
  for (let keep = 16 * 1024, cut = event; ; keep = Math.floor(keep / 2)) {
    if (wireBytes(cut) <= maxEventBytes) return cut;
    // Cutting maps strings to strings, so an event stays the event it was.
    cut = cutStrings(event, keep) as SequencedEvent;
  }
}

/** Of texts in a row that has just begun or ended; what is opened is asked for whole. */
const frameCharacters = 240;
const frameBytes = 2 * 1024;
/** Of a tool's name, which is whatever the model said, and of a subject, in the details of a call. */
const nameCharacters = 1_000;

/** The beginning or end of a tool call for a list that grows: small, however much the call holds. */
export function frameForPanel(frame: TraceFrame): TraceFrame {
  const name = cutText(frame.tool_name, frameCharacters);
  for (let keep = frameCharacters; ; keep = Math.floor(keep / 2)) {
    // Cutting leaves JSON what it was: JSON.
    const cut: TraceFrame =
      frame.type === 'tool_trace:start'
        ? { ...frame, tool_name: name, subject: cutText(frame.subject, frameCharacters), input: cutStrings(frame.input, keep) as Json }
        : { ...frame, tool_name: name, error: frame.error === null ? null : cutText(frame.error, frameCharacters), output: cutStrings(frame.output, keep) as Json };
    if (keep === 0 || wireBytes(cut) <= frameBytes) return cut;
  }
}

/** A trace row for a panel, its strings cut to `keep` characters, and whether anything was cut. */
export function traceForPanel(trace: ToolTrace, keep: number): { trace: ToolTrace; truncated: boolean } {
  const names = { tool_name: cutText(trace.tool_name, nameCharacters), subject: cutText(trace.subject, nameCharacters) };
  for (let size = keep; ; size = Math.floor(size / 2)) {
    const input = cutStrings(trace.input, size) as Json;
    const output = cutStrings(trace.output, size) as Json;
    const cut: ToolTrace = { ...trace, ...names, input, output, error: trace.error === null ? null : cutText(trace.error, size) };
    if (wireBytes(cut) > maxEventBytes) continue;
    return { trace: cut, truncated: input !== trace.input || output !== trace.output || cut.error !== trace.error };
  }
}

/** As many of the first as one message carries, at least one. */
export function firstMessage<T>(items: readonly T[]): T[] {
  return inMessages(items)[0] ?? [];
}

/** Splits items into runs that each fit into one message. */
export function inMessages<T>(items: readonly T[]): T[][] {
  const groups: T[][] = [];
  let room = 0;
  for (const item of items) {
    const bytes = wireBytes(item);
    const group = groups.at(-1);
    if (!group || bytes > room) {
      groups.push([item]);
      room = maxEventBytes - bytes;
    } else {
      group.push(item);
      room -= bytes;
    }
  }
  return groups;
}

function cutText(text: string, keep: number): string {
  if (text.length <= keep) return text;
  const head = text.slice(0, keep);
  // Never cut a surrogate pair in two.
  const whole = /[\uD800-\uDBFF]$/.test(head) ? head.slice(0, -1) : head;
  return `${whole}\n… ${text.length - whole.length} more characters`;
}

/** The same value when nothing was longer than `keep`; arrays are cut to as many items as characters. */
function cutStrings(value: unknown, keep: number): unknown {
  if (typeof value === 'string') return cutText(value, keep);
  if (Array.isArray(value)) {
    const next = value.slice(0, keep).map((item) => cutStrings(item, keep));
    return next.length === value.length && next.every((item, index) => item === value[index]) ? value : next;
  }
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value);
    const next = entries.slice(0, keep).map(([key, item]) => [key, cutStrings(item, keep)] as const);
    const same = next.length === entries.length && next.every(([, item], index) => item === entries[index]?.[1]);
    return same ? value : Object.fromEntries(next);
  }
  return value;
}
