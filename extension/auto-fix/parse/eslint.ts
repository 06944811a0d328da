// ESLint and what prints like it: stylish, unix and json.
import * as z from 'zod';
import { eachMatch, number, parseJson, severityOf, type Found, type OutputParser } from './output-parser';

const stylishLine = /^\s+(\d+):(\d+)\s+(error|warning)\s{2,}(\S.*)$/;
const unixLine = /^(\S.*?):(\d+):(\d+): (.*) \[(Error|Warning)(?:\/([^\]]+))?\]$/;

const report = z.array(
  z.object({
    filePath: z.string(),
    messages: z.array(
      z.object({
        ruleId: z.nullish(z.string()),
        severity: z.number(),
        message: z.string(),
        line: z.nullish(z.number()),
        column: z.nullish(z.number()),
      }),
    ),
  }),
);

export const eslintParser: OutputParser = {
  id: 'eslint',
  find: (lines) => [...json(lines), ...stylish(lines), ...unix(lines)],
};

function stylish(lines: readonly string[]): Found[] {
  const found: Found[] = [];
  let file: string | null = null;
  for (const [index, line] of lines.entries()) {
    const match = stylishLine.exec(line);
    if (!match) {
      if (/^\S/.test(line)) file = /[\\/.]/.test(line) ? line : null;
      continue;
    }
    if (file === null) continue;
    const [, at, column, severity, rest = ''] = match;
    // Columns are at least two blanks apart; the rule is missing where the file could not be parsed.
    const parts = rest.trimEnd().split(/\s{2,}/);
    const code = parts.length > 1 && /^[@\w][\w@/.-]*$/.test(parts.at(-1) ?? '') ? (parts.pop() ?? null) : null;
    found.push({ file, line: number(at), column: number(column), severity: severityOf(severity), code, message: parts.join(' '), from: index, to: index });
  }
  return found;
}

function unix(lines: readonly string[]): Found[] {
  return eachMatch(lines, unixLine, ([, file = '', line, column, message = '', severity, rule]) => ({
    file,
    line: number(line),
    column: number(column),
    severity: severityOf(severity),
    code: rule ?? null,
    message,
  }));
}

function json(lines: readonly string[]): Found[] {
  return lines.flatMap((line, index) => {
    if (!line.startsWith('[{"filePath":')) return [];
    const parsed = report.safeParse(parseJson(line));
    if (!parsed.success) return [];
    return parsed.data.flatMap(({ filePath, messages }) =>
      messages.map((message) => ({
        file: filePath,
        line: message.line ?? null,
        column: message.column ?? null,
        severity: message.severity === 1 ? ('warning' as const) : ('error' as const),
        code: message.ruleId ?? null,
        message: message.message,
        from: index,
        to: index,
      })),
    );
  });
}
