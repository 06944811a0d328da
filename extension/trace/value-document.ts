// What a call was given, what it gave back or why it failed, as a page of its own: the text, and a name that tells what it
// is and which language it is in.
import type { Json } from '../../shared/ids';
import type { ToolTrace } from '../../shared/traces';

export type ValuePart = 'input' | 'output' | 'error';

const maxSubject = 60;

/** Text that a tool gave stands as it is; everything else as formatted JSON. */
export function valueText(trace: ToolTrace, part: ValuePart): string {
  const value = part === 'output' ? (textOf(trace.output) ?? trace.output) : trace[part];
  return typeof value === 'string' ? value : `${JSON.stringify(value, null, 2)}\n`;
}

/** `read_file cart.ts · input.json`. */
export function valueName(trace: ToolTrace, part: ValuePart): string {
  const isText = part === 'error' || typeof trace[part] === 'string' || (part === 'output' && textOf(trace.output) !== null);
  const subject = shortSubject(trace.subject);
  return `${trace.tool_name}${subject === '' ? '' : ` ${subject}`} · ${part}.${isText ? 'txt' : 'json'}`.replaceAll(/[\\/]/g, '∕');
}

/** Of a path its end; a command stays a command. */
function shortSubject(subject: string): string {
  const line = subject.split('\n', 1)[0] ?? '';
  const short = /\s/.test(line) ? line : (line.split(/[\\/]/).at(-1) ?? '');
  return short.length <= maxSubject ? short : `${short.slice(0, maxSubject)}…`;
}

function textOf(output: Json): string | null {
  const isObject = output !== null && typeof output === 'object' && !Array.isArray(output);
  return isObject && typeof output['text'] === 'string' ? output['text'] : null;
}
