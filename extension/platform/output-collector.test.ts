// Head and tail, however the output is cut into chunks.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OutputCollector } from './output-collector';
import { TemporaryWorkspace } from './testing/temporary-workspace';

describe('output collector', () => {
  it('keeps the same head and tail whatever the size of the chunks', async () => {
    const workspace = await TemporaryWorkspace.create();
    try {
      const all = Buffer.from(Array.from({ length: 100 }, (_, index) => String(index % 10)).join(''));
      for (const size of [1, 7, 10, 20, 21, 50, 99, 100]) {
        const path = join(workspace.outputs, `${size}.log`);
        const collector = new OutputCollector(path, { keepBytes: 20, maxFileBytes: 1000 });
        for (let from = 0; from < all.length; from += size) collector.add(all.subarray(from, from + size));
        assert.deepEqual(
          await collector.finish(),
          { text: '0123456789\n[... 80 bytes not shown ...]\n0123456789', bytes: 100, hiddenBytes: 80, fullOutput: path, fullOutputMissing: 0 },
          `chunks of ${size}`,
        );
        assert.equal(await readFile(path, 'utf8'), all.toString());
      }
    } finally {
      await workspace.remove();
    }
  });

  it('shows all of what just fits, and makes no file', async () => {
    const collector = new OutputCollector('/no/such/folder/x.log', { keepBytes: 20, maxFileBytes: 1000 });
    collector.add(Buffer.from('0123456789'));
    collector.add(Buffer.from('0123456789'));
    assert.deepEqual(await collector.finish(), { text: '01234567890123456789', bytes: 20, hiddenBytes: 0, fullOutput: null, fullOutputMissing: 0 });
  });
});
