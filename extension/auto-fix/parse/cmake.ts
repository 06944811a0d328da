// CMake's own errors, while it configures.
import { eachMatch, number, severityOf, stretch, type OutputParser } from './output-parser';

const head = /^CMake (Error|Warning)(?: \(dev\))? at (.+?):(\d+) \((\w+)\):$/;

export const cmakeParser: OutputParser = {
  id: 'cmake',
  find: (lines) =>
    eachMatch(lines, head, ([, severity, file = '', line, command = ''], index) => {
      const said = stretch(lines, index + 1, (text) => /^\s{2}\S/.test(text)).map((text) => text.trim());
      return { file, line: number(line), column: null, severity: severityOf(severity), code: command, message: said.join('\n'), to: index + said.length };
    }),
  hidesOthers: () => true,
};
