// Ids of traces and spans, derived from BooCode's own: what is exported twice, or streamed and exported, is the same.
import { createHash } from 'node:crypto';
import type { SpanKind } from './trace-span';

const traceIdDigits = 32;
const spanIdDigits = 16;

/** The trace of a run, with everything that agents did for it. */
export function traceIdOf(runId: string): string {
  return digest(`trace ${runId}`, traceIdDigits);
}

/** `id` is that of the run, model call, tool call or wait. */
export function spanIdOf(kind: Exclude<SpanKind, 'turn'>, id: string): string {
  return digest(`${kind} ${id}`, spanIdDigits);
}

export function turnSpanId(chatId: string, turnNumber: number): string {
  return digest(`turn ${chatId} ${turnNumber}`, spanIdDigits);
}

/** Beginnings of a SHA-256. */
function digest(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}
