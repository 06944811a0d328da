import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { ids, recordTrace } from '../../test/support/trace/recorded-trace';
import { StoreFolder } from '../../test/support/store/store-folder';
import { Redactor } from '../trace/redaction';
import { parseCall } from './options';
import { Output } from './output';
import { writeTrace } from './trace-export';

describe('trace-export', function () {
  this.timeout(30_000);

  it('says that it was stopped', async () => {
    const folder = new StoreFolder();
    try {
      const store = await folder.open();
      await recordTrace(store);
      const [stdout, stderr] = [new PassThrough(), new PassThrough()];
      const call = parseCall(['trace-export', ids.chat, '--format', 'jsonl']);
      const status = await writeTrace({ store, redactor: new Redactor() }, ids.chat, call.options, '1', new Output(false, stdout, stderr), AbortSignal.abort());
      assert.deepEqual([status, stdout.read(), String(stderr.read())], [130, null, 'The export was stopped, so the document is not whole.\nRun it again to have all of it.\n']);
    } finally {
      await folder.remove();
    }
  });
});
