// Token usage of one model call in disjoint buckets: their sum is everything the call was charged for.
import * as z from 'zod';

const tokens = z.int().nonnegative();

/**
 * `input` is what was neither read from nor written to a cache; `output` excludes `reasoning`.
 * A model call without usage has no Usage at all (null), never zeros.
 */
export const usage = z.object({
  input: tokens,
  cache_read: tokens,
  cache_write: tokens,
  output: tokens,
  reasoning: tokens,
});
export type Usage = z.infer<typeof usage>;
