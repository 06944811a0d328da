// go build, vet and test.
import { eachMatch, number, type OutputParser } from './output-parser';

const place = /^(?:vet: )?(\S.*?\.go):(\d+)(?::(\d+))?: (.*)$/;
const testName = /^\s*(?:--- FAIL:|=== (?:RUN|NAME|CONT))\s+(\S+)/;
const testPlace = /^\s+(\S+_test\.go):(\d+): (.*)$/;
const panic = /^panic: (.*)$/;
const frame = /^\t(\S.*\.go):(\d+)(?: \+0x[0-9a-f]+)?$/;

export const goParser: OutputParser = {
  id: 'go',
  find(lines) {
    const built = eachMatch(lines, place, ([, file = '', line, column, message = '']) => ({
      file,
      line: number(line),
      column: number(column),
      severity: 'error',
      code: null,
      message,
    }));
    const tests = eachMatch(lines, testPlace, ([, file = '', line, message = ''], index) => {
      const name = testName.exec(lines.slice(0, index).findLast((text) => testName.test(text)) ?? '')?.[1];
      if (name === undefined) return null;
      return { file, line: number(line), column: null, severity: 'error', code: null, message: `${name}: ${message}` };
    });
    const panics = eachMatch(lines, panic, ([, message = ''], index) => {
      const own = lines.slice(index).map((text) => frame.exec(text)).find((match) => match && !/\/(?:runtime|testing)\/|\/go\/src\//.test(match[1] ?? ''));
      if (!own) return null;
      return { file: own[1] ?? '', line: number(own[2]), column: null, severity: 'error', code: null, message: `panic: ${message}` };
    });
    return [...built, ...tests, ...panics];
  },
  // It gives up on a package after ten, and on all that import a package with one.
  hidesOthers: () => true,
};
