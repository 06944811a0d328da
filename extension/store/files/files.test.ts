import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { nodeFiles } from './durable-file';
import { FileLock, type HeldLock } from './file-lock';
import { isDead, ownIdentity } from './process-identity';

describe('file lock', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'boocode-lock-'));
    path = join(folder, 'a.lock');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const acquire = (): HeldLock | null => new FileLock(nodeFiles, path).acquire('test');

  it('is held by one until released, and leaves no file behind', () => {
    const first = acquire();
    assert.deepEqual([first?.isHeld(), acquire()], [true, null]);
    assert.deepEqual(readdirSync(folder), ['a.lock']);
    first?.release();
    assert.deepEqual(readdirSync(folder), []);
    assert.equal(acquire()?.isHeld(), true);
  });

  it('is not released by one who lost it', () => {
    const lost = acquire();
    writeFileSync(path, JSON.stringify({ holder: { ...ownIdentity(), started: '1', started_ms: 1 }, nonce: 'x', purpose: '' }));
    const taker = acquire();
    assert.deepEqual([lost?.isHeld(), taker?.isHeld()], [false, true]);
    lost?.release();
    assert.equal(taker?.isHeld(), true);
    assert.deepEqual(readdirSync(folder), ['a.lock']);
  });

  const elsewhere = (): string => JSON.stringify({ holder: { ...ownIdentity(), host: 'elsewhere' }, nonce: 'x', purpose: '' });

  for (const [what, content] of [['cannot be read', (): string => '{"holder":'], ['is held on another machine', elsewhere]] as const) {
    it(`that ${what} is taken over when it gave no sign of life for long enough, and not before`, async () => {
      writeFileSync(path, content());
      const lock = new FileLock(nodeFiles, path, { patienceMs: 500 });
      assert.equal(lock.acquire('test'), null);
      await delay(600);
      nodeFiles.touch(path);
      assert.equal(lock.acquire('test'), null, 'a sign of life starts the wait again');
      await delay(600);
      assert.equal(lock.acquire('test')?.isHeld(), true);
    });
  }

  it('says nothing about its holder by the age of its file alone', () => {
    writeFileSync(path, elsewhere());
    utimesSync(path, new Date(0), new Date(0));
    assert.equal(acquire(), null);
  });
});

describe('process identity', () => {
  it('tells this process, a later one with its pid, one that is gone and one elsewhere apart', () => {
    const own = ownIdentity();
    const dead = [own, { ...own, started: '1', started_ms: 1 }, { ...own, pid: 2 ** 22 + 1 }, { ...own, host: 'elsewhere', pid: 2 ** 22 + 1 }].map(isDead);
    assert.deepEqual(dead, [false, true, true, false]);
  });
});

describe('durable files', () => {
  it('publish under a name only once', () => {
    const folder = mkdtempSync(join(tmpdir(), 'boocode-publish-'));
    const [one, two, target] = [join(folder, 'one'), join(folder, 'two'), join(folder, 'target')];
    writeFileSync(one, '1');
    writeFileSync(two, '2');
    assert.deepEqual([nodeFiles.publish(one, target), nodeFiles.publish(two, target)], [true, false]);
    assert.deepEqual([readdirSync(folder).sort(), nodeFiles.read(target).toString()], [['target', 'two'], '1']);
    rmSync(folder, { recursive: true, force: true });
  });
});
