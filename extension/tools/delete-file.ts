// delete_file: a file, or a folder with all that is in it.
import * as z from 'zod';
import type { PlannedRemoval, Removal } from '../platform/file-removals';
import { formatCount } from '../../shared/format';
import { shownEntries } from './shown-entries';
import { failure, refusedPlan } from './tool-results';
import { defineTool } from './tool';

const input = z.strictObject({ path: z.string(), recursive: z.optional(z.boolean()) });

export const deleteFileTool = defineTool({
  name: 'delete_file',
  description: 'Delete a file, or a folder with all that is in it if recursive.',
  input,
  access: 'write',
  subject: ({ path }) => path,
  async plan({ path, recursive }, { files, signal }) {
    const planned = await files.planRemoval(path, signal);
    if (!planned.ok) return refusedPlan(planned.error);
    const { path: name, kind, files: count, bytes, entries, protection, kept } = planned.value;
    if (entries.length > 0 && recursive !== true) {
      return refusedPlan({
        code: 'not_empty',
        message: `${name} is a folder that holds ${formatCount(count, 'file')}${count === entries.length ? '' : ` and ${formatCount(entries.length - count, 'folder')}`}.`,
        next_step: 'Set recursive to delete it with all of them.',
      });
    }
    const holding = kind === 'folder' ? ` with ${formatCount(count, 'file')}` : '';
    return {
      kind: 'needs_approval',
      title: `Delete ${name}${holding}`,
      subject: { kind: 'delete', path: name, what: kind, files: count, bytes, kept, ...shownEntries(entries) },
      protected_reason: protection && `${protection.path} is protected: ${protection.reason}.`,
      prepared: { path: name, what: kind, count, planned: planned.value },
    };
  },
  changes: ({ path, planned: { entries } }) => (entries.length === 0 ? [path] : entries.map((entry) => `${path}/${entry}`)),
  async run({ path, what, count, planned }: Prepared, { files, signal }) {
    if (signal.aborted) return failure({ code: 'stopped', message: `Stopped; ${path} was not deleted.`, next_step: 'Wait for the user.' });
    const removed = await files.remove(path, planned, signal);
    if (!removed.ok) return failure(removed.error);
    const { keptAt } = removed.value;
    const of = what === 'folder' ? ` with ${formatCount(count, 'file')}` : '';
    return {
      text: `Deleted ${removed.value.path}${of}${keptAt === null ? '' : `; the user can get it back from ${keptAt}`}.`,
      is_error: false,
      summary: what === 'folder' ? formatCount(count, 'file') : 'deleted',
      details: { path: removed.value.path, files: count, kept_at: keptAt },
    };
  },
});

type Prepared = { path: string; what: Removal['kind']; count: number; planned: PlannedRemoval };
