// Data of a later version of BooCode: read as far as that goes, never touched, and said plainly.
import assert from 'node:assert/strict';
import initSqlJs from 'sql.js';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import CRC32 from 'crc-32';
import { buildStore } from '../../test/support/store/build-worker';
import { appendEvent } from '../../test/support/store/sample-rows';
import { StoreFolder } from '../../test/support/store/store-folder';
import { nodeFiles } from './files/durable-file';
import { ownIdentity } from './files/process-identity';
import { latestVersion, migrate } from './migrations/registry';
import { Generations } from './worker/generations';
import { Image } from './worker/image';
import { encodeRecord } from './worker/record';

describe('a database of a later version', function () {
  this.timeout(60_000);
  let folder: StoreFolder;

  before(() => buildStore());
  beforeEach(async () => {
    folder = new StoreFolder();
    const store = await folder.open();
    await store.write([appendEvent({ seq: 1 })]);
    await store.close();
  });
  afterEach(() => folder.remove());

  async function assertReadOnly(expectedSeq: number): Promise<void> {
    const before = readdirSync(folder.directory).sort();
    const store = await folder.open();
    assert.equal(await store.read('events.last_seq', { chat_id: 'chat' }), expectedSeq);
    await assert.rejects(store.write([appendEvent({ seq: 9 })]), { name: 'StoreError', code: 'newer_schema', message: /update BooCode/ });
    assert.match((await store.check()).problems.join('\n'), /newer version of BooCode/);
    await store.close();
    assert.deepEqual(readdirSync(folder.directory).sort(), before);
  }

  it('is read only when its snapshot has a later schema', async () => {
    const image = new Image(await initSqlJs());
    migrate(image);
    image.run("INSERT INTO events VALUES ('chat', 4, 's', 1, 't', '{}', NULL)");
    image.run('ALTER TABLE events ADD COLUMN novelty TEXT');
    image.run(`PRAGMA user_version = ${latestVersion + 1}`);
    const about = { generation: 1, schema_version: latestVersion + 1, stamp: 1, applied: {} };
    await new Generations(nodeFiles, folder.directory).publish(image.export(), about);
    await assertReadOnly(4);
  });

  it('is read only when a journal was begun with a later schema', async () => {
    const opened = { kind: 'opened', schema_version: latestVersion + 1, owner: ownIdentity() };
    const novelty = { kind: 'write', stamp: 5, ops: [['novelty.put', 1]] };
    const records = [opened, novelty].map((content, seq) => encodeRecord(seq, JSON.stringify(content)));
    writeFileSync(join(folder.directory, 'journal-00000000000000aa.log'), Buffer.concat(records));
    await assertReadOnly(1);
  });

  it('is read only when a record or a manifest is whole but of a kind not known here', async () => {
    writeFileSync(join(folder.directory, 'journal-00000000000000ab.log'), encodeRecord(0, '{"kind":"novelty"}'));
    await assertReadOnly(1);
    const other = new StoreFolder();
    mkdirSync(other.directory);
    const manifest = '{"generation":7,"pages":["novelty"]}';
    writeFileSync(join(other.directory, 'snapshot-00000007.json'), `${manifest}\n${CRC32.str(manifest)}\n`);
    const store = await other.open();
    await assert.rejects(store.write([appendEvent()]), { code: 'newer_schema' });
    await other.remove();
  });

  it('stops a window of this version that is open when a later one begins to write', async () => {
    const store = await folder.open();
    await store.write([appendEvent({ seq: 2 })]);
    const opened = { kind: 'opened', schema_version: latestVersion + 1, owner: ownIdentity() };
    writeFileSync(join(folder.directory, 'journal-00000000000000ac.log'), encodeRecord(0, JSON.stringify(opened)));
    assert.equal(await store.read('events.last_seq', { chat_id: 'chat' }), 2);
    await assert.rejects(store.write([appendEvent({ seq: 3 })]), { code: 'newer_schema' });
  });
});
