import assert from 'node:assert/strict';
import { copyFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { StorageStatus } from '../../shared/storage';
import { appendEvent } from '../../test/support/store/sample-rows';
import { StoreFolder } from '../../test/support/store/store-folder';
import { temporaryFolder } from '../../test/support/temporary-folder';
import { buildStore } from '../../test/support/store/build-worker';
import { ownIdentity } from '../store/files/process-identity';
import { latestVersion } from '../store/migrations/registry';
import { openStore } from '../store/open-store';
import { encodeRecord } from '../store/worker/record';
import { StorageHealth } from './storage-health';

describe('StorageHealth', function () {
  this.timeout(60_000);
  let folder: StoreFolder;

  before(() => buildStore());
  beforeEach(() => {
    folder = new StoreFolder();
  });
  afterEach(() => folder.remove());

  function watched(health: StorageHealth): StorageStatus['state'][] {
    const states: StorageStatus['state'][] = [];
    health.subscribe((status) => states.push(status.state));
    return states;
  }

  it('says nothing while all is well, and passes everything on', async () => {
    const health = new StorageHealth(await folder.open());
    const states = watched(health);
    await health.store.write([appendEvent({ seq: 1 })]);
    assert.equal(await health.store.read('events.last_seq', { chat_id: 'chat' }), 1);
    assert.deepEqual((await health.store.check()).problems, []);
    assert.deepEqual([states, health.status], [[], { state: 'saved' }]);
  });

  it('is unsaved while the disk takes nothing, with how many changes wait', async () => {
    const health = new StorageHealth(await folder.openIn({ fault: { at: 1, path: 'journal', effect: { kind: 'error', code: 'ENOSPC', lasting: true } } }));
    await health.store.write([appendEvent({ seq: 1 })]);
    assert.deepEqual(health.status, { state: 'unsaved', reason: 'disk_full', writes: 1 });
    assert.equal(await health.store.read('events.last_seq', { chat_id: 'chat' }), 1, 'work goes on in memory');
    assert.deepEqual(health.status, { state: 'unsaved', reason: 'disk_full', writes: 1 }, 'a read that goes well changes nothing');
  });

  it('can be read only once a later version writes there', async () => {
    const health = new StorageHealth(await folder.open());
    const states = watched(health);
    await health.store.write([appendEvent({ seq: 1 })]);
    const opened = { kind: 'opened', schema_version: latestVersion + 1, owner: ownIdentity() };
    writeFileSync(join(folder.directory, 'journal-00000000000000ac.log'), encodeRecord(0, JSON.stringify(opened)));
    await health.store.read('events.last_seq', { chat_id: 'chat' });
    await assert.rejects(health.store.write([appendEvent({ seq: 2 })]), { code: 'newer_schema' });
    assert.equal(await health.store.read('events.last_seq', { chat_id: 'chat' }), 1);
    assert.deepEqual(states, ['read_only']);
    assert.ok(health.status.state === 'read_only');
    assert.match(`${health.status.message} ${health.status.next_step}`, /newer version of BooCode.*reload the window/i);
  });

  it('is unavailable when the database cannot be opened, and well again when it can', async () => {
    const { workerPath } = await buildStore();
    const wasmPath = join(temporaryFolder('wasm'), 'sql-wasm.wasm');
    writeFileSync(wasmPath, 'half of a download');
    const health = new StorageHealth(await openStore({ directory: folder.directory, workerPath, wasmPath }));
    const states = watched(health);
    await assert.rejects(health.store.read('chats.list', { query: '', limit: 1 }), { name: 'StoreError' });
    assert.ok(health.status.state === 'unavailable');
    assert.notEqual(health.status.next_step, '');
    copyFileSync(join(dirname(workerPath), 'sql-wasm.wasm'), wasmPath);
    assert.deepEqual(await health.store.read('chats.list', { query: '', limit: 1 }), []);
    assert.deepEqual(states, ['unavailable', 'saved']);
    await health.store.close();
  });

  it('does not take a value that fits no table for trouble with the storage', async () => {
    const health = new StorageHealth(await folder.open());
    const states = watched(health);
    await assert.rejects(health.store.write([appendEvent({ body: (() => '') as never })]), { code: 'rejected' });
    assert.deepEqual(states, []);
  });
});
