// What a journal may say, against everything that only looks like it.
import assert from 'node:assert/strict';
import { journalPayload, parseJournalPayload, type JournalContent } from './journal-content';

const sha256 = 'a'.repeat(64);
const owner = { pid: 7, host: 'here', started: '1', started_ms: 1.5 };

describe('content of a journal', () => {
  const contents: JournalContent[] = [
    { kind: 'opened', schema_version: 1, owner },
    { kind: 'write', stamp: 5, ops: [['events.append', { seq: 1 }], ['chats.put', null]] },
    { kind: 'write', stamp: 5, ops: [], blobs: [{ chat_id: 'c', sha256, bytes: 0 }] },
    { kind: 'closed' },
  ];

  it('comes back as it was written', () => {
    assert.deepEqual(contents.map((content) => parseJournalPayload(journalPayload(content))), contents);
  });

  it('comes back without what a later version may add to it', () => {
    const payloads = contents.map((content) => JSON.stringify({ ...content, later: true }));
    assert.deepEqual(payloads.map(parseJournalPayload), contents);
  });

  it('is not known when anything about it is not as it should be', () => {
    const write = { kind: 'write', stamp: 5, ops: [] };
    const use = { chat_id: 'c', sha256, bytes: 1 };
    const wrong: unknown[] = [
      null, 5, 'write', [], {}, { kind: 'rotated' },
      { kind: 'opened', schema_version: 1 }, { kind: 'opened', schema_version: '1', owner }, { kind: 'opened', schema_version: 1, owner: { ...owner, pid: 0 } },
      { ...write, stamp: undefined }, { ...write, stamp: 1.5 }, { ...write, stamp: '5' }, { ...write, stamp: 2 ** 60 },
      { ...write, ops: undefined }, { ...write, ops: {} }, { ...write, ops: [['a']] }, { ...write, ops: [['a', 1, 2]] }, { ...write, ops: [[1, 2]] }, { ...write, ops: ['ab'] },
      { ...write, blobs: null }, { ...write, blobs: {} }, { ...write, blobs: [null] }, { ...write, blobs: [{ ...use, chat_id: 1 }] },
      { ...write, blobs: [{ ...use, sha256: 'A'.repeat(64) }] }, { ...write, blobs: [{ ...use, sha256: `${sha256}a` }] }, { ...write, blobs: [{ ...use, bytes: -1 }] }, { ...write, blobs: [{ ...use, bytes: 0.5 }] },
    ];
    const payloads = [...wrong.map((content) => JSON.stringify(content)), '', '{"kind":"closed"', 'closed'];
    assert.deepEqual(payloads.filter((payload) => parseJournalPayload(payload) !== null), []);
  });
});
