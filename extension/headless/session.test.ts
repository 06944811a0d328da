// One headless call as a whole, in this process: what is in its way when it begins.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buildStore } from '../../test/support/store/build-worker';
import { temporaryFolder } from '../../test/support/temporary-folder';
import { parseCall } from './options';
import { Output } from './output';
import { runTask } from './run-command';
import { openSession, type HeadlessSession } from './session';

describe('a headless session', function () {
  this.timeout(60_000);
  let folder: string;

  before(() => buildStore());
  beforeEach(() => {
    folder = temporaryFolder('headless-session');
    mkdirSync(join(folder, 'workspace'));
  });

  async function open(tell: (line: string) => void): Promise<HeadlessSession> {
    const { options } = parseCall(['chats', '--workspace', join(folder, 'workspace'), '--storage', join(folder, 'storage')]);
    return openSession(options, dirname((await buildStore()).workerPath), {}, tell);
  }

  it('opens, and says so, when commands of an earlier run cannot be looked for', async () => {
    const told: string[] = [];
    const first = await open((line) => told.push(line));
    await first.close();
    writeFileSync(join(first.directory, 'running-commands'), 'no folder');
    const session = await open((line) => told.push(line));
    assert.deepEqual(await session.chats.list('', 10), []);
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /^Commands that an earlier run may have left behind could not be looked for: ENOTDIR/);
    await session.close();
  });

  it('runs nothing to its end when it was told to stop while it opened', async () => {
    const session = await open(() => undefined);
    const status = await runTask(session, 'fix the failing test', undefined, new Output(false, new PassThrough(), new PassThrough()), AbortSignal.abort());
    assert.equal(status, 130);
    await session.close();
  });
});
