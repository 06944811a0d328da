import assert from 'node:assert/strict';
import { FrameMeter } from './frame-meter';

/** The largest event the meter saw when the bytes come in pieces of this length. */
function largest(text: string, pieceLength: number): number {
  const meter = new FrameMeter();
  const bytes = Buffer.from(text);
  let most = 0;
  for (let at = 0; at < bytes.length; at += pieceLength) most = Math.max(most, meter.add(bytes.subarray(at, at + pieceLength)));
  return most;
}

describe('frame meter', () => {
  it('measures one event however its bytes are cut, with either line end', () => {
    for (const end of ['\n', '\r\n']) {
      const stream = Array.from({ length: 50 }, (_, n) => `data: ${'x'.repeat(n)}${end}${end}`).join('');
      const longest = `data: ${'x'.repeat(49)}${end}${end}`.length;
      for (const pieceLength of [1, 2, 3, 7, 64]) {
        const measured = largest(stream, pieceLength);
        assert.ok(measured >= longest - end.length - 1 && measured <= longest, `${measured} of ${longest} in pieces of ${pieceLength}`);
      }
    }
  });

  it('counts the lines of one event together', () => {
    assert.ok(largest('data: x\n'.repeat(100), 64) === 800);
  });

  it('counts what has no end yet', () => {
    assert.equal(largest('data: a\n\n' + 'x'.repeat(1000), 64), 1000);
  });
});
