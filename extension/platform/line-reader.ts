// Reads a range of lines from an open file in small pieces, so that a huge file costs no more memory than its range.
import type { FileHandle } from 'node:fs/promises';
import { decodeText, type DecodeErrorCode } from './text-file';
import type { Outcome } from './outcome';

export type LineLimits = {
  maxLines: number;
  maxBytes: number;
  /** A longer line is cut; `hiddenBytes` tells how much is missing. */
  maxLineBytes: number;
  /** Up to this size all lines are counted; a larger file is left as soon as the range is read. */
  countUpToBytes: number;
};

export type Line = { number: number; text: string; hiddenBytes: number };

export type LineRange = {
  lines: Line[];
  /** Null when the file is too large to count. */
  totalLines: number | null;
  /** The first line not given although asked for; null when the range is whole. */
  nextLine: number | null;
};

const pieceBytes = 64 * 1024;
const newline = 10;

type Kept = { number: number; pieces: Buffer[]; bytes: number; hiddenBytes: number };

export async function readLineRange(
  file: FileHandle,
  name: string,
  range: { start: number; end: number | null },
  limits: LineLimits,
  signal: AbortSignal,
): Promise<Outcome<LineRange, DecodeErrorCode>> {
  const size = (await file.stat()).size;
  const kept: Kept[] = [];
  let keptBytes = 0;
  let number = 1;
  let lineHasBytes = false;
  let nextLine: number | null = null;
  let counted = true;
  let position = 0;
  let open: Kept | null = null;

  const keep = (piece: Buffer): void => {
    if (piece.length === 0 || nextLine !== null || number < range.start || (range.end !== null && number > range.end)) return;
    if (open === null) {
      if (kept.length >= limits.maxLines || keptBytes >= limits.maxBytes) {
        nextLine = number;
        return;
      }
      open = { number, pieces: [], bytes: 0, hiddenBytes: 0 };
      kept.push(open);
    }
    const room = Math.max(0, limits.maxLineBytes - open.bytes);
    const part = piece.subarray(0, room);
    if (part.length > 0) open.pieces.push(Buffer.from(part));
    open.bytes += part.length;
    open.hiddenBytes += piece.length - part.length;
    keptBytes += part.length;
  };

  const buffer = Buffer.allocUnsafe(pieceBytes);
  for (;;) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(buffer, 0, pieceBytes, position);
    if (bytesRead === 0) break;
    const piece = buffer.subarray(0, bytesRead);
    if (piece.includes(0)) return decodeText(piece, name) as Outcome<never, DecodeErrorCode>; // a zero byte is always refused
    position += bytesRead;
    let from = 0;
    for (;;) {
      const at = piece.indexOf(newline, from);
      const to = at === -1 ? piece.length : at + 1;
      if (to > from) lineHasBytes = true;
      keep(piece.subarray(from, to));
      if (at === -1) break;
      from = to;
      number++;
      lineHasBytes = false;
      open = null;
    }
    const rangeIsRead = nextLine !== null || (range.end !== null && number > range.end);
    if (rangeIsRead && size > limits.countUpToBytes) {
      counted = false;
      break;
    }
  }

  const lines: Line[] = [];
  for (const one of kept) {
    const whole = Buffer.concat(one.pieces);
    const decoded = decodeText(one.hiddenBytes > 0 ? withoutBrokenEnd(whole) : whole, name);
    if (!decoded.ok) return decoded;
    lines.push({ number: one.number, text: decoded.value.text.replace(/\r?\n$/, ''), hiddenBytes: one.hiddenBytes });
  }
  return { ok: true, value: { lines, totalLines: counted ? number - (lineHasBytes ? 0 : 1) : null, nextLine } };
}

/** Drops the bytes of a character that was cut in two. */
export function withoutBrokenEnd(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length - brokenEndLength(bytes));
}

/** How many bytes at the end begin a UTF-8 character that is not complete: 0 to 3. */
export function brokenEndLength(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}
