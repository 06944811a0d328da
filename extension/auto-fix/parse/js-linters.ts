// oxlint and Biome, which frame each finding in a picture of the code.
import { eachMatch, findNear, number, type OutputParser, type Read } from './output-parser';

const oxlintHead = /^\s{2}([x!×⚠]) (?:([\w-]+\([\w/-]+\)): )?(.*)$/;
const oxlintPlace = /^\s*(?:,-|╭─)\[(.+):(\d+):(\d+)\]/;

export const oxlintParser: OutputParser = {
  id: 'oxlint',
  find: (lines) =>
    eachMatch(lines, oxlintHead, ([, mark, code, message = ''], index) => {
      const place = oxlintPlace.exec(lines[index + 1] ?? '');
      if (!place) return null;
      const severity = mark === 'x' || mark === '×' ? 'error' : 'warning';
      return { file: place[1] ?? '', line: number(place[2]), column: number(place[3]), severity, code: code ?? null, message, to: index + 1 };
    }),
};

const biomeHead = /^(\S.*?):(\d+):(\d+) ([\w/]+)\s.*?━{3}/;
const biomeMessage = /^\s{2}([×!✖x]) (.*)$/;

export const biomeParser: OutputParser = {
  id: 'biome',
  find: (lines) =>
    eachMatch(lines, biomeHead, ([, file = '', line, column, code = ''], index): Read | null => {
      const at = findNear(lines, index + 1, (text) => text.trim() !== '');
      const message = biomeMessage.exec(lines[at] ?? '');
      if (!message) return null;
      const severity = message[1] === '!' ? 'warning' : 'error';
      return { file, line: number(line), column: number(column), severity, code, message: message[2] ?? '', to: at };
    }),
};
