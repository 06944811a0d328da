import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeFiles } from './durable-file';
import { FileLock } from './file-lock';
import { isDead, ownIdentity } from './process-identity';

describe('file lock', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'boocode-lock-'));
    path = join(folder, 'a.lock');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const acquire = (): FileLock | null => FileLock.acquire(nodeFiles, path, 'test');

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

  it('that cannot be read is left alone while it is fresh, and taken over when it is old', () => {
    writeFileSync(path, '{"holder":');
    assert.equal(acquire(), null);
    utimesSync(path, new Date(0), new Date(0));
    assert.equal(acquire()?.isHeld(), true);
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
