import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { withRegularFile } from './regular-file';
import { TemporaryWorkspace } from './testing/temporary-workspace';

const posix = process.platform !== 'win32';
const swapping = `const { renameSync } = require('node:fs');
for (;;) { renameSync('file', 'kept'); renameSync('pipe', 'file'); renameSync('file', 'pipe'); renameSync('kept', 'file'); }`;

(posix ? describe : describe.skip)('what is no ordinary file', function () {
  this.timeout(20_000);
  let workspace: TemporaryWorkspace;
  beforeEach(async () => {
    workspace = await TemporaryWorkspace.create({ file: 'content' });
    await promisify(execFile)('mkfifo', [workspace.at('pipe')]);
  });
  afterEach(() => workspace.remove());

  it('is not read', async () => {
    await symlink('/dev/zero', workspace.at('endless'));
    const read = (name: string, most = 100): Promise<string | null> => withRegularFile(workspace.at(name), most, (file) => file.readFile('utf8'));
    assert.deepEqual([await read('file'), await read('file', 6), await read('pipe'), await read('endless'), await read('.')], ['content', null, null, null, null]);
    await assert.rejects(read('none'), { code: 'ENOENT' });
  });

  it('holds up no deletion when it takes the place of a file again and again', async () => {
    const swapper = spawn(process.execPath, ['-e', swapping], { cwd: workspace.path, stdio: 'ignore' });
    const over = new Promise((resolve) => swapper.once('exit', resolve));
    try {
      const files = workspace.files();
      const kinds = new Set<string>();
      for (let count = 0; count < 2000; count++) {
        const planned = await files.planRemoval('file', new AbortController().signal);
        kinds.add(planned.ok ? planned.value.kind : planned.error.code);
      }
      assert.deepEqual([...kinds].filter((kind) => !['file', 'not_a_file', 'not_found', 'check_failed'].includes(kind)), []);
    } finally {
      swapper.kill('SIGKILL');
      await over;
    }
  });
});
