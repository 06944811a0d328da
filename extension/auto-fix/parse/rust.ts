// rustc through cargo: for people, short, and JSON; and panics of tests.
import * as z from 'zod';
import { eachMatch, findNear, number, parseJson, severityOf, type Found, type OutputParser } from './output-parser';

const head = /^(error|warning)(?:\[(E\d+)\])?: (.*)$/;
const arrow = /^\s*--> (.+?):(\d+):(\d+)$/;
const short = /^(\S.*?\.rs):(\d+):(\d+): (error|warning)(?:\[(E\d+)\])?: (.*)$/;
const panic = /^thread '(.+?)'(?: \(\d+\))? panicked at (?:'(.*)', )?(\S+?):(\d+):(\d+):?$/;

const diagnostic = z.object({
  level: z.string(),
  message: z.string(),
  code: z.nullish(z.object({ code: z.string() })),
  spans: z.array(z.object({ file_name: z.string(), line_start: z.number(), column_start: z.number(), is_primary: z.boolean(), label: z.nullish(z.string()) })),
});

export const rustParser: OutputParser = {
  id: 'rust',
  find: (lines) => [...json(lines), ...people(lines), ...shortLines(lines), ...panics(lines)],
  // One error can keep a whole crate, and those that need it, from being looked at further.
  hidesOthers: () => true,
};

function people(lines: readonly string[]): Found[] {
  return eachMatch(lines, head, ([, severity, code, message = ''], index) => {
    const place = arrow.exec(lines[index + 1] ?? '');
    if (!place) return null;
    const blank = findNear(lines, index + 1, (line) => line.trim() === '');
    const end = blank < 0 ? index + 2 : blank;
    const label = lines.slice(index, end).map((line) => /^\s*\|[^^]*\^+ (\S.*)$/.exec(line)?.[1]).find((text) => text !== undefined);
    return {
      file: place[1] ?? '',
      line: number(place[2]),
      column: number(place[3]),
      severity: severityOf(severity),
      code: code ?? null,
      message: withLabel(message, label),
      to: end - 1,
    };
  });
}

function shortLines(lines: readonly string[]): Found[] {
  return eachMatch(lines, short, ([, file = '', line, column, severity, code, message = '']) => ({
    file,
    line: number(line),
    column: number(column),
    severity: severityOf(severity),
    code: code ?? null,
    message,
  }));
}

function json(lines: readonly string[]): Found[] {
  return lines.flatMap((line, index) => {
    if (!line.startsWith('{"reason":"compiler-message"') && !line.startsWith('{"$message_type":"diagnostic"')) return [];
    const value = parseJson(line);
    const inner = value !== null && typeof value === 'object' && 'reason' in value && 'message' in value ? value.message : value;
    const parsed = diagnostic.safeParse(inner);
    const place = parsed.data?.spans.find((span) => span.is_primary);
    if (!parsed.success || !place || !/^(?:error|warning)/.test(parsed.data.level)) return [];
    return [
      {
        file: place.file_name,
        line: place.line_start,
        column: place.column_start,
        severity: severityOf(parsed.data.level),
        code: parsed.data.code?.code ?? null,
        message: withLabel(parsed.data.message, place.label ?? undefined),
        from: index,
        to: index,
      },
    ];
  });
}

function panics(lines: readonly string[]): Found[] {
  return eachMatch(lines, panic, ([, test = '', oldMessage, file = '', line, column], index) => {
    const end = findNear(lines, index + 1, (text) => /^(?:note: |stack backtrace:|\s*$)/.test(text));
    const said = oldMessage ?? lines.slice(index + 1, end < 0 ? index + 2 : end).join('\n');
    return { file, line: number(line), column: number(column), severity: 'error', code: null, message: `${test} panicked: ${said}`, to: index };
  });
}

function withLabel(message: string, label: string | undefined): string {
  return label === undefined || label === '' || message.includes(label) ? message : `${message}: ${label}`;
}
