// Makes characters visible that change what a person believes to read: direction overrides, zero-width and
// control characters, look-alike spaces. For text somebody is asked to approve.

export type VisiblePart = { text: string; hidden: boolean };

/**
 * Controls but no plain space; soft hyphen; Arabic letter mark; Hangul and Khmer fillers; Mongolian and zero-width
 * marks; line, paragraph and direction controls; odd spaces; word joiner and friends; variation selectors;
 * byte order mark; interlinear marks; tag characters; and whatever else is a format or an ignorable character.
 */
const hiddenCharacter =
  // Combining marks are listed by themselves here on purpose, to be found.
  // oxlint-disable-next-line no-misleading-character-class
  /[\u0000-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** The text in order, its hidden characters as parts of their own, written `U+202E`. */
export function visibleParts(text: string): VisiblePart[] {
  const parts: VisiblePart[] = [];
  let end = 0;
  for (const match of text.matchAll(hiddenCharacter)) {
    if (match.index > end) parts.push({ text: text.slice(end, match.index), hidden: false });
    parts.push({ text: codePoint(match[0]), hidden: true });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), hidden: false });
  return parts;
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * An argument as a shell user would write it, so that where one ends and the next begins can be seen. For reading
 * only: nothing is ever run from this text.
 */
export function quoteArgument(argument: string): string {
  if (/^[\w@%+=:,./\\-]+$/.test(argument)) return argument;
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}
