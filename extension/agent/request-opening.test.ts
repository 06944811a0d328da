import assert from 'node:assert/strict';
import { StoreFolder } from '../../test/support/store/store-folder';
import { StoreError, type Store } from '../store/store';
import { readOpening, requestOpening, RequestOpenings } from './request-opening';

const tool = (name: string): { name: string; description: string; parameters: Record<string, unknown> } => ({ name, description: `The ${name}.`, parameters: { type: 'object', properties: {} } });

describe('the opening of requests', () => {
  let folder: StoreFolder;
  let store: Store;

  beforeEach(async () => {
    folder = new StoreFolder();
    store = await folder.open();
  });
  afterEach(() => folder.remove());

  it('has one digest for the same tools in any order, and another for any other', () => {
    const digest = (system: string, ...names: string[]): string => requestOpening({ system, tools: names.map(tool) }).digest;
    assert.match(digest('s', 'a', 'b'), /^[0-9a-f]{16}$/);
    assert.equal(digest('s', 'b', 'a'), digest('s', 'a', 'b'));
    assert.equal(new Set([digest('s', 'a', 'b'), digest('t', 'a', 'b'), digest('s', 'a'), digest('s', 'a', 'c')]).size, 4);
    const tools = [tool('a')];
    assert.equal(requestOpening({ system: 's', tools }), requestOpening({ system: 's', tools }));
    assert.notEqual(requestOpening({ system: 't', tools }).digest, requestOpening({ system: 's', tools }).digest);
  });

  it('is kept once, without secrets, and read back', async () => {
    let writes = 0;
    const counted: Store = { ...store, read: store.read.bind(store), write: (ops) => (writes++, store.write(ops)) };
    const openings = new RequestOpenings(counted, (text) => text.replaceAll('secret', '[redacted]'), assert.fail);
    const opening = requestOpening({ system: 'A secret.', tools: [tool('b'), tool('a')] });
    openings.keep(opening);
    openings.keep(opening);
    assert.equal(writes, 1);
    assert.deepEqual(await readOpening(store, opening.digest), { system: 'A [redacted].', tools: [tool('a'), tool('b')] });
    assert.equal(await readOpening(store, 'another'), null);
  });

  it('is not there where what was kept cannot be read', async () => {
    await store.write([{ op: 'request_openings.put', value: { digest: 'x', system: 's', tools: '[{' } }, { op: 'request_openings.put', value: { digest: 'y', system: 's', tools: '[{"name":1}]' } }]);
    assert.deepEqual([await readOpening(store, 'x'), await readOpening(store, 'y')], [null, null]);
  });

  it('is tried again after the store took nothing, which is no bug', async () => {
    let fails = true;
    const tried: string[] = [];
    const opening = requestOpening({ system: 's', tools: [] });
    const failing: Store = { ...store, read: store.read.bind(store), write: (ops) => (tried.push('write'), fails ? Promise.reject(new StoreError('disk_full', 'full')) : store.write(ops)) };
    const openings = new RequestOpenings(failing, (text) => text, assert.fail);
    openings.keep(opening);
    await new Promise(setImmediate);
    fails = false;
    openings.keep(opening);
    assert.deepEqual([tried.length, await readOpening(store, opening.digest)], [2, { system: 's', tools: [] }]);
  });
});
