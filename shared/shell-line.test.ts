import assert from 'node:assert/strict';
import { shellLine } from './shell-line';

describe('a shell line', () => {
  it('is what the shell reads, wherever it stands among the options', () => {
    const cases: [argv: string[], line: string, after: string[]][] = [
      [['sh', '-c', 'x'], 'x', []],
      [['bash', '-lc', 'a | b', 'name', 'one'], 'a | b', ['name', 'one']],
      [['/usr/bin/zsh', '-ec', 'x'], 'x', []],
      [['bash', '--norc', '-c', 'x'], 'x', []],
      [['BASH.EXE', '-c', 'x'], 'x', []],
      [['bash', '-c', '-x', 'evil'], 'evil', []],
      [['bash', '-c', '--', '-x'], '-x', []],
      [['bash', '-o', 'pipefail', '-euo', 'posix', '-c', 'x'], 'x', []],
      [['bash', '+O', 'extglob', '--rcfile', 'rc', '-c', 'x'], 'x', []],
      [['bash', '-c'], '', []],
      [['fish', '--command', 'x'], 'x', []],
      [['fish', '--command=x'], '--command=x', []],
      [['fish', '-c', '-x', 'one'], '-x', ['one']],
      [['cmd', '/c', 'dir', '&calc'], 'dir &calc', []],
      [['cmd.exe', '/s', '/C', 'x'], 'x', []],
      [['C:\\Windows\\System32\\cmd.exe', '/d', '/cdir', 'x'], '/cdir x', []],
      [['pwsh', '-NoProfile', '-Command', 'a', '|', 'b'], 'a | b', []],
      [['pwsh', '-ex', 'Bypass', '-com', 'x'], 'x', []],
      [['powershell.exe', '-NoProfile', '-EncodedCommand', 'eA=='], 'eA==', []],
      [['powershell', 'rm x'], 'rm x', []],
    ];
    for (const [argv, line, after] of cases) {
      const found = shellLine(argv);
      assert.deepEqual(found && { line: found.line, after: found.after }, { line, after }, argv.join(' '));
      assert.deepEqual(found && [...found.before, ...(found.after.length > 0 ? [found.line, ...found.after] : [])], found?.after.length ? argv : argv.slice(0, found?.before.length), argv.join(' '));
    }
  });

  it('is none where the shell runs a file, or no shell is there', () => {
    const others = [
      ['sh', 'script.sh'], ['bash', 'evil.sh', '-c', 'echo hello'], ['bash', '-o', '-c', 'evil.sh'], ['bash', '--rcfile', '-c', 'evil.sh'], ['bash', '--', 'evil.sh', '-c', 'x'], ['bash', '--version'],
      ['fish', 'evil.fish', '-c', 'x'], ['npm', 'test', '-c'], ['node', '-e', 'x'], ['git', '-c', 'a=b', 'log'], ['cmd', '/?'], ['pwsh', '-File', 'x.ps1', '-c', 'x'], ['pwsh', 'x.ps1', '-c', 'x'], [],
    ];
    assert.deepEqual(others.filter((argv) => shellLine(argv) !== null), []);
  });
});
