// Bytes to text and back without losing what an edit did not touch: the byte order mark and the line endings.
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { refuse, type Outcome } from './outcome';

export type DecodedText = { text: string; bom: boolean };
export type DecodeErrorCode = 'binary' | 'not_utf8';

const bomBytes = Buffer.from([0xef, 0xbb, 0xbf]);

/** `name` is what messages call the file. */
export function decodeText(bytes: Buffer, name: string): Outcome<DecodedText, DecodeErrorCode> {
  if (startsWith(bytes, [0xff, 0xfe]) || startsWith(bytes, [0xfe, 0xff])) {
    return refuse('not_utf8', `${name} is UTF-16 text; only UTF-8 is read and written.`, 'Leave it, or convert it with a command first.');
  }
  if (bytes.includes(0)) return refuse('binary', `${name} is a binary file.`, 'Use a command that understands its format.');
  if (!isUtf8(bytes)) {
    return refuse('not_utf8', `${name} is text, but not UTF-8.`, 'Leave it, or convert it with a command first.');
  }
  const bom = startsWith(bytes, [...bomBytes]);
  return { ok: true, value: { text: bytes.toString('utf8', bom ? bomBytes.length : 0), bom } };
}

export function encodeText(text: string, bom: boolean): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  return bom ? Buffer.concat([bomBytes, bytes]) : bytes;
}

export function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The line ending a text mostly has; `\n` when it has none. */
export function lineEndingOf(text: string): '\n' | '\r\n' {
  const all = text.split('\n').length - 1;
  const crlf = text.split('\r\n').length - 1;
  return crlf * 2 > all ? '\r\n' : '\n';
}

/** The same lines with this ending. */
export function withLineEnding(text: string, ending: '\n' | '\r\n'): string {
  return text.replace(/\r?\n/g, ending);
}

function startsWith(bytes: Buffer, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}
