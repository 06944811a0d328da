import assert from 'node:assert/strict';
import { nowMicros } from './clock';

describe('clock', () => {
  it('gives whole microseconds of the wall clock', () => {
    const before = Date.now() * 1000;
    const now = nowMicros();
    assert.equal(Number.isSafeInteger(now), true);
    // A clock set back meanwhile would be out of these bounds, by design.
    assert.ok(Math.abs(now - before) < 5_000_000, `${now} against ${before}`);
  });

  it('never goes back, and goes on from where it was when the time is set back', () => {
    const original = Date.now;
    try {
      const start = nowMicros();
      Date.now = () => original() + 60_000;
      const ahead = nowMicros();
      Date.now = original;
      const after = nowMicros();
      let latest = after;
      while (latest === after) latest = nowMicros();
      assert.deepEqual([ahead >= start + 59_000_000, after >= ahead, latest > after], [true, true, true]);
    } finally {
      Date.now = original;
    }
  });
});
