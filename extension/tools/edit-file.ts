// edit_file: exact replacement in one file.
import * as z from 'zod';
import { planFileChange, runFileChange } from './file-change';
import { applyEdit } from './text-edit';
import { refusedPlan } from './tool-results';
import { defineTool } from './tool';

const mostLinesNamed = 20;

const input = z.strictObject({
  path: z.string(),
  old_text: z.string(),
  new_text: z.string(),
  replace_all: z.optional(z.boolean()),
});

export const editFileTool = defineTool({
  name: 'edit_file',
  description:
    'Replace old_text by new_text in a file. old_text must be exactly what the file has, without line numbers, and occur once unless replace_all; take in enough lines to make it unique.',
  input,
  access: 'write',
  subject: ({ path }) => path,
  async plan({ path, old_text, new_text, replace_all }, { files }) {
    if (old_text === '') {
      return refusedPlan({ code: 'empty_old_text', message: 'old_text is empty.', next_step: 'Give the text to replace, or use write_file for a new file.' });
    }
    if (old_text === new_text) {
      return refusedPlan({ code: 'no_change', message: 'old_text and new_text are the same.', next_step: 'Give a new_text that differs.' });
    }
    const target = await files.writeTarget(path);
    if (!target.ok) return refusedPlan(target.error);
    const before = await files.readText(path);
    if (!before.ok) return refusedPlan(before.error);
    const edited = applyEdit(before.value.text, { old_text, new_text, replace_all: replace_all ?? false });
    switch (edited.kind) {
      case 'no_match':
        return refusedPlan({ code: 'no_match', message: `old_text is not in ${target.value.path}.`, next_step: edited.help });
      case 'several': {
        const named = edited.lines.slice(0, mostLinesNamed).join(', ');
        const more = edited.lines.length > mostLinesNamed ? ', …' : '';
        return refusedPlan({
          code: 'several_matches',
          message: `old_text is in ${target.value.path} ${edited.lines.length} times, at lines ${named}${more}.`,
          next_step: 'Take in more lines around the one you mean, or set replace_all.',
        });
      }
      case 'edited': {
        if (edited.text === before.value.text) {
          return refusedPlan({ code: 'no_change', message: `${target.value.path} already reads like that.`, next_step: 'Go on.' });
        }
        const places = edited.replaced === 1 ? `at line ${edited.firstLine}` : `in ${edited.replaced} places`;
        return planFileChange('Edit', target.value, before.value, edited.text, `Edited ${target.value.path} ${places}`);
      }
    }
  },
  run: runFileChange,
});
