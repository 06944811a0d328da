// C# and all else that MSBuild runs, and Microsoft's C++ compiler: FILE(LINE,COLUMN): error CODE: MESSAGE [PROJECT].
import { eachMatch, number, severityOf, type OutputParser } from './output-parser';

const line = /^\s*(\S.*?)\((\d+)(?:,(\d+))?(?:,\d+,\d+)?\)\s?: (?:fatal )?(error|warning) ([A-Z]+\d+): (.*?)(?: \[[^[\]]+\])?$/;

export const msbuildParser: OutputParser = {
  id: 'msbuild',
  find: (lines) =>
    eachMatch(lines, line, ([, file = '', at, column, severity, code = '', message = '']) => ({
      file,
      line: number(at),
      column: number(column),
      severity: severityOf(severity),
      code,
      message,
    })),
  hidesOthers: () => true,
};
