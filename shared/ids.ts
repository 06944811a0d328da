// Identifiers and times as they stand in the database, in events and on every wire.
// All times are integer microseconds since the Unix epoch; all durations are milliseconds.
import * as z from 'zod';

export const uuid = z.uuid();
export const micros = z.int().nonnegative();
export const durationMs = z.number().nonnegative();

/** A JSON value as it is stored in a trace row. */
export const json = z.json();
export type Json = z.infer<typeof json>;
