// Python itself (tracebacks, py_compile), mypy, ruff and flake8, pyright.
import { eachMatch, number, severityOf, stretch, type OutputParser, type Read } from './output-parser';

const frame = /^\s*File "(.+?)", line (\d+)(?:, in .*)?$/;
const exception = /^\s*([A-Za-z_][\w.]*(?:Error|Exception|Warning|Interrupt|Exit|Iteration)\w*)(?:: (.*))?$/;
const sorry = /^Sorry: (\w+): (.*) \((.+), line (\d+)\)$/;
const notOwn = /[\\/](?:site-packages|dist-packages|lib[\\/]python[\d.]+)[\\/]|^<|[\\/]importlib[\\/]/;

export const pythonParser: OutputParser = {
  id: 'python',
  find(lines) {
    const ends = eachMatch(lines, exception, ([, code = '', message = ''], index) => {
      const frames = framesAbove(lines, index);
      const own = frames.findLast((one) => !notOwn.test(one.file)) ?? frames.at(-1);
      return own ? { ...own, column: null, severity: 'error', code, message } : null;
    });
    const indented = eachMatch(lines, sorry, ([, code = '', message = '', file = '', line]) => ({
      file,
      line: number(line),
      column: null,
      severity: 'error',
      code,
      message,
    }));
    return [...ends, ...indented];
  },
};

/** The frames of the traceback that ends in this line; none when it is no end of one. */
function framesAbove(lines: readonly string[], end: number): { file: string; line: number | null }[] {
  const frames: { file: string; line: number | null }[] = [];
  for (let at = end - 1; at >= 0 && end - at < 400; at--) {
    const line = lines[at] ?? '';
    const match = frame.exec(line);
    if (match) frames.unshift({ file: match[1] ?? '', line: number(match[2]) });
    else if (!/^\s/.test(line)) break;
  }
  return frames;
}

const mypyLine = /^(\S.*?\.pyi?):(\d+):(?:(\d+):)?(?:\d+:\d+:)? (error|warning): (.*?)(?:\s{2}\[([\w-]+)\])?$/;

export const mypyParser: OutputParser = {
  id: 'mypy',
  find: (lines) =>
    eachMatch(lines, mypyLine, ([, file = '', line, column, severity, message = '', code]) => ({
      file,
      line: number(line),
      column: number(column),
      severity: severityOf(severity),
      code: code ?? null,
      message,
    })),
  hidesOthers: ({ code }) => code === 'syntax',
};

const ruffLine = /^(\S.*?\.(?:pyi?|ipynb|toml)):(\d+):(\d+): ([A-Z]+\d+|invalid-syntax|SyntaxError):? (?:\[\*\] )?(.*)$/;
const ruffHead = /^([A-Z]+\d+|invalid-syntax):? (?:\[\*\] )?(\S.*)$/;
const ruffArrow = /^\s*--> (.+?):(\d+):(\d+)$/;

/** ruff, and flake8, whose form it took over. */
export const pythonLintParser: OutputParser = {
  id: 'python-lint',
  find(lines) {
    const concise = eachMatch(lines, ruffLine, ([, file = '', line, column, code = '', message = '']) => ({
      file,
      line: number(line),
      column: number(column),
      severity: 'error',
      code,
      message,
    }));
    const full = eachMatch(lines, ruffHead, ([, code = '', message = ''], index): Read | null => {
      const place = ruffArrow.exec(lines[index + 1] ?? '');
      if (!place) return null;
      return { file: place[1] ?? '', line: number(place[2]), column: number(place[3]), severity: 'error', code, message, to: index + 1 };
    });
    return [...concise, ...full];
  },
};

const pyrightLine = /^\s{2}(\S.*?):(\d+):(\d+) - (error|warning): (.*)$/;
const pyrightRule = /\s?\((report\w+)\)$/;

export const pyrightParser: OutputParser = {
  id: 'pyright',
  find: (lines) =>
    eachMatch(lines, pyrightLine, ([, file = '', line, column, severity, message = ''], index) => {
      const more = stretch(lines, index + 1, (text) => /^\s{4}/.test(text)).map((text) => text.trim());
      const whole = [message, ...more].join('\n');
      return {
        file,
        line: number(line),
        column: number(column),
        severity: severityOf(severity),
        code: pyrightRule.exec(whole)?.[1] ?? null,
        message: whole.replace(pyrightRule, ''),
        to: index + more.length,
      };
    }),
};
