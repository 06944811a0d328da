import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildStore } from '../../test/support/store/build-worker';
import { chatRow } from '../../test/support/store/sample-rows';
import { StoreFolder } from '../../test/support/store/store-folder';
import type { Store } from '../store/store';
import { emptyOutputs, outputsSize, sweepOutputs } from './output-sweep';
import { limitsOf, Retention, retentionWords, type RetentionReport, type StorageSettings } from './retention';

const day = 24 * 60 * 60;
const forEver: StorageSettings = { keepDays: null, keepChats: null, maxMegabytes: null };

describe('Retention', function () {
  this.timeout(60_000);
  let folder: StoreFolder;
  let store: Store;
  let outputDirectory: string;
  let settings: StorageSettings;
  let reports: RetentionReport[];
  let failures: unknown[];
  let retention: Retention;

  before(() => buildStore());
  beforeEach(async () => {
    folder = new StoreFolder();
    store = await folder.open();
    outputDirectory = mkdtempSync(join(tmpdir(), 'boocode-outputs-'));
    settings = forEver;
    [reports, failures] = [[], []];
    const ports = { store, outputDirectory, deletedDirectory: join(outputDirectory, 'deleted'), settings: () => settings, onDone: (report: RetentionReport) => void reports.push(report), onFailed: (error: unknown) => void failures.push(error) };
    retention = new Retention(ports, 30);
  });
  afterEach(async () => {
    await retention.end();
    await folder.remove();
    rmSync(outputDirectory, { recursive: true });
  });

  /** Chats that nobody used for so many days. */
  async function chatsOfAge(...days: number[]): Promise<void> {
    const now = Date.now() * 1000;
    for (const age of days) {
      const at = now - age * day * 1_000_000;
      await store.write([{ op: 'chats.put', value: chatRow({ title: `${age} days`, status: 'done', created_at: at, updated_at: at }) }]);
    }
  }
  const titles = async (): Promise<string[]> => (await store.read('chats.list', { query: '', limit: 100 })).map(({ title }) => title);

  it('deletes what is beyond the settings and nothing else, and says what it was', async () => {
    await chatsOfAge(0, 3, 40, 80);
    settings = { ...forEver, keepDays: 30 };
    retention.soon();
    await until(() => reports.length === 1);
    assert.deepEqual([await titles(), reports[0]?.pruned.chats, failures], [['0 days', '3 days'], 2, []]);
  });

  it('forgets what was spent long ago in chats that are gone', async () => {
    const spent = (llm_call_id: string, age: number): Promise<void> =>
      store.write([{ op: 'spending.put', value: { llm_call_id, chat_id: 'gone', at: (Date.now() / 1000 - age * day) * 1_000_000, tokens: age, cost_usd: 1, is_estimate: false } }]);
    await spent('a', 39);
    await spent('b', 41);
    retention.soon();
    await until(() => reports.length === 1);
    assert.deepEqual([(await store.read('spending.since', { at: 0 })).tokens, failures], [39, []]);
  });

  it('keeps everything where the settings say so', async () => {
    await chatsOfAge(0, 400, 800);
    retention.soon();
    await until(() => reports.length === 1);
    assert.deepEqual([(await titles()).length, reports[0]?.pruned], [3, { chats: 0, bytes: 0 }]);
  });

  it('takes the settings as they are when it comes to it, however often it is asked', async () => {
    await chatsOfAge(0, 3, 40);
    settings = { ...forEver, keepChats: 1 };
    retention.soon();
    settings = { ...forEver, keepChats: 2 };
    retention.soon();
    retention.soon();
    await until(() => reports.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.deepEqual([await titles(), reports.length], [['0 days', '3 days'], 1]);
  });

  it('deletes nothing more once it has ended', async () => {
    await chatsOfAge(0, 40);
    settings = { ...forEver, keepDays: 1 };
    retention.soon();
    await retention.end();
    retention.soon();
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.deepEqual([(await titles()).length, reports], [2, []]);
  });

  it('forgets what tools deleted a month ago, and nothing later', async () => {
    const nameOf = (days: number): string => `${String((Date.now() - days * day * 1000) * 1000).padStart(16, '0')}-abcdef12`;
    const [old, late] = [nameOf(31), nameOf(29)];
    for (const name of [old, late]) mkdirSync(join(outputDirectory, 'deleted', name), { recursive: true });
    retention.soon();
    await until(() => reports.length === 1);
    assert.deepEqual(readdirSync(join(outputDirectory, 'deleted')), [late]);
  });

  it('keeps no chat longer because what tools deleted cannot be forgotten', async () => {
    await chatsOfAge(0, 40);
    settings = { ...forEver, keepDays: 30 };
    writeFileSync(join(outputDirectory, 'deleted'), 'no folder');
    retention.soon();
    await until(() => reports.length === 1);
    assert.deepEqual([await titles(), failures.length], [['0 days'], 1]);
  });

  it('tells of a store that refuses, and goes on', async () => {
    await store.close();
    retention.soon();
    await until(() => failures.length === 1);
    assert.match(String(failures[0]), /closed/);
  });

  it('says in words and in the store’s own units what is kept', () => {
    const some = { keepDays: 30, keepChats: 1, maxMegabytes: 1024 };
    assert.deepEqual([retentionWords(forEver), retentionWords(some)], ['everything is kept', 'kept: chats of the last 30 days, the newest 1 chat, up to 1,024 MB']);
    assert.deepEqual(limitsOf(some), { days: 30, chats: 1, bytes: 1024 * 1024 * 1024 });
  });

  describe('of command outputs', () => {
    function output(name: string, bytes: number, ageSeconds: number): void {
      const path = join(outputDirectory, name);
      writeFileSync(path, 'x'.repeat(bytes));
      const at = Date.now() / 1000 - ageSeconds;
      utimesSync(path, at, at);
    }
    const left = (): string[] => readdirSync(outputDirectory).sort();

    it('removes what is older than a week', async () => {
      output('old', 10, 8 * day);
      output('new', 10, 6 * day);
      assert.deepEqual([await sweepOutputs(outputDirectory), left()], [{ files: 1, bytes: 10 }, ['new']]);
    });

    it('removes the oldest beyond a size, but nothing that may be in use', async () => {
      output('oldest', 100, 5 * day);
      output('older', 100, 2 * day);
      output('new', 100, 2 * 60 * 60);
      output('growing', 500, 10);
      const swept = await sweepOutputs(outputDirectory, { ageMs: 7 * day * 1000, totalBytes: 650 });
      assert.deepEqual([swept, left()], [{ files: 2, bytes: 200 }, ['growing', 'new']]);
      await sweepOutputs(outputDirectory, { ageMs: 7 * day * 1000, totalBytes: 0 });
      assert.deepEqual(left(), ['growing']);
    });

    it('is part of the same pass, and a folder that is not there is empty', async () => {
      output('old', 10, 8 * day);
      retention.soon();
      await until(() => reports.length === 1);
      assert.deepEqual([reports[0]?.swept, left()], [{ files: 1, bytes: 10 }, []]);
      assert.deepEqual(await outputsSize(join(outputDirectory, 'none')), { files: 0, bytes: 0 });
      assert.deepEqual(await sweepOutputs(join(outputDirectory, 'none')), { files: 0, bytes: 0 });
    });

    it('empties the folder when asked, and leaves what is no file alone', async () => {
      output('new', 10, 0);
      mkdirSync(join(outputDirectory, 'folder'));
      assert.deepEqual([await emptyOutputs(outputDirectory), left()], [[], ['folder']]);
    });
  });
});

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail('waited in vain');
}
