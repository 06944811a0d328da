// javac, alone and under Gradle; Maven; Kotlin.
import { eachMatch, number, severityOf, stretch, type OutputParser } from './output-parser';

const javac = /^(\S.*?\.java):(\d+): (error|warning): (.*)$/;
const detail = /^\s{2}(?:symbol|location|required|found|reason): /;
const maven = /^\[(ERROR|WARNING)\] (\S.*?\.(?:java|kt|groovy|scala)):\[(\d+),(\d+)\] (.*)$/;
const kotlin = /^(e|w): (?:file:\/\/)?(\S.*?\.kts?):(?: \((\d+), (\d+)\):|(\d+):(\d+):?) (.*)$/;

export const javaParser: OutputParser = {
  id: 'java',
  find(lines) {
    const compiled = eachMatch(lines, javac, ([, file = '', line, severity, message = ''], index) => {
      const caret = lines.slice(index + 1, index + 4).find((text) => /^\s*\^$/.test(text));
      const from = caret === undefined ? index + 1 : lines.indexOf(caret, index) + 1;
      const details = stretch(lines, from, (text) => detail.test(text));
      return {
        file,
        line: number(line),
        column: caret === undefined ? null : caret.indexOf('^') + 1,
        severity: severityOf(severity),
        code: null,
        message: [message, ...details.map((text) => text.trim().replace(/\s+/g, ' '))].join('\n'),
        to: from + details.length - 1,
      };
    });
    const built = eachMatch(lines, maven, ([, severity, file = '', line, column, message = '']) => ({
      file,
      line: number(line),
      column: number(column),
      severity: severityOf(severity),
      code: null,
      message,
    }));
    const inKotlin = eachMatch(lines, kotlin, ([, severity, file = '', line, column, newLine, newColumn, message = '']) => ({
      file,
      line: number(line ?? newLine),
      column: number(column ?? newColumn),
      severity: severityOf(severity),
      code: null,
      message,
    }));
    return [...compiled, ...built, ...inKotlin];
  },
  // Errors of reading come before those of meaning, and those before what annotation processors and later modules find.
  hidesOthers: () => true,
};
