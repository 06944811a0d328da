import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nothingSpent } from '../../shared/spent-math';
import type { RunEventBody } from '../../shared/events';
import { chatId, sessionId, toolComplete, toolStart, userMessage, uuid } from '../../test/support/event-samples';
import { buildStore } from '../../test/support/store/build-worker';
import { openStore } from '../store/open-store';
import type { Store } from '../store/store';
import { editOfCall } from './edit-of-call';
import { EventBus } from './event-bus';
import { ChatLog } from './recorder';
import { Redactor } from './redaction';

describe('the edit of a call', () => {
  let directory: string;
  let store: Store;
  let log: ChatLog;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'boocode-edits-'));
    store = await openStore({ directory, workerPath: (await buildStore()).workerPath });
    const chat = { chat_id: chatId, session_id: sessionId, title: '', status: 'new' as const, turns: 0, created_at: 1, updated_at: 1, spent: nothingSpent };
    log = new ChatLog({ store, bus: new EventBus((error) => assert.fail(String(error))), redactor: new Redactor(), nowMicros: () => 1_000 }, chat, 0);
    log.append(userMessage(1, 'go'));
    log.append(...edit(1, { before: 'old\n', after: 'new\n' }, { decision: 'allow', decided_by: 'policy' }));
    // Two edits in one turn, and the call ids of a turn before come again.
    log.append(...edit(2, { before: 'a\n', after: 'A\n' }, { decision: 'deny' }, 1));
    log.append(...edit(2, { before: parted, after: parted.replace('line 2\n', 'LINE 2\n').replace('line 15\n', 'LINE 15\n') }, { decision: 'allow', rejected_hunks: [0] }, 2));
    log.append(...edit(3, { before: null, after: 'made\n' }, { decision: 'allow' }));
    log.append(...edit(4, { before: null, after: null }, { decision: 'allow' }));
    log.append(...edit(5, { before: long, after: `${long}more\n` }, { decision: 'allow' }));
    log.append(...edit(6, { before: 'x\n', after: 'y\n' }, null));
    log.append(toolStart(900, 'call_read'), toolComplete(900, 'call_read', 'text'));
    await log.durable();
  });

  after(async () => {
    await store.close();
    await rm(directory, { recursive: true, force: true });
  });

  const parted = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join('');
  const long = 'a line of text\n'.repeat(1_000);
  let approvals = 0;

  type Decided = Partial<Extract<RunEventBody, { type: 'approval:decision' }>>;

  function edit(turn_number: number, texts: { before: string | null; after: string | null }, decided: Decided | null, call = 1): RunEventBody[] {
    const approval_id = uuid(500 + ++approvals);
    const asked: RunEventBody = {
      ...{ type: 'approval:request', approval_id, turn_number, tool_call_id: `call_${call}`, tool_name: 'edit_file', title: 'Edit', reason: '' },
      subject: { kind: 'edit', path: 'src/cart.ts', ...texts, added: 1, removed: 1 },
    };
    const decision: RunEventBody[] = decided === null ? [] : [{ type: 'approval:decision', approval_id, turn_number, decision: 'allow', decided_by: 'user', waited_ms: 5, ...decided }];
    return [asked, ...decision];
  }

  const editOf = (turn_number: number, call: string): ReturnType<typeof editOfCall> => editOfCall(store, { chat_id: chatId, turn_number, tool_call_id: call });

  const path = 'src/cart.ts';
  const cases: [what: string, turn: number, call: string, expected: unknown][] = [
    ['one that the mode allowed', 1, 'call_1', { path, before: 'old\n', after: 'new\n', decision: 'allow' }],
    ['one that was denied', 2, 'call_1', { path, before: 'a\n', after: 'A\n', decision: 'deny' }],
    ['what was allowed of one in part', 2, 'call_2', { path, before: parted, after: parted.replace('line 15\n', 'LINE 15\n'), decision: 'allow' }],
    ['a new file', 3, 'call_1', { path, before: '', after: 'made\n', decision: 'allow' }],
    ['that its texts were not kept', 4, 'call_1', { code: 'no_texts' }],
    ['a long one, whole', 5, 'call_1', { path, before: long, after: `${long}more\n`, decision: 'allow' }],
    ['one that waits for its approval', 6, 'call_1', { path, before: 'x\n', after: 'y\n', decision: null }],
    ['that there is none, of a call that reads', 1, 'call_read', { code: 'no_edit' }],
    ['that there is none, of a turn that is not there', 99, 'call_1', { code: 'no_edit' }],
  ];
  for (const [what, turn, call, expected] of cases) {
    it(`tells ${what}`, async () => {
      assert.deepEqual(await editOf(turn, call), expected);
    });
  }

  it('reads one turn and one event, however long the chat is', async () => {
    const reads: [string, number][] = [];
    const counting: Store = Object.create(store, {
      read: {
        value: async (...params: Parameters<Store['read']>) => {
          const result = await store.read(...params);
          reads.push([params[0], Array.isArray(result) ? result.length : 1]);
          return result;
        },
      },
    }) as Store; // The store itself but for its reads.
    await editOfCall(counting, { chat_id: chatId, turn_number: 5, tool_call_id: 'call_1' });
    assert.deepEqual(reads, [
      ['events.of_turns', 2],
      ['events.after', 1],
    ]);
  });
});
