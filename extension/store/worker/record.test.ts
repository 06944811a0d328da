// The record format against every way a few bytes can go wrong.
import assert from 'node:assert/strict';
import CRC32 from 'crc-32';
import { seededRandom } from '../../../test/support/store/seeded-random';
import { crc32, portableCrc32 } from './checksum';
import { encodeRecord, scanRecords } from './record';

const payloads = ['{"a":1}', '{"b":"ünï 🧪"}', '', '{"d":"\\u001eBC\\u0000"}'];
const records = payloads.map((payload, seq) => encodeRecord(seq, payload));
const journal = Buffer.concat(records);
const starts = records.map((_, index) => Buffer.concat(records.slice(0, index)).length);

function payloadsIn(bytes: Buffer): string[] {
  return scanRecords(bytes).records.map((record) => record.payload);
}

describe('journal records', () => {
  it('come back as they were written', () => {
    const scan = scanRecords(journal);
    assert.deepEqual(scan, {
      records: payloads.map((payload, seq) => ({ seq, payload, end: starts[seq + 1] ?? journal.length })),
      damage: [],
      end: journal.length,
      tail: 'none',
    });
  });

  it('come back up to the tear at every length a file can be torn to', () => {
    for (let length = 0; length < journal.length; length++) {
      const whole = starts.filter((start, index) => start + (records[index]?.length ?? 0) <= length).length;
      const scan = scanRecords(journal.subarray(0, length));
      assert.deepEqual(scan.records.map((record) => record.payload), payloads.slice(0, whole), `torn to ${length} bytes`);
      assert.equal(scan.tail, length === (starts[whole] ?? journal.length) ? 'none' : 'unfinished', `torn to ${length} bytes`);
    }
  });

  it('lose only the record in which a byte was changed, whichever byte', () => {
    for (let at = 0; at < journal.length; at++) {
      const bytes = Buffer.from(journal);
      bytes.writeUInt8(bytes.readUInt8(at) ^ 0x40, at);
      const hit = starts.findLastIndex((start) => start <= at);
      assert.deepEqual(payloadsIn(bytes), payloads.filter((_, index) => index !== hit), `byte ${at}`);
    }
  });

  it('say where the damage is, and that the rest was read', () => {
    const bytes = Buffer.from(journal);
    bytes.writeUInt8(0x21, (starts[1] ?? 0) + 22);
    const { damage, end, tail } = scanRecords(bytes);
    assert.deepEqual({ damage, end, tail }, { damage: [{ from: starts[1], to: starts[2] }], end: journal.length, tail: 'none' });
  });

  it('are not found in zeros or in text', () => {
    assert.deepEqual(scanRecords(Buffer.alloc(5000)), { records: [], damage: [], end: 0, tail: 'wrong' });
    assert.deepEqual(payloadsIn(Buffer.from('{"a":1}\n'.repeat(100))), []);
  });
});

describe('checksum', () => {
  it('is the CRC-32 that everybody has', () => {
    assert.equal(crc32(Buffer.from('123456789')) >>> 0, 0xcbf43926);
  });

  it('is the same with and without the help of Node, in one piece and in two', () => {
    const random = seededRandom();
    for (let round = 0; round < 200; round++) {
      const bytes = Buffer.from(Array.from({ length: random.below(300) }, () => random.below(256)));
      const cut = random.below(bytes.length + 1);
      const [head, tail] = [bytes.subarray(0, cut), bytes.subarray(cut)];
      const sums = [crc32(bytes), portableCrc32(bytes), crc32(tail, crc32(head)), portableCrc32(tail, portableCrc32(head))];
      assert.deepEqual(new Set(sums), new Set([CRC32.buf(bytes)]), `seed ${random.seed}, round ${round}`);
    }
  });
});
