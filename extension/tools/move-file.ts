// move_file: a file or folder to another name or place.
import * as z from 'zod';
import type { Move, PlannedMove } from '../platform/file-moves';
import { formatCount } from '../../shared/format';
import { shownEntries } from './shown-entries';
import { failure, refusedPlan } from './tool-results';
import { defineTool } from './tool';

const input = z.strictObject({ from: z.string(), to: z.string(), overwrite: z.optional(z.boolean()) });

export const moveFileTool = defineTool({
  name: 'move_file',
  description: 'Move or rename a file or folder. to is the whole new path; missing folders are made. Replaces a file only if overwrite.',
  input,
  access: 'write',
  subject: ({ from, to }) => `${from} → ${to}`,
  async plan({ from, to, overwrite }, { files, signal }) {
    const planned = await files.planMove(from, to, overwrite ?? false, signal);
    if (!planned.ok) return refusedPlan(planned.error);
    const { kind, files: count, bytes, entries, protection, replaces } = planned.value;
    const ends = { from: planned.value.from, to: planned.value.to };
    const holding = kind === 'folder' ? ` with ${formatCount(count, 'file')}` : '';
    return {
      kind: 'needs_approval',
      title: `Move ${ends.from}${holding} to ${ends.to}${replaces === null ? '' : ', replacing it'}`,
      subject: { kind: 'move', ...ends, what: kind, files: count, bytes, replaces: replaces !== null, kept: replaces?.kept ?? false, ...shownEntries(entries) },
      protected_reason: protection && `${protection.path} is protected: ${protection.reason}.`,
      prepared: { ...ends, what: kind, count, planned: planned.value },
    };
  },
  changes: ({ from, to, planned: { entries } }) => [from, to].flatMap((end) => (entries.length === 0 ? [end] : entries.map((entry) => `${end}/${entry}`))),
  async run({ from, to, what, count, planned }: Prepared, { files, signal }) {
    if (signal.aborted) return failure({ code: 'stopped', message: `Stopped; ${from} was not moved.`, next_step: 'Wait for the user.' });
    const moved = await files.move(from, to, planned, signal);
    if (!moved.ok) return failure(moved.error);
    const { keptAt, leftBehind } = moved.value;
    const of = what === 'folder' ? ` with ${formatCount(count, 'file')}` : '';
    const replaced = planned.replaces === null ? '' : ` in place of what was there${keptAt === null ? '' : `, which the user can get back from ${keptAt}`}`;
    const left = leftBehind ? ` It could not be taken from its old place: ${from} is there too. Tell the user.` : '';
    return {
      text: `Moved ${moved.value.from}${of} to ${moved.value.to}${replaced}.${left}`,
      is_error: false,
      summary: what === 'folder' ? formatCount(count, 'file') : 'moved',
      details: { from: moved.value.from, to: moved.value.to, files: count, kept_at: keptAt, left_behind: leftBehind },
    };
  },
});

type Prepared = { from: string; to: string; what: Move['kind']; count: number; planned: PlannedMove };
