// What of a request a provider's cache held, and whether that is what was to be expected. Pure. APIs count the cached
// tokens of a whole request; how they lie in it, and what was expected, are estimates by the length of its parts.
import type { CacheSegment, RequestPart, RequestShape } from './model-request';
import type { ModelCall } from './trace-parts';
import type { Usage } from './usage';
import { inputTokens } from './usage-math';

export type CacheVerdict = {
  /**
   * `first`: nothing was sent before. A part of the request: it is another than before. `idle`: the cache is taken to have
   * run out meanwhile. `provider`: the server did not reuse what it was sent before. `unknown`: it cannot be told.
   */
  kind: 'first' | 'as_expected' | RequestPart | 'idle' | 'provider' | 'unknown';
  /** Estimate. Null where there is nothing to expect it from. */
  expected_tokens: number | null;
  /** Null: unaccounted. */
  reported_tokens: number | null;
  /** Read anew although it had been sent before. Estimate. */
  lost_tokens: number;
  /** Null: the price is unknown. */
  lost_usd: number | null;
};

/** How far what is reported may fall short: caches work in units, and tokens do not go strictly by length. */
const toleratedTokens = 256;
const toleratedShare = 0.05;
/** Less than this is never cached by some APIs; see https://platform.openai.com/docs/guides/prompt-caching */
const leastCached = 1_024;
/** After this long without a request a cache may be gone. */
const keptMs = 5 * 60_000;

/**
 * The input of a call, spread over its parts by their length; the cached tokens fill it from the front. In the order of the
 * request. Sums are exact: of hits what was read from the cache, of all the whole input. None for a call without input.
 */
export function cacheSegments(usage: Usage, request: Pick<RequestShape, 'bytes' | 'tools_bytes' | 'system_bytes'>): CacheSegment[] {
  const tokens = inputTokens(usage);
  if (tokens === 0) return [];
  const tokensUntil = (bytes: number): number => (request.bytes === 0 ? 0 : Math.round(tokens * Math.min(1, bytes / request.bytes)));
  const ends = [tokensUntil(request.tools_bytes), tokensUntil(request.tools_bytes + request.system_bytes), tokens];
  return (['tools', 'system', 'history'] as const).map((segment_name, index) => {
    const from = ends[index - 1] ?? 0;
    const to = ends[index] ?? tokens;
    const hit_tokens = Math.min(to, Math.max(from, usage.cache_read)) - from;
    return { segment_name, hit_tokens, miss_tokens: to - from - hit_tokens };
  });
}

/**
 * What became of the cache in a call. `previous`: the call that `request.previous` names, or where it names none the last
 * answer before it; null when it is not at hand, then what a changed part cost is not known.
 */
export function cacheVerdict(call: ModelCall, previous: ModelCall | null): CacheVerdict {
  const { usage, request } = call;
  const reported = usage?.cache_read ?? null;
  const nothing = { expected_tokens: null, reported_tokens: reported, lost_tokens: 0, lost_usd: null };
  if (request === null) return { ...nothing, kind: 'unknown' };
  // That a beginning was broken is known from this side alone.
  if (usage === null) return { ...nothing, kind: request.changed ?? 'unknown' };
  // An answer came before, and how it was asked for is not known.
  if (request.previous === null) return { ...nothing, kind: previous !== null && previous.usage !== null ? 'unknown' : 'first' };

  const input = inputTokens(usage);
  const expected = Math.min(input, sharedTokens(request, input, previous));
  const known = { expected_tokens: expected, reported_tokens: usage.cache_read };
  const changed = request.changed ?? (previous !== null && isOtherModel(call, previous) ? 'model' : null);
  // Segments are left out where an API says nothing of its cache.
  if (call.segments.length === 0 && usage.cache_read === 0) return { ...nothing, ...known, kind: changed ?? 'unknown' };
  if (changed !== null) {
    const before = previous?.usage ? inputTokens(previous.usage) : 0;
    return { kind: changed, ...known, ...lost(Math.min(before, input) - usage.cache_read, call) };
  }
  const missing = expected - usage.cache_read;
  if (missing <= Math.max(toleratedTokens, expected * toleratedShare) || expected < leastCached) return { ...known, kind: 'as_expected', ...lost(0, call) };
  return { kind: (request.idle_ms ?? 0) > keptMs ? 'idle' : 'provider', ...known, ...lost(missing, call) };
}

/**
 * Of the beginning that the request shares with the one before: as that one was counted, which is exact where all of it is
 * shared, whatever the length of what is new; else by its share of the bytes.
 */
function sharedTokens({ bytes, shared_bytes }: RequestShape, input: number, previous: ModelCall | null): number {
  const [counted, of] = previous?.usage && previous.request ? [inputTokens(previous.usage), previous.request.bytes] : [input, bytes];
  return of === 0 ? 0 : Math.round(counted * Math.min(1, (shared_bytes ?? 0) / of));
}

function isOtherModel(call: ModelCall, previous: ModelCall): boolean {
  return call.provider !== previous.provider || call.model !== previous.model;
}

function lost(tokens: number, { prices }: ModelCall): Pick<CacheVerdict, 'lost_tokens' | 'lost_usd'> {
  const lost_tokens = Math.max(0, tokens);
  return { lost_tokens, lost_usd: prices === null ? null : (lost_tokens * (prices.input - prices.cache_read)) / 1_000_000 };
}
