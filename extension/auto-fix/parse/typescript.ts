// tsc, plain and pretty, with -p and -b; version 5 to 7 print the same.
import { eachMatch, number, severityOf, stretch, type Found, type OutputParser } from './output-parser';

const plain = /^(\S.*?)\((\d+),(\d+)\): (error|warning) (TS\d+): (.*)$/;
const pretty = /^(\S.*?):(\d+):(\d+) - (error|warning) (TS\d+): (.*)$/;
const withoutPlace = /^(error) (TS\d+): (.*)$/;

export const typescriptParser: OutputParser = {
  id: 'typescript',
  find(lines) {
    const placed = (pattern: RegExp): Found[] =>
      eachMatch(lines, pattern, ([, file = '', line, column, severity, code = '', message = ''], index) => {
        const more = stretch(lines, index + 1, (next) => /^\s{2,}\S/.test(next) && !/^\s+\S+:\d+:\d+/.test(next));
        return {
          file,
          line: number(line),
          column: number(column),
          severity: severityOf(severity),
          code,
          message: [message, ...more.map((text) => text.trim())].join('\n'),
          to: index + more.length,
        };
      });
    const global = eachMatch(lines, withoutPlace, ([, severity, code = '', message = '']) => ({
      file: null,
      line: null,
      column: null,
      severity: severityOf(severity),
      code,
      message,
    }));
    return [...placed(plain), ...placed(pretty), ...global];
  },
  // With a syntax error (TS1xxx) or a wrong configuration tsc does not go on to check types.
  hidesOthers: ({ code, file }) => file === null || /^TS1\d{3}$/.test(code ?? ''),
};
