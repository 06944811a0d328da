import assert from 'node:assert/strict';
import { buildStore } from '../../../test/support/store/build-worker';
import { StoreFolder } from '../../../test/support/store/store-folder';

describe('the request_openings table', function () {
  this.timeout(60_000);
  let folder: StoreFolder;

  before(() => buildStore());
  beforeEach(() => {
    folder = new StoreFolder();
  });
  afterEach(() => folder.remove());

  it('keeps an opening once, as it was first written, also when the store is opened anew', async () => {
    const store = await folder.open();
    const long = { digest: 'abc', system: 's'.repeat(20_000), tools: '[{"name":"é"}]' };
    await store.write([{ op: 'request_openings.put', value: long }, { op: 'request_openings.put', value: { ...long, system: 'other' } }]);
    await store.write([{ op: 'request_openings.put', value: { digest: 'def', system: '', tools: '' } }]);
    await store.close();
    const again = await folder.open();
    assert.deepEqual(await again.read('request_openings.get', { digest: 'abc' }), long);
    assert.deepEqual(await again.read('request_openings.get', { digest: 'def' }), { digest: 'def', system: '', tools: '' });
    assert.equal(await again.read('request_openings.get', { digest: 'ghi' }), null);
  });
});
