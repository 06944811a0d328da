// Reads a range of lines from an open file in small pieces, so that a huge file costs no more memory than its range.
import { isUtf8 } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { characterSets, isBinary, isUnicode, markedEncoding, type DecodeErrorCode, type TextEncoding } from './text-file';
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
  /** True when the encoding is unknown: what is no UTF-8 stands as U+FFFD. */
  lossy: boolean;
};

const pieceBytes = 64 * 1024;
const newline = 10;

type Kept = { number: number; pieces: Buffer[]; bytes: number; hiddenBytes: number };

/** `configured` is the encoding of files that are neither marked nor UTF-8; null when nobody said. */
export async function readLineRange(
  { file, size }: { file: FileHandle; size: number },
  name: string,
  configured: TextEncoding | null,
  range: { start: number; end: number | null },
  limits: LineLimits,
  signal: AbortSignal,
): Promise<Outcome<LineRange, DecodeErrorCode>> {
  const kept: Kept[] = [];
  let keptBytes = 0;
  let number = 1;
  let lineHasBytes = false;
  let nextLine: number | null = null;
  let counted = true;
  let position = 0;
  let open: Kept | null = null;
  let toUtf8: ((piece: Buffer) => Buffer) | null = null;

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
    let piece: Buffer = buffer.subarray(0, bytesRead);
    if (position === 0) {
      const mark = markedEncoding(piece);
      if (mark === 'utf16le' || mark === 'utf16be') toUtf8 = utf16Reader(mark);
      if (mark !== null) piece = piece.subarray(mark === 'utf8bom' ? 3 : 2);
    }
    position += bytesRead;
    if (toUtf8 !== null) piece = toUtf8(piece);
    if (piece.includes(0)) return isBinary(name);
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
    // No more came than there was when it was opened: the next piece would be empty.
    if (bytesRead < pieceBytes && position === size) break;
  }

  const { texts, lossy } = await decodedLines(kept, configured);
  const lines = kept.map((one, index): Line => ({ number: one.number, text: (texts[index] ?? '').replace(/\r?\n$/, ''), hiddenBytes: one.hiddenBytes }));
  return { ok: true, value: { lines, totalLines: counted ? number - (lineHasBytes ? 0 : 1) : null, nextLine, lossy } };
}

/** All lines in one encoding: UTF-8 when they all are, else the configured one, else as far as UTF-8 goes. */
async function decodedLines(kept: readonly Kept[], configured: TextEncoding | null): Promise<{ texts: string[]; lossy: boolean }> {
  const whole = kept.map((one) => Buffer.concat(one.pieces));
  const ended = whole.map((bytes, index) => ((kept[index]?.hiddenBytes ?? 0) > 0 ? withoutBrokenEnd(bytes) : bytes));
  const asUtf8 = (): string[] => ended.map((bytes) => bytes.toString('utf8'));
  if (ended.every((bytes) => isUtf8(bytes))) return { texts: asUtf8(), lossy: false };
  if (configured !== null && !isUnicode(configured)) {
    const { decodeForShowing } = await characterSets();
    const texts = whole.map((bytes) => decodeForShowing(bytes, configured));
    if (texts.every((text) => text !== null)) return { texts, lossy: false };
  }
  return { texts: asUtf8(), lossy: true };
}

/** Pieces of UTF-16 to pieces of UTF-8, characters that lie across two pieces included. */
function utf16Reader(encoding: 'utf16le' | 'utf16be'): (piece: Buffer) => Buffer {
  const decoder = new StringDecoder('utf16le');
  let odd: Buffer = Buffer.alloc(0);
  return (piece) => {
    const all = Buffer.concat([odd, piece]);
    const even = all.length - (all.length % 2);
    odd = all.subarray(even);
    const units = all.subarray(0, even);
    return Buffer.from(decoder.write(encoding === 'utf16be' ? units.swap16() : units), 'utf8');
  };
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
