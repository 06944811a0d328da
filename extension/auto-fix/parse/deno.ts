// deno check: the message first, then the code, then where it stands.
import { eachMatch, number, severityOf, type OutputParser } from './output-parser';

const head = /^(?:error: )?(TS\d+|\w*Error)(?: \[(ERROR|WARN)\])?: (.*)$/;
const place = /^\s+at (file:\/\/\S+):(\d+):(\d+)$/;

export const denoParser: OutputParser = {
  id: 'deno',
  find: (lines) =>
    eachMatch(lines, head, ([, code = '', severity, message = ''], index) => {
      const length = lines.slice(index + 1, index + 30).findIndex((line) => place.test(line) || head.test(line));
      const where = length < 0 ? null : place.exec(lines[index + 1 + length] ?? '');
      if (!where) return null;
      return { file: where[1] ?? '', line: number(where[2]), column: number(where[3]), severity: severityOf(severity), code, message, to: index + 1 + length };
    }),
  hidesOthers: ({ code }) => !/^TS(?!1\d{3}$)/.test(code ?? ''),
};
