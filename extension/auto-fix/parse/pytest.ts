// pytest, with its long, short and line tracebacks.
import { number, type Found, type OutputParser } from './output-parser';

const section = /^_{3,} (.+) _{3,}$/;
const place = /^(\S.*?\.py):(\d+): ?(.*)$/;
const said = /^E\s+(\S.*)$/;

export const pytestParser: OutputParser = {
  id: 'pytest',
  find(lines) {
    const heads = lines.flatMap((line, index) => {
      const name = section.exec(line)?.[1];
      return name === undefined ? [] : [{ name, index }];
    });
    return heads.flatMap(({ name, index }, order): Found[] => {
      const next = heads[order + 1]?.index ?? lines.findIndex((line, at) => at > index && /^={3,}/.test(line));
      const end = next < 0 ? lines.length : next;
      const part = lines.slice(index, end);
      const places = part.map((line) => place.exec(line)).filter((match) => match !== null);
      const own = places.findLast((match) => !/site-packages|[\\/]lib[\\/]python|^<frozen/.test(match[1] ?? ''));
      const message = part.map((line) => said.exec(line)?.[1]).find((text) => text !== undefined);
      if (!own || message === undefined) return [];
      return [{ file: own[1] ?? '', line: number(own[2]), column: null, severity: 'error', code: null, message: `${name}: ${message}`, from: index, to: end - 1 }];
    });
  },
};
