import assert from 'node:assert/strict';
import type { StoreCheck } from '../store/store';
import { tables } from '../store/tables/registry';
import { adviceFor } from './storage-problems';
import { storageHeadline, storageReport, type ReportInput } from './storage-report';

const good: StoreCheck = {
  directory: '/data/boo_code/workspaces/1a2b',
  schema_version: 2,
  generation: 7,
  snapshot_bytes: 2_097_152,
  journal_bytes: 1024,
  total_bytes: 35_651_584,
  snapshots: [{ generation: 7, bytes: 2_097_152, state: 'good' }],
  journals: [{ name: 'journal-00000000000000aa.log', bytes: 1024, owner: 'this_process' }],
  blobs: { files: 3, bytes: 30_000, missing: 0, damaged: 0, unreferenced: 0 },
  quarantine: [],
  unsaved_writes: 0,
  rows: { chats: 12, events: 3400, tool_traces: 800, llm_calls: 300, displaced_events: 0 },
  problems: [],
};
const bad: StoreCheck = {
  ...good,
  snapshots: [{ generation: 7, bytes: 0, state: 'damaged' }, { generation: 6, bytes: 2_097_152, state: 'good' }],
  quarantine: ['snapshot-00000007.json.120'],
  problems: ['Snapshot 7 is damaged on disk. Its content is not lost.', 'Something | nobody *thought* of.', 'Copies of damaged files are kept in /data/boo_code/workspaces/1a2b/quarantine: snapshot-00000007.json.120.'],
};
const input = (check: StoreCheck): ReportInput => ({ check, outputs: { files: 2, bytes: 4096 }, retention: 'everything is kept', versions: 'BooCode 0.1.0' });

describe('the storage report', () => {
  it('is one line when all is well', () => {
    assert.deepEqual([storageHeadline(good), storageHeadline(bad)], ['Storage is in order: 12 chats, 34.0 MB', '3 problems found in the storage']);
  });

  it('says the problems first, each with what it means and what to do', () => {
    const text = storageReport(input(bad), 'text');
    const order = ['3 problems found', 'Problems:', 'Snapshot 7 is damaged on disk', 'Something | nobody', 'Sizes:', 'Journals:', 'Copies of damaged files:'];
    const places = order.map((part) => text.indexOf(part));
    assert.deepEqual(places, [...places].sort((a, b) => a - b));
    assert.equal(places.includes(-1), false);
    assert.equal(text.match(/What it means: /g)?.length, 3);
    assert.equal(text.match(/What to do: /g)?.length, 3);
  });

  it('names every file, its size and who writes it, and where everything is', () => {
    const text = storageReport(input(bad), 'text');
    for (const part of ['34.0 MB', '4.0 KB in 2 files', 'everything is kept', 'journal-00000000000000aa.log', 'this process writes it', 'damaged', '/data/boo_code/workspaces/1a2b/quarantine', 'snapshot-00000007.json.120']) {
      assert.ok(text.includes(part), part);
    }
  });

  it('is the same page in Markdown, with nothing of a finding taken for markup', () => {
    const page = storageReport(input(bad), 'markdown');
    assert.ok(page.startsWith('# BooCode storage\n\n3 problems found in the storage.\n'));
    assert.ok(page.includes(String.raw`- **Something \| nobody \*thought\* of.**`));
    assert.ok(page.includes('They are kept in `/data/boo_code/workspaces/1a2b/quarantine`'));
    assert.ok(page.includes(String.raw`| Newest snapshot (7) | 2.0 MB |`));
  });

  it('has words for every table', () => {
    const names = tables.map(({ name }) => name);
    const page = storageReport(input({ ...bad, rows: Object.fromEntries(names.map((name) => [name, 1])) }), 'markdown');
    for (const name of names) assert.ok(!page.includes(`| ${name.replaceAll('_', String.raw`\_`)} |`) && !page.includes(`| ${name} |`), name);
  });

  it('says of no trouble that loses nothing that a step may be missing', () => {
    const harmless = [
      'Snapshot 7 cannot be read (EIO). The one before it and the journals are used instead.',
      'Snapshot 7 was damaged. It was outdated: newer ones hold everything.',
      'A snapshot could not be written (ENOSPC). The journals hold everything; it will be tried again.',
      'A journal could not be ended (EIO). Its content is safe; deleted parts of it stay on disk longer.',
      'Journal journal-00000000000000aa.log could not be removed (EBUSY). It does no harm.',
    ];
    const general = adviceFor('The moon is full.').meaning;
    for (const finding of harmless) {
      const { meaning } = adviceFor(finding);
      assert.ok(meaning !== general && !meaning.includes('missing'), `${finding} ${meaning}`);
    }
    assert.match(adviceFor('Journal journal-00000000000000aa.log is damaged from byte 1 to 2. Everything else in it was read.').meaning, /missing/);
    assert.match(adviceFor('The file blobs/00 is gone: the text it held cannot be shown. Everything else is there.').meaning, /^Long inputs/);
  });

  it('gives advice for a finding nobody has thought of as well', () => {
    const [known, unknown] = [adviceFor('Snapshot 7 is damaged.'), adviceFor('The moon is full.')];
    assert.match(known.action, /^Nothing/);
    assert.match(unknown.action, /report it/);
  });
});
