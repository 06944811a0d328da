// Row 16 of the fault list, as far as it can be seen without Windows: what cmd.exe would make of the arguments.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { batchArgumentProblem } from './process-spawn';

type Handed = { command: string; args: string[] };

/** What cross-spawn hands to Windows for each list of arguments; it decides by the platform when it is loaded. */
function handedToWindows(program: string, lists: readonly string[][]): Handed[] {
  const script = `
    Object.defineProperty(process, 'platform', { value: 'win32' });
    const { _parse } = require(process.argv[1]);
    const [program, lists] = JSON.parse(process.argv[2]);
    const handed = lists.map((list) => _parse(program, list, { env: {} }));
    if (!handed.every(({ options }) => options.windowsVerbatimArguments)) throw new Error('the arguments would be quoted again');
    process.stdout.write(JSON.stringify(handed.map(({ command, args }) => ({ command, args }))));`;
  const path = join(__dirname, '../../node_modules/cross-spawn');
  const text = execFileSync(process.execPath, ['-e', script, path, JSON.stringify([program, lists])], { encoding: 'utf8', env: { comspec: 'cmd.exe' } });
  return JSON.parse(text) as Handed[]; // the script wrote it
}

/**
 * One reading of a line by cmd.exe: a caret takes the next character as it is, quotes keep operators from being any.
 * Throws for an operator; see https://ss64.com/nt/syntax-esc.html.
 */
function readByCmd(line: string): string {
  let read = '';
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at] ?? '';
    if (character === '^' && !quoted) read += line[++at] ?? '';
    else if (/[&|<>\r\n]/.test(character) && !quoted) throw new Error(`operator ${character} in ${line}`);
    else {
      if (character === '"') quoted = !quoted;
      read += character;
    }
  }
  return read;
}

describe('arguments of a Windows batch file', () => {
  const inert = ['&calc', 'a & b', '|calc', '>out', '<in', '^&calc', '^', '(x)', 'a b', '', 'x\\', '*', '?', "'", '`', '$(calc)', ';', ',', '='];

  // Row 16.
  it('reach it as they are, and run nothing on the way', () => {
    const handed = handedToWindows('C:\\tools\\npm.cmd', inert.map((argument) => ['run', argument]));
    for (const [index, { command, args }] of handed.entries()) {
      const argument = inert[index] ?? '';
      assert.equal(batchArgumentProblem('C:\\tools\\npm.cmd', [argument]), null, argument);
      assert.deepEqual([command, args.slice(0, 3)], ['cmd.exe', ['/d', '/s', '/c']]);
      // With /s the outer quotes are taken off and the rest is read; the batch file's own %* is read once more.
      const first = readByCmd((args[3] ?? '').slice(1, -1));
      const second = readByCmd(first);
      const [program = '', ...words] = second.match(/"[^"]*"|[^\s"]+/g) ?? [];
      assert.deepEqual([program, words.map((word) => word.replace(/^"|"$/g, '').replace(/\\\\$/, '\\'))], ['C:\\tools\\npm.cmd', ['run', argument]]);
    }
  });

  // Row 16: what no escaping makes safe is refused.
  it('are refused where they would be read as something else the second time', () => {
    const problem = (program: string, ...args: string[]): boolean => batchArgumentProblem(program, args) !== null;
    assert.deepEqual(
      [problem('C:\\npm.cmd', '"&calc'), problem('C:\\x.BAT', '%PATH%'), problem('C:\\x.cmd.', 'a\r\ncalc'), problem('C:\\x.cmd', '!x!'), problem('C:\\%x%\\y.cmd', 'a')],
      [true, true, true, true, true],
    );
    assert.deepEqual([problem('C:\\npm.cmd', 'run', 'a&b'), problem('C:\\node.exe', '"&calc')], [false, false]);
    const [dangerous] = handedToWindows('C:\\npm.cmd', [['"&calc']]);
    assert.throws(() => readByCmd(readByCmd((dangerous?.args[3] ?? '').slice(1, -1))), /operator &/, 'they are dangerous indeed');
  });
});
