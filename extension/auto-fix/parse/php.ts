// php -l, and errors of a script at its end.
import { eachMatch, number, type OutputParser } from './output-parser';

const line = /^(?:PHP )?((?:Parse|Fatal|Compile) error): +(.*) in (\S.*?)(?: on line |:)(\d+)$/;

export const phpParser: OutputParser = {
  id: 'php',
  find: (lines) =>
    eachMatch(lines, line, ([, kind = '', message = '', file = '', at]) => ({
      file,
      line: number(at),
      column: null,
      severity: 'error',
      code: null,
      message: `${kind}: ${message}`,
    })),
};
