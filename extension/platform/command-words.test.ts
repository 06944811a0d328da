import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../../test/support/temporary-folder';
import { shellArguments } from './command-shell';
import { commandLine } from './command-words';

describe('a shell line', () => {
  it('is read by bash where there is one, by sh otherwise, by PowerShell on Windows', async () => {
    const folder = temporaryFolder('shells');
    const withShells = async (name: string, ...shells: string[]): Promise<Record<string, string>> => {
      await mkdir(join(folder, name));
      for (const shell of shells) await writeFile(join(folder, name, shell), '', { mode: 0o755 });
      return { PATH: join(folder, name) };
    };
    const both = await withShells('both', 'sh', 'bash', 'pwsh', 'powershell');
    assert.deepEqual(
      [await shellArguments('a | b', both, 'linux'), await shellArguments('a | b', await withShells('only-sh', 'sh'), 'linux'), await shellArguments('a', await withShells('none'), 'linux')],
      [['bash', '-c', 'a | b'], ['sh', '-c', 'a | b'], null],
    );
    assert.deepEqual(await shellArguments('-x is no option', both, 'linux'), ['bash', '-c', ' -x is no option']);
    const newer = await shellArguments('a | b', both, 'win32');
    assert.deepEqual([newer?.slice(0, 5), newer?.[5]?.split('\n')[0], newer?.length], [['pwsh', '-NoLogo', '-NoProfile', '-NonInteractive', '-Command'], 'a | b', 6]);
    assert.equal((await shellArguments('a', await withShells('old', 'powershell'), 'win32'))?.[0], 'powershell');
  });
});

describe('a command line', () => {
  it('shows where each argument begins and ends', () => {
    assert.equal(commandLine(['git', 'commit', '-m', 'two words', '', 'a"b', '$(x)', 'a=b:c@d/e.f,+%-_']), 'git commit -m "two words" "" "a\\"b" "$(x)" a=b:c@d/e.f,+%-_');
  });
});
