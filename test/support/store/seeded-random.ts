// Random numbers that can be had again: a failing test prints its seed, BOOCODE_TEST_SEED repeats it.
import { randomInt } from 'node:crypto';

export type SeededRandom = { seed: number; below(limit: number): number; pick<T>(list: readonly T[]): T };

/** xorshift32; see G. Marsaglia, "Xorshift RNGs", 2003. Good enough to choose moments and places. */
export function seededRandom(): SeededRandom {
  const seed = Number(process.env.BOOCODE_TEST_SEED ?? randomInt(1, 2 ** 31));
  let state = seed;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    seed,
    below,
    pick: (list) => {
      const found = list[below(list.length)];
      if (found === undefined) throw new Error('nothing to pick from');
      return found;
    },
  };
}
