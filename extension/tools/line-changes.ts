// Counts the lines a change adds and removes.

export type LineChanges = { added: number; removed: number };

/** Past this many changed lines the texts count as wholly different; comparing further would take too long. */
const mostDifferences = 2000;

export async function countLineChanges(before: string | null, after: string): Promise<LineChanges> {
  const { diffLines } = await import('diff');
  const old = before ?? '';
  const parts = diffLines(old, after, { maxEditLength: mostDifferences });
  if (!parts) return { added: linesIn(after), removed: linesIn(old) };
  const changes: LineChanges = { added: 0, removed: 0 };
  for (const { added, removed, count } of parts) {
    if (added) changes.added += count;
    if (removed) changes.removed += count;
  }
  return changes;
}

export function changesSummary({ added, removed }: LineChanges): string {
  return `+${added} −${removed}`;
}

function linesIn(text: string): number {
  if (text === '') return 0;
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}
