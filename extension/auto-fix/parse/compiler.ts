// GCC, Clang, Swift and their linkers under make: FILE:LINE:COLUMN: error: MESSAGE, relative to the folder make says it is in.
import { eachMatch, number, severityOf, type Found, type OutputParser } from './output-parser';

const compiled = /^(\S.*?):(\d+):(?:(\d+):)? (?:(?:fatal )?(error|warning)): (.*?)(?: \[-W(?:error[=,])?(?:-W)?([^\]]+)\])?$/i;
const undefinedReference = /^(?:\S*ld(?:\.\w+)?: )?(\S+?):(?:\([^)]*\)|(\d+)): ((?:undefined reference to|multiple definition of) .*)$/;
const objectFile = /^(?:\S*ld(?:\.\w+)?: )?(\S+\.o(?:bj)?): in function /;
const makefile = /^(\S.*?):(\d+): \*\*\* (.*?)(?:\.\s+Stop\.)?$/;
const entering = /^\w*make\w*(?:\[\d+\])?: Entering directory ['`](.+)'$/;
const leaving = /^\w*make\w*(?:\[\d+\])?: Leaving directory /;

export const compilerParser: OutputParser = {
  id: 'compiler',
  find(lines) {
    const folders = foldersOf(lines);
    const at = (index: number): Pick<Found, 'base'> => {
      const base = folders[index];
      return base === undefined || base === null ? {} : { base };
    };
    const placed = eachMatch(lines, compiled, ([, file = '', line, column, severity, message = '', flag], index) => ({
      file,
      ...at(index),
      line: number(line),
      column: number(column),
      severity: severityOf(severity),
      code: flag === undefined ? null : `-W${flag}`,
      message,
    }));
    const linked = eachMatch(lines, undefinedReference, ([, file = '', line, message = ''], index) => ({
      file: besideObject(file, lines.slice(Math.max(0, index - 200), index)),
      ...at(index),
      line: number(line),
      column: null,
      severity: 'error',
      code: null,
      message,
    }));
    const made = eachMatch(lines, makefile, ([, file = '', line, message = ''], index) => ({
      file,
      ...at(index),
      line: number(line),
      column: null,
      severity: 'error',
      code: null,
      message,
    }));
    return [...placed, ...linked, ...made];
  },
  // Not all objects are there, so nothing was linked.
  hidesOthers: () => true,
};

/** The linker names a source by its last name only; its object file tells the folder. */
function besideObject(file: string, before: readonly string[]): string {
  if (/[\\/]/.test(file)) return file;
  const object = before.map((line) => objectFile.exec(line)?.[1]).findLast((path) => path !== undefined);
  const folder = /^(.*[\\/])[^\\/]+$/.exec(object ?? '')?.[1] ?? '';
  return `${folder}${file}`;
}

/** For each line the folder that make was in, innermost. */
function foldersOf(lines: readonly string[]): (string | null)[] {
  const stack: string[] = [];
  return lines.map((line) => {
    const into = entering.exec(line)?.[1];
    if (into !== undefined) stack.push(into);
    else if (leaving.test(line)) stack.pop();
    return stack.at(-1) ?? null;
  });
}
