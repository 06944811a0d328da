import assert from 'node:assert/strict';
import { defaultRetryPolicy, parseRetryAfter, retryDelayMs } from './retry-policy';

describe('retry policy', () => {
  const at = (random: number): typeof defaultRetryPolicy => ({ ...defaultRetryPolicy, random: () => random });
  const delays = (random: number): (number | null)[] => [1, 2, 3, 4, 5].map((attempt) => retryDelayMs(at(random), attempt, null));

  it('waits between one second and a bound that doubles up to thirty', () => {
    assert.deepEqual({ least: delays(0), most: delays(1) }, { least: [1000, 1000, 1000, 1000, 1000], most: [2000, 4000, 8000, 16000, 30000] });
  });

  it('does what a Retry-After says up to a minute, and 0 at its word once only', () => {
    assert.deepEqual(
      [
        [1, 3_000],
        [4, 60_000],
        [1, 60_001],
        [1, 0],
        [2, 0],
      ].map(([attempt = 0, asked = 0]) => retryDelayMs(at(1), attempt, asked)),
      [3_000, 60_000, null, 0, 4_000],
    );
  });

  it('reads Retry-After as seconds or as a date', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    assert.deepEqual(
      ['0', '3', '9999', 'Thu, 01 Jan 2026 00:00:10 GMT', 'Wed, 31 Dec 2025 23:00:00 GMT', '-5', 'soon', '', null].map((header) => parseRetryAfter(header, now)),
      [0, 3_000, 9_999_000, 10_000, 0, 0, null, null, null],
    );
  });
});
