// Databases that earlier versions of BooCode wrote, opened by this one.
import assert from 'node:assert/strict';
import { nothingSpent } from '../../shared/spent-math';
import { buildStore } from '../../test/support/store/build-worker';
import { directoryBytes } from '../../test/support/store/directory-bytes';
import { openEngine } from '../../test/support/store/driven-engine';
import { appendEvent, chatRow, traceStart } from '../../test/support/store/sample-rows';
import { StoreFolder } from '../../test/support/store/store-folder';
import { expectedDatabase, shortened, storedVersions, unpackDatabase } from '../../test/support/store/stored-databases';
import { latestVersion } from './migrations/registry';
import type { ReadName, Store, WriteOp } from './store';
import type { Reads } from './tables/registry';

/** Of chat 1 in every stored database: a tool call whose completion is there and whose start is not. */
const waitingForStart = { id: '00000000-0000-4000-8000-000000000013', chat_id: '00000000-0000-4000-8000-000000000001' };

/** From this version on chats are read with what they spent. */
const firstWithSpent = 4;

function withoutSpent(found: unknown): unknown {
  if (Array.isArray(found)) return found.map(withoutSpent);
  if (found === null || typeof found !== 'object' || !('spent' in found)) return found;
  const { spent, ...rest } = found;
  assert.deepEqual(spent, nothingSpent);
  return rest;
}

describe('a database of an earlier version', function () {
  this.timeout(60_000);
  let folder: StoreFolder;

  before(() => buildStore());
  beforeEach(() => (folder = new StoreFolder()));
  afterEach(() => folder.remove());

  it('is there for every version that was ever written', () => {
    const earlier = Array.from({ length: Math.max(1, latestVersion - 1) }, (_, index) => index + 1);
    assert.deepEqual(storedVersions().filter((version) => version <= earlier.length), earlier);
  });

  for (const version of storedVersions()) {
    const { rows, reads } = expectedDatabase(version);

    async function assertAsWritten(store: Store, hint: string): Promise<void> {
      for (const { read, params, result } of reads) {
        // Name and parameters were written together by code of that version.
        const found = await store.read(read, params as Reads[ReadName][0]);
        const told = shortened(found);
        assert.deepEqual(version < firstWithSpent ? withoutSpent(told) : told, result, `${hint}: ${read} ${JSON.stringify(params)}`);
      }
      const found = await store.check();
      const counted = Object.keys(rows).map((table) => [table, found.rows[table]]);
      assert.deepEqual([Object.fromEntries(counted), found.schema_version], [rows, latestVersion], hint);
      // The database holds displaced events and completions without a start; nothing else is wrong with it.
      assert.deepEqual(found.problems.filter((problem) => !/at the same place|no beginning/.test(problem)), [], hint);
    }

    describe(`version ${version}`, () => {
      beforeEach(() => unpackDatabase(version, folder.directory));

      it('is read whole, and opening it changes no file, however often', async () => {
        const before = directoryBytes(folder.directory);
        for (const time of ['first', 'second']) {
          const store = await folder.open();
          await assertAsWritten(store, `opened for the ${time} time`);
          await store.close();
          assert.deepEqual(directoryBytes(folder.directory), before);
        }
      });

      it('is read whole beside what is written to it now', async () => {
        const store = await folder.open();
        const chat = chatRow({ title: 'new', updated_at: 1 });
        const event = appendEvent({ chat_id: chat.chat_id, body: JSON.stringify('x'.repeat(20_000)) });
        await store.write([event, { op: 'tool_traces.start', value: traceStart({ chat_id: chat.chat_id }) }]);
        await store.write([{ op: 'chats.put', value: chat }]);
        await store.close();
        const again = await folder.open();
        assert.deepEqual(await again.read('chats.get', { chat_id: chat.chat_id }), { ...chat, spent: nothingSpent });
        const events = await again.read('events.after', { chat_id: chat.chat_id, after_seq: 0, limit: 10 });
        assert.deepEqual(events, [{ ...event.value, trace_input: null, trace_output: null }]);
        await again.write([{ op: 'chats.delete', value: { chat_id: chat.chat_id } }]);
        await again.close();
        const last = await folder.open();
        await last.write([{ op: 'chats.put', value: chat }]);
        await assertAsWritten(last, 'after a chat came and went');
      });

      it('takes the start of a tool call whose completion that version kept', async () => {
        const store = await folder.open();
        assert.equal(await store.read('tool_traces.get', { id: waitingForStart.id }), null);
        const start: WriteOp = { op: 'tool_traces.start', value: traceStart(waitingForStart) };
        await store.write([start]);
        const trace = await store.read('tool_traces.get', { id: waitingForStart.id });
        assert.deepEqual([trace?.outcome, trace?.output], ['success', { text: 'its start never came' }]);
      });

      it('is read whole from snapshots of this version, and its own files are no longer needed', async () => {
        const engine = await openEngine(folder.directory);
        for (let generation = 1; generation <= 3; generation++) {
          assert.equal(engine.write([appendEvent({ chat_id: 'padding', seq: generation })]), 'saved');
          assert.equal(await engine.snapshot(), true);
        }
        assert.equal(engine.write([{ op: 'chats.delete', value: { chat_id: 'padding' } }]), 'saved');
        engine.close();
        const store = await folder.open();
        await assertAsWritten(store, 'from a snapshot');
        const { snapshots } = await store.check();
        assert.deepEqual(snapshots.map(({ state }) => state), ['good', 'good']);
        await store.close();
      });
    });
  }
});
