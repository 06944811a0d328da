// Character sets beside Unicode, under the names VS Code gives them. A bundle of its own, loaded when the first file
// needs it: the tables are large and most workspaces never ask for one.
import iconv from 'iconv-lite';

/** The text of these bytes; null when there is no such set, or when the bytes are not wholly text in it. */
export function decodeCharacters(bytes: Buffer, set: string): string | null {
  if (!iconv.encodingExists(set)) return null;
  const text = iconv.decode(bytes, set, { stripBOM: false });
  return iconv.encode(text, set).equals(bytes) ? text : null;
}

/** As far as it goes: what is no text in this set is shown as U+FFFD. Null when there is no such set. */
export function decodeForShowing(bytes: Buffer, set: string): string | null {
  return iconv.encodingExists(set) ? iconv.decode(bytes, set, { stripBOM: false }) : null;
}

/** The bytes of this text, or the first character that the set does not have. Null when there is no such set. */
export function encodeCharacters(text: string, set: string): { bytes: Buffer } | { missing: string; at: number } | null {
  if (!iconv.encodingExists(set)) return null;
  const bytes = iconv.encode(text, set);
  const back = iconv.decode(bytes, set, { stripBOM: false });
  if (back === text) return { bytes };
  let at = 0;
  for (const character of text) {
    if (iconv.decode(iconv.encode(character, set), set, { stripBOM: false }) !== character) return { missing: character, at };
    at += character.length;
  }
  return { missing: text, at: 0 };
}
