// go build, vet and test.
import { eachMatch, findNear, number, type OutputParser } from './output-parser';

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
    let lastName: string | undefined;
    const names = lines.map((text) => (lastName = testName.exec(text)?.[1] ?? lastName));
    const tests = eachMatch(lines, testPlace, ([, file = '', line, message = ''], index) => {
      const name = names[index];
      if (name === undefined) return null;
      return { file, line: number(line), column: null, severity: 'error', code: null, message: `${name}: ${message}` };
    });
    const panics = eachMatch(lines, panic, ([, message = ''], index) => {
      const own = frame.exec(lines[findNear(lines, index, isOwnFrame)] ?? '');
      if (!own) return null;
      return { file: own[1] ?? '', line: number(own[2]), column: null, severity: 'error', code: null, message: `panic: ${message}` };
    });
    return [...built, ...tests, ...panics];
  },
  // It gives up on a package after ten, and on all that import a package with one.
  hidesOthers: () => true,
};

function isOwnFrame(text: string): boolean {
  const file = frame.exec(text)?.[1];
  return file !== undefined && !/\/(?:runtime|testing)\/|\/go\/src\//.test(file);
}
