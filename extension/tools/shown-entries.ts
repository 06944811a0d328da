// What a person sees of a folder that is to be deleted or moved.

const mostShown = 50;
const mostCharacters = 4000;

/** The first of the paths below a folder, bounded; the question itself says how many there are. */
export function shownEntries(entries: readonly string[]): string[] {
  const shown: string[] = [];
  let characters = 0;
  for (const entry of entries) {
    characters += entry.length;
    if (shown.length === mostShown || characters > mostCharacters) break;
    shown.push(entry);
  }
  return shown;
}
