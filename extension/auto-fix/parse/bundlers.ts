// esbuild, Rollup and Vite, webpack and Next.
import { eachMatch, number, severityOf, stretch, type OutputParser } from './output-parser';

const esbuildHead = /^(?:[✘X▲] )?\[(ERROR|WARNING)\] (.*)$/;
const esbuildPlace = /^\s{4}(\S.*?):(\d+):(\d+):$/;
const rollup = /^(\S.*?) \((\d+):(\d+)\): (.*)$/;
const webpackHead = /^(ERROR|WARNING) in (\S+?)(?::(\d+):(\d+)| (\d+):(\d+)(?:-\d+(?::\d+)?)?)?$/;
const nextPlace = /^(\.\/\S+?):(\d+):(\d+)$/;

export const bundlerParser: OutputParser = {
  id: 'bundler',
  find(lines) {
    const esbuild = eachMatch(lines, esbuildHead, ([, severity, message = ''], index) => {
      const at = lines.slice(index + 1, index + 4).findIndex((line) => esbuildPlace.test(line));
      const place = esbuildPlace.exec(lines[index + 1 + at] ?? '');
      if (at < 0 || !place) return null;
      return { file: place[1] ?? '', line: number(place[2]), column: number(place[3]), severity: severityOf(severity), code: null, message, to: index + 1 + at };
    });
    const rolled = eachMatch(lines, rollup, ([, file = '', line, column, message = '']) =>
      /\.\w+$/.test(file) ? { file, line: number(line), column: number(column), severity: 'error', code: null, message } : null,
    );
    const packed = eachMatch(lines, webpackHead, ([, severity, file = '', line, column, otherLine, otherColumn], index) => {
      const said = stretch(lines, index + 1, (text) => text.trim() !== '', 3);
      return {
        file,
        line: number(line ?? otherLine),
        column: number(column ?? otherColumn),
        severity: severityOf(severity),
        code: /^(TS\d+): /.exec(said[0] ?? '')?.[1] ?? null,
        message: (said[0] ?? '').replace(/^TS\d+: /, ''),
        to: index + said.length,
      };
    });
    const next = eachMatch(lines, nextPlace, ([, file = '', line, column], index) => {
      const said = /^(?:Type error|Error|Module not found|Syntax Error)?:? ?(.+)$/.exec(lines[index + 1] ?? '')?.[1];
      return said === undefined ? null : { file, line: number(line), column: number(column), severity: 'error', code: null, message: said, to: index + 1 };
    });
    return [...esbuild, ...rolled, ...packed, ...next];
  },
  hidesOthers: () => true,
};
