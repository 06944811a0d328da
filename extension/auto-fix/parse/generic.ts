// What many tools print and none of the others knows: a script that failed to load, and FILE:LINE:COLUMN: MESSAGE.
import { eachMatch, number, severityOf, type OutputParser, type Read } from './output-parser';
import { ownFrame } from './stack-frames';

const thrown = /^(?:Uncaught )?(\w*Error)(?: \[\w+\])?: (.*)$/;
const atFile = /^((?:file:\/\/)?(?:[\\/]|[A-Za-z]:[\\/])\S.*?):(\d+)$/;

/** Node's own report of a script that could not be read or that threw. */
export const nodeErrorParser: OutputParser = {
  id: 'node',
  find: (lines) =>
    eachMatch(lines, thrown, ([, code = '', message = ''], index): Read | null => {
      const above = lines.slice(Math.max(0, index - 6), index).map((line) => atFile.exec(line)).find((match) => match !== null);
      const place = above ? { file: above[1] ?? '', line: number(above[2]), column: null } : ownFrame(lines.slice(index + 1, index + 20));
      return place === null ? null : { ...place, severity: 'error', code, message };
    }),
};

const line = /^(\S*[\w)\]]\.\w{1,10}):(\d+)(?::(\d+))?:? (?:- )?(?:(error|warning|info|note)\b:? )?(\S.*)$/i;

export const genericParser: OutputParser = {
  id: 'output',
  find: (lines) =>
    eachMatch(lines, line, ([, file = '', at, column, word, message = '']) =>
      /^(?:info|note)$/i.test(word ?? '')
        ? null
        : { file, line: number(at), column: number(column), severity: severityOf(word), code: null, message },
    ),
  hidesOthers: () => true,
};
