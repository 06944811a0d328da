// Takes long strings out of what is written and puts them back into what is read. In the journal and in the image
// a marker stands in their place; outside the worker nobody sees one.
import type { PayloadForm } from '../tables/table';
import { blobOf, type Blob } from './blobs';

/** Strings of more bytes than this become blobs. */
export const inlineBytes = 8 * 1024;

/** No text of ours begins so; a text of somebody else's that does becomes a blob whatever its length. */
const markStart = '\u0000blob:';
/**
 * The marker as a whole string within JSON text, where it is a value and no key. JSON has no other way to write the
 * NUL, and within a longer string the quotes would be escaped.
 */
const markInJson = /"\\u0000blob:([0-9a-f]{64}):(\d+)"(?!:)/g;

export type TakenOut<T> = { value: T; blobs: Blob[] };

/** `fields`: which fields of the value hold payloads, and in which form. The same value when nothing is taken out. */
export function takeOut(value: unknown, fields: Readonly<Record<string, PayloadForm>>): TakenOut<unknown> {
  const blobs: Blob[] = [];
  if (typeof value !== 'object' || value === null) return { value, blobs };
  const changed: Record<string, unknown> = {};
  for (const [field, form] of Object.entries(fields)) {
    const content = (value as Record<string, unknown>)[field];
    const next = form === 'json' ? withoutLong(content, blobs) : textWithoutLong(content, blobs);
    if (next !== content) changed[field] = next;
  }
  return { value: blobs.length === 0 ? value : { ...value, ...changed }, blobs };
}

/** JSON text with every marker replaced by the string it stands for. */
export function putBack(text: string, read: (sha256: string, bytes: number) => string): string {
  if (!text.includes('\\u0000blob:')) return text;
  return text.replace(markInJson, (_mark, sha256: string, bytes: string) => JSON.stringify(read(sha256, Number(bytes))));
}

function textWithoutLong(text: unknown, blobs: Blob[]): unknown {
  // Short text cannot hold a long string; only one with the mark's beginning in it needs a closer look.
  if (typeof text !== 'string' || (text.length * 3 <= inlineBytes && !text.includes('\\u0000blob:'))) return text;
  const before = blobs.length;
  const next = withoutLong(parsed(text), blobs);
  return blobs.length === before ? text : JSON.stringify(next);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON after all: the table takes it as it is.
    return null;
  }
}

function withoutLong(value: unknown, blobs: Blob[]): unknown {
  if (typeof value === 'string') return isTaken(value) ? marked(value, blobs) : value;
  if (Array.isArray(value)) {
    const next = value.map((item) => withoutLong(item, blobs));
    return next.every((item, index) => item === value[index]) ? value : next;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const next = entries.map(([key, item]) => [key, withoutLong(item, blobs)] as const);
  return next.every(([, item], index) => item === entries[index]?.[1]) ? value : Object.fromEntries(next);
}

function isTaken(text: string): boolean {
  if (text.startsWith(markStart)) return text.isWellFormed();
  // A lone surrogate has no bytes in UTF-8: such a text stays where it is, exactly as it is.
  return text.length * 3 > inlineBytes && Buffer.byteLength(text) > inlineBytes && text.isWellFormed();
}

function marked(text: string, blobs: Blob[]): string {
  const blob = blobOf(text);
  blobs.push(blob);
  return `${markStart}${blob.sha256}:${blob.bytes.length}`;
}
