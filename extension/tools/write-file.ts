// write_file: a new file, or the whole of an old one.
import * as z from 'zod';
import { lineEndingOf, withLineEnding } from '../platform/text-file';
import { narrowFileChange, planFileChange, runFileChange } from './file-change';
import { refusedPlan } from './tool-results';
import { defineTool } from './tool';

const input = z.strictObject({ path: z.string(), content: z.string() });

export const writeFileTool = defineTool({
  name: 'write_file',
  description: 'Make a file, with missing folders, or replace a whole file by content. For changes in a file use edit_file.',
  input,
  access: 'write',
  subject: ({ path }) => path,
  async plan({ path, content }, { files }) {
    const target = await files.writeTarget(path);
    if (!target.ok) return refusedPlan(target.error);
    const before = await files.readText(path);
    if (!before.ok) {
      if (before.error.code !== 'not_found') return refusedPlan(before.error);
      return planFileChange('Create', target.value, null, content, `Created ${target.value.path}`);
    }
    // A file that is kept with \r\n stays so, whatever the model writes.
    const text = lineEndingOf(before.value.text) === '\r\n' ? withLineEnding(content, '\r\n') : content;
    if (text === before.value.text) {
      return refusedPlan({ code: 'no_change', message: `${target.value.path} already has exactly this content.`, next_step: 'Go on.' });
    }
    return planFileChange('Replace', target.value, before.value, text, `Replaced ${target.value.path}`);
  },
  changes: ({ path }) => [path],
  narrow: narrowFileChange,
  run: runFileChange,
});
