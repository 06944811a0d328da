// Items to rows: a run of more than three alike calls that went well becomes one row with a count.
import { toolState, type Item, type ToolItem } from './items';

export type GroupRow = { kind: 'group'; id: string; tool_name: string; calls: readonly ToolItem[] };
export type Row = Item | GroupRow;

const foldFrom = 4;

export function rowsOf(items: readonly Item[]): Row[] {
  const rows: Row[] = [];
  let run: ToolItem[] = [];
  const endRun = (): void => {
    const first = run[0];
    if (first && run.length >= foldFrom) rows.push({ kind: 'group', id: `group-${first.id}`, tool_name: first.tool_name, calls: run });
    else rows.push(...run);
    run = [];
  };
  for (const item of items) {
    // What a person answered stays in sight.
    const folds = item.kind === 'tool' && item.question === null && toolState(item) === 'success';
    if (!folds || item.tool_name !== run[0]?.tool_name) endRun();
    if (folds) run.push(item);
    else rows.push(item);
  }
  endRun();
  return rows;
}

/** What stays the same while rows are added, so that a chunk of rows far above is not looked at again. */
export type Chunk = { id: string; rows: readonly Row[] };

const chunkSize = 40;

/**
 * Rows in chunks that begin at each user message, so that older rows put before them leave them as they are. A chunk
 * whose rows are those of `before` is the very same object.
 */
export function chunksOf(rows: readonly Row[], before: readonly Chunk[]): Chunk[] {
  const chunks: Chunk[] = [];
  let current: Row[] = [];
  for (const row of rows) {
    if (current.length >= chunkSize || (row.kind === 'user' && current.length > 0)) {
      chunks.push({ id: current[0]?.id ?? '', rows: current });
      current = [];
    }
    current.push(row);
  }
  if (current.length > 0) chunks.push({ id: current[0]?.id ?? '', rows: current });
  const old = new Map(before.map((chunk) => [chunk.id, chunk]));
  return chunks.map((chunk) => {
    const known = old.get(chunk.id);
    return known && sameRows(known.rows, chunk.rows) ? known : chunk;
  });
}

function sameRows(a: readonly Row[], b: readonly Row[]): boolean {
  return a.length === b.length && a.every((row, index) => sameRow(row, b[index]));
}

/** A group is made anew each time; it is the same when its calls are. */
function sameRow(a: Row, b: Row | undefined): boolean {
  if (a === b) return true;
  if (a.kind !== 'group' || b?.kind !== 'group') return false;
  return a.calls.length === b.calls.length && a.calls.every((call, index) => call === b.calls[index]);
}
