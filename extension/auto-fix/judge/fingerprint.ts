// By what a problem is known again when lines above it came or went: never by its line number.
import type { Problem } from '../problem';

/** The same problem on the same line of code. */
export function fingerprintOf({ file, code, message, text }: Problem): string {
  return JSON.stringify([file, code, plainMessage(message), squeezed(text ?? '')]);
}

/** The same complaint about the same file, wherever in it. */
export function complaintOf({ file, code, message }: Problem): string {
  return JSON.stringify([file, code, plainMessage(message)]);
}

/** The same problem in a file of another name, as after a move. */
export function fingerprintWithoutFile({ code, message, text }: Problem): string {
  return JSON.stringify([code, plainMessage(message), squeezed(text ?? '')]);
}

/** Without what changes from run to run: places, durations, addresses, and how quotes are drawn. */
function plainMessage(message: string): string {
  return squeezed(
    message
      .replace(/[‘’`´]/g, "'")
      .replace(/[“”]/g, '"')
      .replace(/(?<=\.\w{1,5}):\d+(?::\d+)?\b/g, '')
      .replace(/\b(line|column|ln|col)s? \d+\b/gi, '$1')
      .replace(/\(\d+[,:]\d+\)/g, '')
      .replace(/\b0x[0-9a-f]{4,}\b/gi, '0x')
      .replace(/\b\d+(?:\.\d+)? ?(?:ms|s|sec|seconds)\b/g, ''),
  );
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** One name for a set of problems; the same again means that nothing was gained. */
export function fingerprintOfAll(problems: readonly Problem[]): string {
  return JSON.stringify(problems.map(fingerprintOf).sort());
}
