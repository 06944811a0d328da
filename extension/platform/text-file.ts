// Bytes to text and back without losing what an edit did not touch: encoding, byte order mark and line endings. An
// encoding is never guessed: a byte order mark and valid UTF-8 speak for themselves, for the rest somebody must say.
import { isAscii, isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type * as CharacterSets from './character-sets';
import { refuse, type Outcome } from './outcome';

/** A name as VS Code's `files.encoding` has it: `utf8`, `utf8bom`, `utf16le`, `utf16be` (both with a mark), `windows1252` … */
export type TextEncoding = string;
export type DecodedText = { text: string; encoding: TextEncoding };
export type DecodeErrorCode = 'binary' | 'not_utf8';
export type EncodeErrorCode = 'not_encodable';

const marks = { utf8bom: [0xef, 0xbb, 0xbf], utf16le: [0xff, 0xfe], utf16be: [0xfe, 0xff] } as const;

/** The Unicode encoding whose mark these bytes begin with. */
export function markedEncoding(bytes: Buffer): keyof typeof marks | null {
  if (startsWith(bytes, marks.utf8bom)) return 'utf8bom';
  if (startsWith(bytes, marks.utf16le)) return 'utf16le';
  return startsWith(bytes, marks.utf16be) ? 'utf16be' : null;
}

/**
 * `name` is what messages call the file. `configured` is the encoding that files without a mark are kept in; it counts
 * only for bytes that are not UTF-8, and for plain ASCII. What comes out always goes back to the same bytes.
 */
export async function decodeText(bytes: Buffer, name: string, configured: TextEncoding | null): Promise<Outcome<DecodedText, DecodeErrorCode>> {
  const marked = markedEncoding(bytes);
  if (marked === 'utf16le' || marked === 'utf16be') return decodeUtf16(bytes.subarray(2), name, marked);
  if (bytes.includes(0)) return isBinary(name);
  if (marked === 'utf8bom' && isUtf8(bytes)) return { ok: true, value: { text: bytes.toString('utf8', 3), encoding: marked } };
  const set = configured === null || isUnicode(configured) ? null : configured;
  if (isUtf8(bytes) && !(set !== null && isAscii(bytes))) return { ok: true, value: { text: bytes.toString('utf8'), encoding: 'utf8' } };
  const text = set === null ? null : (await characterSets()).decodeCharacters(bytes, set);
  if (text !== null && set !== null) return { ok: true, value: { text, encoding: set } };
  if (isUtf8(bytes)) return { ok: true, value: { text: bytes.toString('utf8'), encoding: 'utf8' } };
  const tried = set === null ? '' : ` and not ${set}`;
  return refuse(
    'not_utf8',
    `${name} is text, but not UTF-8${tried}, so it can be read but not edited.`,
    'Tell the user: the setting files.encoding can name its encoding. Or change it with a command.',
  );
}

/** Undoes `decodeText`. Refuses what the encoding cannot hold rather than write something else. */
export async function encodeText(text: string, encoding: TextEncoding, name: string): Promise<Outcome<Buffer, EncodeErrorCode>> {
  if (text.includes('\0')) {
    return refuse('not_encodable', `The text for ${name} holds a zero byte, which only binary files have.`, 'Write it as an escape, or make the file with a command.');
  }
  if (encoding === 'utf16le' || encoding === 'utf16be') {
    const bytes = Buffer.from(text, 'utf16le');
    return { ok: true, value: Buffer.concat([Buffer.from(marks[encoding]), encoding === 'utf16be' ? bytes.swap16() : bytes]) };
  }
  if (encoding === 'utf8' || encoding === 'utf8bom') {
    if (!text.isWellFormed()) return refuse('not_encodable', `The text for ${name} holds half of a character.`, 'Send the whole text again.');
    return { ok: true, value: Buffer.concat([Buffer.from(encoding === 'utf8bom' ? marks.utf8bom : []), Buffer.from(text, 'utf8')]) };
  }
  const encoded = (await characterSets()).encodeCharacters(text, encoding);
  if (encoded === null) return refuse('not_encodable', `${name} is kept in ${encoding}, which cannot be written here.`, 'Tell the user.');
  if ('bytes' in encoded) return { ok: true, value: encoded.bytes };
  const line = text.slice(0, encoded.at).split('\n').length;
  const point = (encoded.missing.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return refuse(
    'not_encodable',
    `${name} is kept in ${encoding}, which has no "${encoded.missing.slice(0, 2)}" (U+${point}, line ${line} of the new text).`,
    'Use only characters it has.',
  );
}

/** What a new file is written in. An encoding that cannot be written here counts as none. */
export async function encodingOfNewFile(configured: TextEncoding | null): Promise<TextEncoding> {
  if (configured === null || isUnicode(configured)) return configured ?? 'utf8';
  return (await characterSets()).encodeCharacters('', configured) === null ? 'utf8' : configured;
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

export function isUnicode(encoding: TextEncoding): boolean {
  return ['utf8', 'utf8bom', 'utf16le', 'utf16be'].includes(encoding);
}

export function characterSets(): Promise<typeof CharacterSets> {
  return import('./character-sets');
}

export function isBinary(name: string): Outcome<never, 'binary'> {
  return refuse('binary', `${name} is a binary file.`, 'Use a command that understands its format.');
}

function decodeUtf16(bytes: Buffer, name: string, encoding: 'utf16le' | 'utf16be'): Outcome<DecodedText, DecodeErrorCode> {
  if (bytes.length % 2 !== 0) return isBinary(name);
  const text = (encoding === 'utf16be' ? Buffer.from(bytes).swap16() : bytes).toString('utf16le');
  return text.includes('\0') ? isBinary(name) : { ok: true, value: { text, encoding } };
}

function startsWith(bytes: Buffer, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}
