// The request of a model call as a trace keeps it: how long its parts were, and where it left the one before it.
import * as z from 'zod';
import { durationMs, uuid } from './ids';

const bytes = z.int().nonnegative();

/** The parts of a request in the order in which a change of one spoils the cache for all that follow. */
export const requestPart = z.enum(['model', 'tools', 'system', 'history']);
export type RequestPart = z.infer<typeof requestPart>;

/** Bytes are those of the request as it was written, from its tools to its last message. */
export const requestShape = z.object({
  bytes,
  tools_bytes: bytes,
  system_bytes: bytes,
  /** Which model was asked, and how it was told to answer: a digest of what stands before the tools. */
  head: z.optional(z.string()),
  /** Which tools and system prompt it began with: SHA-256, its first 16 hex digits; see the table request_openings. */
  opening: z.string(),
  /**
   * The last call of this chat that asked for an answer and that its server began to answer; null when there was none, or
   * when what was sent then is not known.
   */
  previous: z.nullable(uuid),
  /** How much of its beginning is that of the request before it; null without one. */
  shared_bytes: z.nullable(bytes),
  /**
   * The first part that is another than before; null when the request before it is its beginning, or without one. What is
   * asked for a summary with is no change.
   */
  changed: z.nullable(requestPart),
  /** From the end of the call before to the beginning of this one; null without one. */
  idle_ms: z.nullable(durationMs),
});
export type RequestShape = z.infer<typeof requestShape>;

export const segmentName = z.enum(['system', 'tools', 'history']);

/** A row of cache_stats. */
export const cacheSegment = z.object({ segment_name: segmentName, hit_tokens: z.int().nonnegative(), miss_tokens: z.int().nonnegative() });
export type CacheSegment = z.infer<typeof cacheSegment>;

/** US dollars for a million tokens. */
export const tokenPrices = z.object({ input: z.number(), cache_read: z.number(), output: z.number() });
export type TokenPrices = z.infer<typeof tokenPrices>;
