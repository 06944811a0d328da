// What of a command's words may be a path. Pure: whether anything is there is for others to see.
import { programName } from './command-build-files';

/** What in words may be a path: a word, what stands after its `=`, what stands right after a short option, a module of Python. */
export function candidates(words: readonly string[]): { text: string; option: string }[] {
  const isPython = words.some((word) => programName(word) === 'python' || programName(word) === 'pypy');
  const found = words.flatMap((word, index) => {
    const equals = word.indexOf('=');
    const modules = isPython ? ['.py', '/__main__.py'].map((ending) => word.replaceAll('.', '/') + ending) : [];
    return [
      { text: word, option: words[index - 1] ?? '' },
      ...(equals > 0 ? [{ text: word.slice(equals + 1), option: word.slice(0, equals) }] : []),
      ...(/^-[A-Za-z]./.test(word) ? [{ text: word.slice(2), option: word.slice(0, 2) }] : []),
      ...modules.map((text) => ({ text, option: '' })),
    ];
  });
  return found.filter(({ text }) => text !== '' && text.length <= 4096 && !text.includes('\0'));
}

/** As a shell might cut it, without understanding it: every piece that could be a word is one. */
export function wordsOf(line: string): string[] {
  return line.split(/[\s;|&()<>{}"'`$]+/).filter((word) => word !== '');
}
