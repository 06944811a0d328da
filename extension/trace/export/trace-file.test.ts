import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ids, recordTrace } from '../../../test/support/trace/recorded-trace';
import { StoreFolder } from '../../../test/support/store/store-folder';
import { temporaryFolder } from '../../../test/support/temporary-folder';
import type { Store } from '../../store/store';
import { Redactor } from '../redaction';
import { exportTraceToFile } from './trace-file';
import type { TraceExport } from './export-trace';

describe('a trace as a file', function () {
  this.timeout(30_000);
  let folder: StoreFolder;
  let store: Store;
  let target: string;

  beforeEach(async () => {
    folder = new StoreFolder();
    store = await folder.open();
    await recordTrace(store);
    target = temporaryFolder('trace-file');
    writeFileSync(join(target, 'trace.json'), 'of before');
  });
  afterEach(() => folder.remove());

  const request = (part: Partial<TraceExport> = {}): TraceExport => ({ chat_id: ids.chat, format: 'jsonl', content: true, version: '1', signal: new AbortController().signal, ...part });
  const written = (): string => readFileSync(join(target, 'trace.json'), 'utf8');

  it('takes the place of the one before when it is whole', async () => {
    const { bytes, cancelled } = await exportTraceToFile(store, new Redactor(), request(), join(target, 'trace.json'));
    assert.deepEqual([cancelled, bytes, readdirSync(target)], [false, Buffer.byteLength(written()), ['trace.json']]);
  });

  it('leaves the one before when it is cancelled', async () => {
    const stop = new AbortController();
    const { cancelled } = await exportTraceToFile(store, new Redactor(), request({ signal: stop.signal, onProgress: () => stop.abort() }), join(target, 'trace.json'));
    assert.deepEqual([cancelled, written(), readdirSync(target)], [true, 'of before', ['trace.json']]);
  });

  it('leaves the one before when the storage stops in the middle', async () => {
    const closing = request({ onProgress: () => void store.close() });
    await assert.rejects(exportTraceToFile(store, new Redactor(), closing, join(target, 'trace.json')), { name: 'StoreError', code: 'closed' });
    assert.deepEqual([written(), readdirSync(target)], ['of before', ['trace.json']]);
  });
});
