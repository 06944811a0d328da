// The bytes of a journal: records that can be told from anything else. A record never contains the mark of
// another, because its payload is JSON text, which has no control characters; so reading can go on behind damage.
import { crc32 } from './checksum';

/** Bumped when the bytes around the payload change. */
export const recordVersion = 1;

const mark = Buffer.from([0x1e, 0x42, 0x43, 0x00]);
const markNumber = mark.readUInt32BE();
const crcAt = 16;
/** mark 4, version 2, reserved 2, sequence 4, length 4, CRC-32 4; little-endian; the CRC covers all but itself. */
const headerBytes = 20;

export type JournalRecord = { seq: number; payload: string; end: number };

export type Scan = {
  records: JournalRecord[];
  /** Stretches before the last record that are no records: bytes were changed there. */
  damage: { from: number; to: number }[];
  /** Behind the last record. */
  end: number;
  /**
   * What lies behind it: nothing, the beginning of a record that is not (yet) all there, a whole one whose bytes
   * are wrong, or a record of a later version.
   */
  tail: 'none' | 'unfinished' | 'wrong' | 'newer';
};

function checksum(record: Buffer): number {
  return crc32(record.subarray(headerBytes), crc32(record.subarray(0, crcAt)));
}

export function encodeRecord(seq: number, payload: string): Buffer {
  const text = Buffer.from(payload, 'utf8');
  const record = Buffer.allocUnsafe(headerBytes + text.length);
  mark.copy(record, 0);
  record.writeUInt16LE(recordVersion, 4);
  record.writeUInt16LE(0, 6);
  record.writeUInt32LE(seq, 8);
  record.writeUInt32LE(text.length, 12);
  text.copy(record, headerBytes);
  record.writeInt32LE(checksum(record), crcAt);
  return record;
}

function decodeAt(bytes: Buffer, at: number): JournalRecord | 'unfinished' | 'wrong' | 'newer' {
  const left = bytes.length - at;
  if (left < headerBytes) return bytes.compare(mark, 0, Math.min(left, mark.length), at, at + Math.min(left, mark.length)) === 0 ? 'unfinished' : 'wrong';
  if (bytes.readUInt32BE(at) !== markNumber) return 'wrong';
  const end = at + headerBytes + bytes.readUInt32LE(at + 12);
  if (end > bytes.length) return 'unfinished';
  const record = bytes.subarray(at, end);
  if (record.readInt32LE(crcAt) !== checksum(record)) return 'wrong';
  if (record.readUInt16LE(4) > recordVersion) return 'newer';
  return { seq: record.readUInt32LE(8), payload: record.toString('utf8', headerBytes), end };
}

function nextRecordAt(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(mark, from); at !== -1; at = bytes.indexOf(mark, at + 1)) {
    if (typeof decodeAt(bytes, at) === 'object') return at;
  }
  return -1;
}

/** Reads all records, stepping over damage. Positions are those in `bytes`. */
export function scanRecords(bytes: Buffer): Scan {
  const scan: Scan = { records: [], damage: [], end: 0, tail: 'none' };
  while (scan.end < bytes.length) {
    const record = decodeAt(bytes, scan.end);
    if (typeof record === 'object') {
      scan.records.push(record);
      scan.end = record.end;
      continue;
    }
    const next = record === 'newer' ? -1 : nextRecordAt(bytes, scan.end + 1);
    if (next === -1) return { ...scan, tail: record };
    scan.damage.push({ from: scan.end, to: next });
    scan.end = next;
  }
  return scan;
}
