// A JSON value that was too long for a message, in its short form: its beginning, its size, and a mark by which a
// view knows that it can ask for the whole.
import type { Json } from './ids';

export type CutJson = { boocode_cut: { head: string; characters: number } };

/** The value itself when its JSON text has at most `limit` characters, else a CutJson with the first `limit` of them. */
export function cutJson(value: Json, limit: number): Json {
  const text = JSON.stringify(value);
  if (text.length <= limit) return value;
  const shown = textField(value) ?? text;
  return { boocode_cut: { head: shown.slice(0, limit), characters: shown.length } } satisfies CutJson;
}

/** A tool's output is mostly one long text; its beginning reads better than the beginning of its JSON. */
function textField(value: Json): string | null {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  const text = value['text'];
  return typeof text === 'string' ? text : null;
}

export function asCut(value: unknown): CutJson['boocode_cut'] | null {
  if (value === null || typeof value !== 'object' || !('boocode_cut' in value)) return null;
  const cut = value.boocode_cut;
  if (cut === null || typeof cut !== 'object' || !('head' in cut) || !('characters' in cut)) return null;
  if (typeof cut.head !== 'string' || typeof cut.characters !== 'number') return null;
  return { head: cut.head, characters: cut.characters };
}
