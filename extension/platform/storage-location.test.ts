import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { userStorage, workspaceDirectory } from './storage-location';

describe('storage location', () => {
  it('is the data folder of the user on each system', () => {
    const home = '/home/ada';
    const on = (platform: NodeJS.Platform, environment: NodeJS.ProcessEnv = {}): string => userStorage(environment, platform, home);
    assert.deepEqual(
      [
        on('linux'),
        on('linux', { XDG_DATA_HOME: '/data' }),
        on('linux', { XDG_DATA_HOME: 'relative' }),
        on('darwin', { XDG_DATA_HOME: '/data' }),
        on('win32', { LOCALAPPDATA: '/local' }),
        on('win32'),
        on('darwin', { BOOCODE_STORAGE: 'mine' }),
      ],
      [
        '/home/ada/.local/share/boocode',
        '/data/boocode',
        '/home/ada/.local/share/boocode',
        '/home/ada/Library/Application Support/BooCode',
        join('/local', 'BooCode'),
        join(home, 'AppData', 'Local', 'BooCode'),
        resolve('mine'),
      ],
    );
  });

  describe('of a workspace', () => {
    let folder: string;
    beforeEach(() => {
      folder = realpathSync(mkdtempSync(join(tmpdir(), 'boocode-location-')));
      for (const name of ['one', 'two']) mkdirSync(join(folder, name));
      symlinkSync(join(folder, 'one'), join(folder, 'link'));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    const at = (...names: string[]): Promise<string> => workspaceDirectory(join(folder, 'storage'), names.map((name) => join(folder, name)));

    it('is the same for every order of the folders and every link to them', async () => {
      const directory = await at('one', 'two');
      assert.deepEqual(await Promise.all([at('two', 'one'), at('link', 'two'), at('two', 'one', 'two', 'one/')]), [directory, directory, directory]);
      assert.equal(dirname(directory), join(folder, 'storage', 'workspaces'));
      assert.match(basename(directory), /^[0-9a-f]{16}$/);
    });

    it('is another one for other folders, and for one that does not exist', async () => {
      const all = await Promise.all([at('one'), at('two'), at('one', 'two'), at('gone'), at()]);
      assert.equal(new Set(all).size, all.length);
    });

    it('tells people whose it is', async () => {
      const directory = await at('two', 'link');
      await at('two', 'link');
      assert.deepEqual(readdirSync(directory), ['workspace.json']);
      assert.deepEqual(JSON.parse(readFileSync(join(directory, 'workspace.json'), 'utf8')), { folders: [join(folder, 'one'), join(folder, 'two')] });
    });
  });
});
