import assert from 'node:assert/strict';
import type { Usage } from '../../shared/usage';
import { totalTokens } from '../../shared/usage-math';
import { countsCache, normaliseUsage } from './normalise-usage';

type Case = { wire: unknown; usage: Usage | null; total?: number };
const usage = (input: number, cache_read: number, cache_write: number, output: number, reasoning: number): Usage => ({ input, cache_read, cache_write, output, reasoning });

const cases: Record<string, Case> = {
  'DeepSeek: prompt = hit + miss, reasoning inside completion': {
    wire: { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150, prompt_cache_hit_tokens: 64, prompt_cache_miss_tokens: 36, completion_tokens_details: { reasoning_tokens: 30 } },
    usage: usage(36, 64, 0, 20, 30),
    total: 150,
  },
  'OpenAI: cached inside prompt': {
    wire: { prompt_tokens: 2006, completion_tokens: 300, total_tokens: 2306, prompt_tokens_details: { cached_tokens: 1920, audio_tokens: 0 }, completion_tokens_details: { reasoning_tokens: 0 } },
    usage: usage(86, 1920, 0, 300, 0),
    total: 2306,
  },
  'OpenRouter: cache writes inside prompt': {
    wire: { prompt_tokens: 1000, completion_tokens: 10, prompt_tokens_details: { cached_tokens: 400, cache_write_tokens: 500 } },
    usage: usage(100, 400, 500, 10, 0),
    total: 1010,
  },
  'Anthropic: input excludes reads and writes': {
    wire: { input_tokens: 50, output_tokens: 70, cache_read_input_tokens: 1800, cache_creation_input_tokens: 248 },
    usage: usage(50, 1800, 248, 70, 0),
    total: 2168,
  },
  'reasoning counted beside completion': {
    wire: { prompt_tokens: 32, completion_tokens: 9, total_tokens: 135, completion_tokens_details: { reasoning_tokens: 94 } },
    usage: usage(32, 0, 0, 9, 94),
    total: 135,
  },
  'a local server with two numbers': { wire: { prompt_tokens: 12, completion_tokens: 3 }, usage: usage(12, 0, 0, 3, 0), total: 15 },
  'Moonshot: cached beside the details': { wire: { prompt_tokens: 100, completion_tokens: 3, cached_tokens: 40 }, usage: usage(60, 40, 0, 3, 0), total: 103 },
  'null details': { wire: { prompt_tokens: 12, completion_tokens: 3, prompt_tokens_details: null, completion_tokens_details: null }, usage: usage(12, 0, 0, 3, 0) },
  'more cached than there was': { wire: { prompt_tokens: 10, completion_tokens: 1, prompt_cache_hit_tokens: 99 }, usage: usage(0, 10, 0, 1, 0) },
  'nothing': { wire: null, usage: null },
  'an empty object': { wire: {}, usage: null },
  'numbers that are none': { wire: { prompt_tokens: '12', completion_tokens: -3 }, usage: null },
};

describe('usage', () => {
  for (const [name, { wire, usage: expected, total }] of Object.entries(cases)) {
    it(`is brought to disjoint buckets: ${name}`, () => {
      const found = normaliseUsage(wire);
      assert.deepEqual(found, expected);
      if (total !== undefined) assert.equal(found && totalTokens(found), total);
    });
  }

  describe('of any numbers', () => {
    /** A sequence that is the same in every run. */
    let state = 1;
    const below = (limit: number): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state % limit;
    };
    const tokens = (): number => (below(4) === 0 ? below(3) : below(1_000_000));

    /** Raw usage in the form of an API, and what all of it comes to. */
    const forms: Record<string, () => { raw: object; total: number }> = {
      DeepSeek: () => {
        const [hit, miss, completion] = [tokens(), tokens(), tokens()];
        const reasoning_tokens = below(completion + 1);
        const total = hit + miss + completion;
        return { raw: { prompt_tokens: hit + miss, completion_tokens: completion, total_tokens: total, prompt_cache_hit_tokens: hit, prompt_cache_miss_tokens: miss, completion_tokens_details: { reasoning_tokens } }, total };
      },
      OpenAI: () => {
        const [prompt, completion] = [tokens(), tokens()];
        const details = { prompt_tokens_details: { cached_tokens: below(prompt + 1) }, completion_tokens_details: { reasoning_tokens: below(completion + 1) } };
        return { raw: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion, ...details }, total: prompt + completion };
      },
      'reasoning beside completion': () => {
        const [prompt, completion, reasoning_tokens] = [tokens(), tokens(), tokens()];
        const total = prompt + completion + reasoning_tokens;
        return { raw: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total, completion_tokens_details: { reasoning_tokens } }, total };
      },
      'more read from and written to the cache than there was': () => {
        const [prompt, completion] = [tokens(), tokens()];
        return { raw: { prompt_tokens: prompt, completion_tokens: completion, prompt_tokens_details: { cached_tokens: tokens(), cache_write_tokens: tokens() } }, total: prompt + completion };
      },
      Anthropic: () => {
        const [input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens] = [tokens(), tokens(), tokens(), tokens()];
        return { raw: { input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens }, total: input_tokens + output_tokens + cache_read_input_tokens + cache_creation_input_tokens };
      },
    };
    for (const [name, form] of Object.entries(forms)) {
      it(`every token is in one bucket, and none is less than none: ${name}`, () => {
        for (let round = 0; round < 2_000; round += 1) {
          const { raw, total } = form();
          const found = normaliseUsage(raw);
          assert.ok(found !== null && Object.values(found).every((count) => Number.isSafeInteger(count) && count >= 0), JSON.stringify({ raw, found }));
          assert.equal(totalTokens(found), total, JSON.stringify({ raw, found }));
        }
      });
    }
  });
});

describe('countsCache', () => {
  it('tells an API that found nothing in its cache from one that says nothing of it', () => {
    const says = [
      { prompt_tokens: 9, completion_tokens: 1, prompt_cache_hit_tokens: 0, prompt_cache_miss_tokens: 9 },
      { prompt_tokens: 9, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 0 } },
      { prompt_tokens: 9, completion_tokens: 1, cached_tokens: 0 },
      { input_tokens: 9, output_tokens: 1, cache_read_input_tokens: 0 },
    ];
    const silent = [{ prompt_tokens: 9, completion_tokens: 1 }, { prompt_tokens: 9, completion_tokens: 1, prompt_tokens_details: null }, { prompt_tokens: 9, completion_tokens: 1, prompt_tokens_details: { audio_tokens: 0 } }, null, 'none'];
    assert.deepEqual([says.map(countsCache), silent.map(countsCache)], [says.map(() => true), silent.map(() => false)]);
  });
});
