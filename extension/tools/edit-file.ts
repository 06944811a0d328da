// edit_file: exact replacements in one file, all or none.
import * as z from 'zod';
import { narrowFileChange, planFileChange, runFileChange } from './file-change';
import { applyEdits, type EditFailure } from './text-edit';
import { refusedPlan } from './tool-results';
import { defineTool } from './tool';

const edit = z.strictObject({ old_text: z.string(), new_text: z.string(), replace_all: z.optional(z.boolean()) });

/** One edit may also stand without the list, as many models write it; the list is what they are shown. */
const input = z.preprocess(withList, z.strictObject({ path: z.string(), edits: z.array(edit).min(1).max(100) }));

export const editFileTool = defineTool({
  name: 'edit_file',
  description:
    'Replace text in a file. edits are made in order, all or none. old_text must be exactly what the file has, without line numbers, and occur once unless replace_all; take in enough lines to make it unique.',
  input,
  access: 'write',
  subject: ({ path }) => path,
  async plan({ path, edits }, { files }) {
    const target = await files.writeTarget(path);
    if (!target.ok) return refusedPlan(target.error);
    const before = await files.readText(path);
    if (!before.ok) return refusedPlan(before.error);
    const { path: name } = target.value;
    const edited = applyEdits(before.value.text, edits.map((one) => ({ ...one, replace_all: one.replace_all ?? false })), name);
    if (edited.kind === 'failed') return refusedPlan(refusalOf(edited.failures, edits.length, name));
    if (edited.text === before.value.text) {
      return refusedPlan({ code: 'no_change', message: `${name} already reads like that.`, next_step: 'Go on.' });
    }
    const places = edited.replaced === 1 ? `at line ${edited.firstLine}` : `in ${edited.replaced} places`;
    return planFileChange('Edit', target.value, before.value, edited.text, `Edited ${name} ${places}`);
  },
  changes: ({ path }) => [path],
  narrow: narrowFileChange,
  run: runFileChange,
});

function refusalOf(failures: readonly EditFailure[], count: number, name: string): { code: string; message: string; next_step: string } {
  const code = failures[0]?.code ?? 'no_match';
  const [only] = failures;
  if (only && count === 1) return { code, message: only.message, next_step: only.next_step };
  const each = failures.map((one) => `Edit ${one.number}: ${one.message} ${one.next_step}`);
  const these = failures.length === 1 ? 'edit does' : 'edits do';
  return { code, message: `${failures.length} of ${count} ${these} not fit ${name}, so none was made.`, next_step: `\n${each.join('\n')}` };
}

function withList(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const { old_text, new_text, replace_all, edits, ...rest } = value;
  if (edits === undefined && old_text !== undefined) return { ...rest, edits: [withoutNulls({ old_text, new_text, replace_all: replace_all ?? null })] };
  if (old_text !== undefined || new_text !== undefined || replace_all !== undefined) return value;
  const list = typeof edits === 'string' ? parsed(edits) : edits;
  return { ...rest, edits: Array.isArray(list) ? list.map(withoutNulls) : isRecord(list) ? [withoutNulls(list)] : list };
}

function withoutNulls(value: unknown): unknown {
  return isRecord(value) ? Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null && item !== undefined)) : value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Some models write the list as a text of JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema then says that this is no list.
    return text;
  }
}
