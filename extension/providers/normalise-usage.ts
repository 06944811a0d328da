// Brings the usage object of any chat API to the disjoint buckets of shared/usage.ts. Never guesses: what it does
// not recognise is null.
import * as z from 'zod';
import type { Usage } from '../../shared/usage';

const count = z.nullish(z.number().nonnegative()).catch(null);

const wireUsage = z.looseObject({
  // OpenAI, and everything that follows it
  prompt_tokens: count,
  completion_tokens: count,
  total_tokens: count,
  prompt_tokens_details: z.nullish(z.looseObject({ cached_tokens: count, cache_write_tokens: count })).catch(null),
  completion_tokens_details: z.nullish(z.looseObject({ reasoning_tokens: count })).catch(null),
  // Moonshot
  cached_tokens: count,
  // DeepSeek: prompt_tokens = hit + miss
  prompt_cache_hit_tokens: count,
  prompt_cache_miss_tokens: count,
  // Anthropic: input_tokens excludes what was read from or written to the cache
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
});

export function normaliseUsage(raw: unknown): Usage | null {
  const parsed = wireUsage.safeParse(raw);
  if (!parsed.success) return null;
  const wire = parsed.data;

  if (wire.input_tokens != null && wire.output_tokens != null && wire.prompt_tokens == null) {
    return whole({
      input: wire.input_tokens,
      cache_read: wire.cache_read_input_tokens ?? 0,
      cache_write: wire.cache_creation_input_tokens ?? 0,
      output: wire.output_tokens,
      reasoning: 0,
    });
  }

  if (wire.prompt_tokens == null || wire.completion_tokens == null) return null;
  const all = wire.prompt_tokens;
  const read = Math.min(wire.prompt_cache_hit_tokens ?? wire.prompt_tokens_details?.cached_tokens ?? wire.cached_tokens ?? 0, all);
  const write = Math.min(wire.prompt_tokens_details?.cache_write_tokens ?? 0, all - read);
  const reasoning = wire.completion_tokens_details?.reasoning_tokens ?? 0;
  // Ordinarily reasoning is part of completion_tokens; a few APIs count it beside them, which their total shows.
  const isBeside = reasoning > wire.completion_tokens || wire.total_tokens === all + wire.completion_tokens + reasoning;
  return whole({
    input: all - read - write,
    cache_read: read,
    cache_write: write,
    output: isBeside ? wire.completion_tokens : wire.completion_tokens - reasoning,
    reasoning,
  });
}

/** Whether an API says anything of its cache: one that does not may have one all the same. */
export function countsCache(raw: unknown): boolean {
  const wire = wireUsage.safeParse(raw).data;
  if (!wire) return false;
  const counts = [wire.prompt_tokens_details?.cached_tokens, wire.prompt_tokens_details?.cache_write_tokens, wire.cached_tokens, wire.prompt_cache_hit_tokens, wire.cache_read_input_tokens, wire.cache_creation_input_tokens];
  return counts.some((tokens) => tokens != null);
}

function whole(usage: Usage): Usage {
  return {
    input: Math.round(usage.input),
    cache_read: Math.round(usage.cache_read),
    cache_write: Math.round(usage.cache_write),
    output: Math.round(usage.output),
    reasoning: Math.round(usage.reasoning),
  };
}
