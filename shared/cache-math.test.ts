import assert from 'node:assert/strict';
import { seededRandom } from '../test/support/store/seeded-random';
import { cacheSegments, cacheVerdict, type CacheVerdict } from './cache-math';
import type { RequestShape } from './model-request';
import type { ModelCall } from './trace-parts';
import type { Usage } from './usage';
import { inputTokens } from './usage-math';

const usage = (input: number, cache_read: number): Usage => ({ input, cache_read, cache_write: 0, output: 10, reasoning: 0 });
const shape: RequestShape = { bytes: 40_000, tools_bytes: 8_000, system_bytes: 2_000, opening: 'o', previous: 'before', shared_bytes: 36_000, changed: null, idle_ms: 1_000 };
const prices = { input: 1, cache_read: 0.1, output: 2 };
const someCall: ModelCall = {
  ...{ llm_call_id: 'now', provider: 'p', model: 'm', purpose: 'answer', started_at: 0, first_token_ms: 1, duration_ms: 2, queued_ms: 0, retry_ms: 0, attempts: 1 },
  ...{ usage: usage(1_000, 9_000), estimated_tokens: 0, cost_usd: null, prices, finish_reason: 'stop', error: null, request: shape },
  segments: cacheSegments(usage(1_000, 9_000), shape),
};
const before: ModelCall = { ...someCall, llm_call_id: 'before', usage: usage(9_000, 0), request: { ...shape, bytes: 36_000, previous: null, shared_bytes: null, idle_ms: null } };
const verdict = (call: Partial<ModelCall>, request: Partial<RequestShape> = {}, previous: ModelCall | null = before): CacheVerdict =>
  cacheVerdict({ ...someCall, request: { ...shape, ...request }, ...call }, previous);

describe('cacheSegments', () => {
  it('spreads the input by the length of the parts, and fills them from the front with what was read from the cache', () => {
    assert.deepEqual(cacheSegments({ ...usage(6_000, 3_000), cache_write: 1_000 }, shape), [
      { segment_name: 'tools', hit_tokens: 2_000, miss_tokens: 0 },
      { segment_name: 'system', hit_tokens: 500, miss_tokens: 0 },
      { segment_name: 'history', hit_tokens: 500, miss_tokens: 7_000 },
    ]);
    assert.deepEqual(cacheSegments(usage(9_000, 1_000), { ...shape, tools_bytes: 0 }), [
      { segment_name: 'tools', hit_tokens: 0, miss_tokens: 0 },
      { segment_name: 'system', hit_tokens: 500, miss_tokens: 0 },
      { segment_name: 'history', hit_tokens: 500, miss_tokens: 9_000 },
    ]);
  });

  it('is nothing for a call without input', () => {
    assert.deepEqual([cacheSegments(usage(0, 0), shape), cacheSegments({ ...usage(0, 0), output: 5 }, { bytes: 0, tools_bytes: 0, system_bytes: 0 })], [[], []]);
  });

  it('adds up exactly, whatever the figures', () => {
    const random = seededRandom();
    for (let n = 0; n < 2_000; n++) {
      const counted = { input: random.below(5_000), cache_read: random.below(5_000), cache_write: random.below(3), output: 1, reasoning: 0 };
      const tools_bytes = random.below(10_000);
      const system_bytes = random.below(10_000);
      const segments = cacheSegments(counted, { bytes: random.below(3) === 0 ? 0 : tools_bytes + system_bytes + random.below(100_000), tools_bytes, system_bytes });
      const sum = (of: (segment: (typeof segments)[number]) => number): number => segments.reduce((all, segment) => all + of(segment), 0);
      const told = JSON.stringify([random.seed, counted, segments]);
      assert.deepEqual([sum(({ hit_tokens }) => hit_tokens), sum(({ hit_tokens, miss_tokens }) => hit_tokens + miss_tokens)], [counted.cache_read, inputTokens(counted)], told);
      assert.ok(segments.every(({ hit_tokens, miss_tokens }) => hit_tokens >= 0 && miss_tokens >= 0 && Number.isInteger(hit_tokens) && Number.isInteger(miss_tokens)), told);
      // From the front: where something is missing, nothing behind it was read.
      const cut = segments.findIndex(({ miss_tokens }) => miss_tokens > 0);
      assert.ok(cut === -1 || segments.slice(cut + 1).every(({ hit_tokens }) => hit_tokens === 0), told);
    }
  });
});

describe('cacheVerdict', () => {
  const fine = { expected_tokens: 9_000, reported_tokens: 9_000, lost_tokens: 0, lost_usd: 0 };

  it('finds nothing where as much was read as was sent before, but for a unit or a twentieth', () => {
    assert.deepEqual(verdict({}), { kind: 'as_expected', ...fine });
    assert.deepEqual(verdict({ usage: usage(1_450, 8_550) }), { kind: 'as_expected', ...fine, reported_tokens: 8_550 });
    assert.deepEqual(verdict({ usage: usage(0, 10_000) }), { kind: 'as_expected', ...fine, reported_tokens: 10_000 });
    assert.equal(verdict({ usage: usage(256, 1_900) }, { shared_bytes: 40_000 }).kind, 'as_expected');
  });

  it('counts what is shared as the server counted it before, however long or dense what is new is', () => {
    // What is new has 2 bytes a token, what was sent before has 4; then an image, of which little is counted.
    assert.deepEqual(verdict({ usage: usage(18_000, 9_000) }, { bytes: 72_000 }), { kind: 'as_expected', ...fine });
    assert.deepEqual(verdict({ usage: usage(1_000, 9_000) }, { bytes: 1_036_000 }), { kind: 'as_expected', ...fine });
    // Where it is not known how that was counted, by length.
    assert.equal(verdict({ usage: usage(18_000, 9_000) }, { bytes: 72_000 }, null).expected_tokens, 13_500);
    assert.equal(verdict({ usage: usage(18_000, 9_000) }, { bytes: 72_000 }, { ...before, usage: null }).expected_tokens, 13_500);
    assert.equal(verdict({ usage: usage(500, 4_500) }).expected_tokens, 5_000, 'never more than the input');
  });

  it('says that the server did not reuse what it had, and what that cost', () => {
    const missed = { expected_tokens: 9_000, reported_tokens: 4_000, lost_tokens: 5_000, lost_usd: 0.0045 };
    assert.deepEqual(verdict({ usage: usage(6_000, 4_000) }), { kind: 'provider', ...missed });
    assert.deepEqual(verdict({ usage: usage(6_000, 4_000), prices: null }), { kind: 'provider', ...missed, lost_usd: null });
    assert.deepEqual(verdict({ usage: usage(6_000, 4_000) }, { idle_ms: 300_001 }), { kind: 'idle', ...missed });
    assert.equal(verdict({ usage: usage(6_000, 4_000) }, { idle_ms: 300_000 }).kind, 'provider');
  });

  it('expects nothing of what is too short to be cached', () => {
    const short = { ...before, usage: usage(990, 0) };
    assert.deepEqual(verdict({ usage: usage(1_100, 0) }, {}, short), { kind: 'as_expected', expected_tokens: 990, reported_tokens: 0, lost_tokens: 0, lost_usd: 0 });
    assert.equal(verdict({ usage: usage(1_200, 0) }, {}, { ...before, usage: usage(1_080, 0) }).kind, 'provider');
  });

  it('names the part that changed, and counts what the request before would have been worth', () => {
    const cold = usage(10_000, 0);
    for (const changed of ['tools', 'system', 'history', 'model'] as const) {
      assert.deepEqual(verdict({ usage: cold }, { changed, shared_bytes: 0 }), { kind: changed, expected_tokens: 0, reported_tokens: 0, lost_tokens: 9_000, lost_usd: 0.0081 });
    }
    // The shorter of both; and what is left of the beginning is read all the same.
    assert.deepEqual(verdict({ usage: usage(3_000, 2_000) }, { changed: 'history', bytes: 20_000, shared_bytes: 8_000 }), { kind: 'history', expected_tokens: 2_000, reported_tokens: 2_000, lost_tokens: 3_000, lost_usd: 0.0027 });
    assert.deepEqual(verdict({ usage: cold }, { changed: 'history', shared_bytes: 0 }, null), { kind: 'history', expected_tokens: 0, reported_tokens: 0, lost_tokens: 0, lost_usd: 0 });
    assert.equal(verdict({ usage: cold, model: 'other' }).kind, 'model');
    assert.equal(verdict({ usage: cold, provider: 'other' }).kind, 'model');
  });

  it('expects nothing of a first request, and says so where it cannot be told', () => {
    const nothing = { expected_tokens: null, reported_tokens: 0, lost_tokens: 0, lost_usd: null };
    const first = { previous: null, shared_bytes: null, idle_ms: null };
    assert.deepEqual(verdict({ usage: usage(9_000, 0) }, first, null), { kind: 'first', ...nothing });
    // What was asked before by an earlier version is not known; what never reached a server is nothing.
    assert.deepEqual(verdict({ usage: usage(9_000, 0) }, first, { ...before, request: null }), { kind: 'unknown', ...nothing });
    assert.deepEqual(verdict({ usage: usage(9_000, 0) }, first, { ...before, request: null, usage: null }), { kind: 'first', ...nothing });
    assert.deepEqual(verdict({ usage: null }), { kind: 'unknown', ...nothing, reported_tokens: null });
    assert.deepEqual(verdict({ usage: null }, { changed: 'history' }), { kind: 'history', ...nothing, reported_tokens: null });
    assert.deepEqual(verdict({ request: null }), { kind: 'unknown', ...nothing, reported_tokens: 9_000 });
  });

  it('blames no server that says nothing of its cache', () => {
    const silent = { usage: usage(10_000, 0), segments: [] };
    assert.deepEqual(verdict(silent), { kind: 'unknown', expected_tokens: 9_000, reported_tokens: 0, lost_tokens: 0, lost_usd: null });
    assert.deepEqual(verdict(silent, { changed: 'tools', shared_bytes: 0 }), { kind: 'tools', expected_tokens: 0, reported_tokens: 0, lost_tokens: 0, lost_usd: null });
  });
});
