import assert from 'node:assert/strict';
import { modelById, pricesAt } from './models';

describe('models', () => {
  const at = (iso: string): number => Date.parse(iso) * 1000;
  const flash = modelById('deepseek-flash');

  it('are found by id or by another name, and unknown ones are null', () => {
    assert.deepEqual([modelById('deepseek-v4-flash')?.id, modelById('deepseek-flash', 'deepseek')?.id, modelById('deepseek-flash', 'openai'), modelById('gpt-99')], ['deepseek-flash', 'deepseek-flash', null, null]);
  });

  it('cost twice as much in peak hours on working days, and nothing known before the first price', () => {
    assert.ok(flash);
    const offPeak = { input: 0.15, cacheRead: 0.003, output: 0.6 };
    const peak = { input: 0.3, cacheRead: 0.006, output: 1.2 };
    const times = { monday0059: '2026-11-23T00:59:59Z', monday0100: '2026-11-23T01:00:00Z', monday0400: '2026-11-23T04:00:00Z', friday0959: '2026-11-27T09:59:59Z', saturday0700: '2026-11-28T07:00:00Z', before: '2026-09-10T03:59:59Z' };
    assert.deepEqual(
      Object.fromEntries(Object.entries(times).map(([name, iso]) => [name, pricesAt(flash.prices, at(iso))])),
      { monday0059: offPeak, monday0100: peak, monday0400: offPeak, friday0959: peak, saturday0700: offPeak, before: null },
    );
  });
});
