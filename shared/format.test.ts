import assert from 'node:assert/strict';
import {
  formatAge,
  formatBytes,
  formatCount,
  formatDuration,
  formatExact,
  formatExactDuration,
  formatExactUsd,
  formatPercent,
  formatTokens,
  formatUsd,
  latencyBand,
} from './format';

const table = <T>(format: (value: T) => string, values: T[]): string[] => values.map(format);

describe('format', () => {
  it('writes durations in the unit that fits, never rounding over a border', () => {
    assert.deepEqual(
      table(formatDuration, [null, 0, 4.9, 5, 40, 994.9, 995, 1200, 4213, 59_949, 59_950, 84_000, 3_599_600, 3_723_000]),
      ['—', '<0.01 s', '<0.01 s', '0.01 s', '0.04 s', '0.99 s', '1.0 s', '1.2 s', '4.2 s', '59.9 s', '1:00', '1:24', '1:00:00', '1:02:03'],
    );
  });

  it('gives the exact duration for a tooltip', () => {
    assert.deepEqual(table(formatExactDuration, [null, 0.4127, 12.6, 4213]), ['unknown', '0.413 ms', '13 ms', '4,213 ms']);
  });

  it('writes dollars short, and never a cost as nothing', () => {
    assert.deepEqual(
      table(formatUsd, [null, 0, 0.00000001, 0.00005, 0.0031, 0.0994, 0.0995, 0.126, 1, 12.3, 1234.5]),
      ['—', '$0.00', '<$0.0001', '$0.0001', '$0.0031', '$0.0994', '$0.10', '$0.13', '$1.00', '$12.30', '$1,234.50'],
    );
    assert.deepEqual(table(formatExactUsd, [null, 0, 0.003, 0.00312345]), ['unknown', '$0.00', '$0.003', '$0.00312345']);
  });

  it('shortens token counts and keeps round sizes round', () => {
    assert.deepEqual(
      table(formatTokens, [null, 0, 812, 1000, 1049, 13_012, 45_123, 99_949, 99_950, 128_000, 999_499, 999_500, 1_000_000, 1_048_576]),
      ['—', '0', '812', '1K', '1.0K', '13.0K', '45.1K', '99.9K', '100K', '128K', '999K', '1.0M', '1M', '1.0M'],
    );
  });

  it('says 0 and 100 percent only when it is exactly that', () => {
    assert.deepEqual(table(formatPercent, [null, 0, 0.001, 0.6749, 0.94, 0.999, 1]), ['—', '0 %', '1 %', '67 %', '94 %', '99 %', '1' + '00 %']);
  });

  it('writes sizes and counts', () => {
    assert.deepEqual(table(formatBytes, [null, 12, 2150, 3 * 1024 * 1024]), ['—', '12 B', '2.1 KB', '3.0 MB']);
    assert.deepEqual([formatCount(1, 'call'), formatCount(1200, 'call'), formatExact(45_123), formatExact(null)], ['1 call', '1,200 calls', '45,123', 'unknown']);
  });

  it('says how long ago something was', () => {
    const now = Date.UTC(2030, 4, 20, 12) * 1000;
    const ago = (minutes: number): string => formatAge(now - minutes * 60_000_000, now);
    assert.deepEqual([ago(0), ago(5), ago(180), ago(2880), formatAge(now + 5_000_000, now)], ['now', '5 min', '3 h', '2 d', 'now']);
    assert.match(ago(20 * 1440), /^Apr 30, 2030$/);
  });

  it('puts latencies into the bands at 1 s and 5 s', () => {
    assert.deepEqual([0, 999.9, 1000, 4999, 5000].map(latencyBand), ['fast', 'fast', 'slow', 'slow', 'very_slow']);
  });
});
