// What a person sees of a folder that is to be deleted or moved.

const mostShown = 50;
const mostCharacters = 4000;

/** The first of the paths below a folder, bounded, and how many more there are. */
export function shownEntries(entries: readonly string[]): { paths: string[]; more_paths?: number } {
  const shown: string[] = [];
  let characters = 0;
  for (const entry of entries) {
    characters += entry.length;
    if (shown.length === mostShown || characters > mostCharacters) break;
    shown.push(entry);
  }
  const more = entries.length - shown.length;
  return { paths: shown, ...(more > 0 && { more_paths: more }) };
}
