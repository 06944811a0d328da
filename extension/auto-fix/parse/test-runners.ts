// Failures of JavaScript tests: node --test (spec and TAP), mocha, jest, vitest, bun and Deno.
import { findNear, number, type Found, type OutputParser } from './output-parser';
import { ownFrame, type Frame } from './stack-frames';

type Head = { index: number; name: string; place: Frame | null };

/** A failure is a head and all until the next head or the end of the list. */
function failures(lines: readonly string[], heads: readonly Head[], isEnd: (line: string) => boolean): Found[] {
  return heads.flatMap(({ index, name, place }, order) => {
    const next = heads[order + 1]?.index ?? lines.length;
    const length = lines.slice(index + 1, next).findIndex(isEnd);
    const end = length < 0 ? next : index + 1 + length;
    const part = lines.slice(index + 1, end);
    const where = ownFrame(part) ?? place;
    const message = part.map((line) => saidIn(line)).find((text) => text !== null) ?? firstWords(part);
    return [
      {
        file: where?.file ?? null,
        line: where?.line ?? null,
        column: where?.column ?? null,
        severity: 'error',
        code: null,
        message: message === '' ? `${name} failed` : `${name}: ${message}`,
        from: index,
        to: end - 1,
      },
    ];
  });
}

function saidIn(line: string): string | null {
  return /^\s*(?:error: )?((?:\w*(?:Error|Exception)(?: \[\w+\])?): .*)$/.exec(line)?.[1] ?? null;
}

function firstWords(part: readonly string[]): string {
  return part.find((line) => /\p{L}/u.test(line) && !/^\s*at /.test(line))?.trim() ?? '';
}

function placeIn(text: string | undefined): Frame | null {
  const match = /^(.+):(\d+):(\d+)$/.exec(text ?? '');
  return match ? { file: match[1] ?? '', line: number(match[2]), column: number(match[3]) } : null;
}

const testAt = /^test at (.+:\d+:\d+)$/;

/** The spec reporter prints each failure twice; the list at the end says where the test stands. */
function nodeSpec(lines: readonly string[]): Found[] {
  const heads = lines.flatMap((line, index): Head[] => {
    const place = placeIn(testAt.exec(line)?.[1]);
    const name = /^\s*[✖✗×] (.*?)(?: \([\d.]+ms\))?$/u.exec(lines[index + 1] ?? '')?.[1];
    return place && name !== undefined ? [{ index: index + 1, name, place }] : [];
  });
  return failures(lines, heads, (line) => testAt.test(line));
}

const notOk = /^(\s*)not ok \d+ - (.*)$/;

function tap(lines: readonly string[]): Found[] {
  return lines.flatMap((line, index): Found[] => {
    const [, indent = '', name = ''] = notOk.exec(line) ?? [];
    if (name === '' || lines[index + 1] !== `${indent}  ---`) return [];
    const last = `${indent}  ...`;
    const end = findNear(lines, index, (text) => text === last, 1000);
    const part = lines.slice(index + 2, end < 0 ? index + 60 : end);
    const field = (key: string): string | undefined => part.map((text) => new RegExp(`^\\s*${key}: (.*)$`).exec(text)?.[1]).find((text) => text !== undefined);
    if (field('failureType') === "'subtestsFailed'") return [];
    const at = part.findIndex((text) => /^\s*error: /.test(text));
    const error = field('error') ?? '';
    const message = /^[|>]-?$/.test(error) ? (part.slice(at + 1).find((text) => text.trim() !== '') ?? '').trim() : error.replace(/^'(.*)'$/, '$1');
    const place = ownFrame(part.slice(part.findIndex((text) => /^\s*stack: /.test(text)) + 1)) ?? placeIn(field('location')?.replace(/^'(.*)'$/, '$1'));
    return [
      {
        file: place?.file ?? null,
        line: place?.line ?? null,
        column: place?.column ?? null,
        severity: 'error',
        code: null,
        message: `${name}: ${message}`,
        from: index,
        to: index + 2 + part.length,
      },
    ];
  });
}

export const nodeTestParser: OutputParser = { id: 'node-test', find: (lines) => [...nodeSpec(lines), ...tap(lines)] };

const mochaHead = /^ {2}(\d+)\) (.+)$/;

export const mochaParser: OutputParser = {
  id: 'mocha',
  find(lines) {
    const start = lines.findIndex((line) => /^\s+\d+ failing$/.test(line));
    if (start < 0) return [];
    const heads = lines.flatMap((line, index): Head[] => {
      const name = index > start ? mochaHead.exec(line)?.[2] : undefined;
      if (name === undefined) return [];
      // The names of the suites and the test stand below one another; the last ends with a colon.
      const below = lines.slice(index + 1, index + 8);
      const last = below.findIndex((text) => text.endsWith(':'));
      const names = last < 0 || name.endsWith(':') ? [name] : [name, ...below.slice(0, last + 1).map((text) => text.trim())];
      return [{ index: index + (last < 0 || name.endsWith(':') ? 0 : last + 1), name: names.join(' > ').replace(/:$/, ''), place: null }];
    });
    return failures(lines, heads, (line) => mochaHead.test(line));
  },
};

const jestHead = /^ {2}● (.+)$/;
const jestFile = /^FAIL\s+(\S+)/;

export const jestParser: OutputParser = {
  id: 'jest',
  find(lines) {
    let file: string | undefined;
    const heads = lines.flatMap((line, index): Head[] => {
      file = jestFile.exec(line)?.[1] ?? file;
      const name = jestHead.exec(line)?.[1];
      return name === undefined || file === undefined ? [] : [{ index, name: name.replaceAll(' › ', ' > '), place: { file, line: null, column: null } }];
    });
    return failures(lines, heads, (line) => /^(?:FAIL|PASS|Test Suites:|Summary of all failing)/.test(line));
  },
};

const vitestHead = /^ FAIL {2}(?:\|.*?\| )?(\S+)(?: \[ .* \]| > (.+))$/;

export const vitestParser: OutputParser = {
  id: 'vitest',
  find(lines) {
    const heads = lines.flatMap((line, index): Head[] => {
      const [whole, file, name] = vitestHead.exec(line) ?? [];
      if (whole === undefined || file === undefined) return [];
      return [{ index, name: name ?? file, place: { file, line: null, column: null } }];
    });
    return failures(lines, heads, (line) => /^⎯{6,}/.test(line) || /^\s+Test Files /.test(line));
  },
};

const bunFail = /^\(fail\) (.*?)(?: \[[\d.]+ms\])?$/;
const denoHead = /^(.+) => (\S+:\d+:\d+)$/;

export const bunTestParser: OutputParser = {
  id: 'bun-test',
  find: (lines) =>
    lines.flatMap((line, index): Found[] => {
      const name = bunFail.exec(line)?.[1];
      if (name === undefined) return [];
      const from = lines.slice(0, index).findLastIndex((text) => /^\((?:fail|pass|skip|todo)\) /.test(text)) + 1;
      const part = lines.slice(from, index);
      const place = ownFrame(part);
      const message = part.map((text) => /^error: (.*)$/.exec(text)?.[1]).findLast((text) => text !== undefined) ?? 'failed';
      return [{ file: place?.file ?? null, line: place?.line ?? null, column: place?.column ?? null, severity: 'error', code: null, message: `${name}: ${message}`, from, to: index }];
    }),
};

export const denoTestParser: OutputParser = {
  id: 'deno-test',
  find(lines) {
    const start = lines.findIndex((line) => line.trim() === 'ERRORS');
    const end = lines.findIndex((line) => line.trim() === 'FAILURES');
    if (start < 0) return [];
    const heads = lines.flatMap((line, index): Head[] => {
      const match = index > start && (end < 0 || index < end) ? denoHead.exec(line) : null;
      return match ? [{ index, name: match[1] ?? '', place: placeIn(match[2]) }] : [];
    });
    return failures(lines, heads, (line) => line.trim() === 'FAILURES');
  },
};
