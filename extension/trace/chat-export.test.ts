import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildStore } from '../../test/support/store/build-worker';
import { chatRow, eventRow, llmCallRow, traceCompletion, traceStart } from '../../test/support/store/sample-rows';
import { StoreFolder } from '../../test/support/store/store-folder';
import type { Store, WriteOp } from '../store/store';
import type { ChatRow } from '../store/tables/chats';
import { exportChats, type ExportRequest } from './chat-export';
import { Redactor } from './redaction';

const secret = 'canary-secret-0123456789';
/** Longer than what the database itself holds of a text. */
const long = `${'long text '.repeat(5_000)}${secret}`;

describe('exportChats', function () {
  this.timeout(60_000);
  let folder: StoreFolder;
  let store: Store;
  let target: string;
  let chats: ChatRow[];
  let redactor: Redactor;

  before(() => buildStore());
  beforeEach(async () => {
    folder = new StoreFolder();
    store = await folder.open();
    target = mkdtempSync(join(tmpdir(), 'boocode-export-'));
    redactor = new Redactor();
    redactor.add(secret);
    chats = [chatRow({ title: 'First' }), chatRow({ title: 'Second' })];
    for (const chat of chats) await store.write(rowsOf(chat, 60));
  });
  afterEach(async () => {
    await folder.remove();
    rmSync(target, { recursive: true });
  });

  /** More events and calls than one page takes. */
  function rowsOf(chat: ChatRow, count: number): WriteOp[] {
    const { chat_id, session_id } = chat;
    const ops: WriteOp[] = [{ op: 'chats.put', value: chat }];
    for (let seq = 1; seq <= count; seq++) {
      const start = traceStart({ id: randomUUID(), chat_id, session_id, turn_number: seq, input: { path: 'a.ts', text: seq === 1 ? long : 'short' } });
      const body = seq === count ? 'not JSON' : JSON.stringify({ text: `event ${seq}` });
      ops.push(
        { op: 'events.append', value: eventRow({ chat_id, session_id, seq, body, trace_id: seq === 1 ? start.id : null, type: seq === 1 ? 'tool_trace:start' : 'notice' }) },
        { op: 'tool_traces.start', value: start },
        { op: 'tool_traces.complete', value: traceCompletion(start, { output: { text: seq === 1 ? long : 'ok' } }) },
      );
    }
    ops.push({ op: 'llm_calls.put', value: llmCallRow({ chat_id, session_id, raw_usage: { note: secret } }) });
    return ops;
  }

  function request(change: Partial<ExportRequest> = {}): ExportRequest {
    return { path: join(target, 'chats.jsonl'), chats, about: { boocode: '0.1.0' }, signal: new AbortController().signal, onChat: () => undefined, ...change };
  }
  const lines = (): Record<string, unknown>[] =>
    readFileSync(join(target, 'chats.jsonl'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);

  it('writes every chat, event, tool call and model call once, with whole texts', async () => {
    const seen: string[] = [];
    const result = await exportChats(store, redactor, request({ onChat: (_, chat) => seen.push(chat.title) }));
    const all = lines();
    const count = (type: string): number => all.filter((line) => line['type'] === type).length;
    assert.deepEqual(all[0], { type: 'boocode_export', version: 1, boocode: '0.1.0', chats: 2 });
    assert.deepEqual(all.at(-1), { type: 'end', chats: 2, lines: all.length });
    assert.deepEqual([count('chat'), count('event'), count('tool_trace'), count('model_call')], [2, 120, 120, 2]);
    assert.deepEqual(seen, ['First', 'Second']);
    assert.deepEqual([result.cancelled, readdirSync(target)], [false, ['chats.jsonl']]);
    const first = all.find((line) => line['type'] === 'tool_trace') as { input: { text: string }; output: { text: string } };
    const whole = long.replace(secret, '[redacted]');
    assert.deepEqual([first.input.text, first.output.text], [whole, whole]);
    const events = all.filter((line) => line['type'] === 'event' && line['chat_id'] === chats[0]?.chat_id);
    assert.deepEqual(events.map(({ seq }) => seq), Array.from({ length: 60 }, (_, index) => index + 1));
    assert.deepEqual([events[1]?.['event_type'], events[1]?.['body'], events.at(-1)?.['body']], ['notice', { text: 'event 2' }, 'not JSON']);
    assert.equal('trace_input' in (events[0] ?? {}), false, 'the texts of a call are not there twice');
  });

  it('takes every secret out, wherever it was stored', async () => {
    await exportChats(store, redactor, request());
    const text = readFileSync(join(target, 'chats.jsonl'), 'utf8');
    assert.deepEqual([text.includes(secret), text.includes('"note":"[redacted]"')], [false, true]);
  });

  it('leaves the file that was there when it is cancelled in the middle', async () => {
    writeFileSync(join(target, 'chats.jsonl'), 'of before');
    const stop = new AbortController();
    const result = await exportChats(store, redactor, request({ signal: stop.signal, onChat: (done) => done === 1 && stop.abort() }));
    assert.deepEqual([result, readFileSync(join(target, 'chats.jsonl'), 'utf8'), readdirSync(target)], [{ cancelled: true }, 'of before', ['chats.jsonl']]);
  });

  it('leaves the file that was there when the storage stops in the middle', async () => {
    writeFileSync(join(target, 'chats.jsonl'), 'of before');
    const closing = request({ onChat: (done) => done === 1 && void store.close() });
    await assert.rejects(exportChats(store, redactor, closing), { name: 'StoreError', code: 'closed' });
    assert.deepEqual([readFileSync(join(target, 'chats.jsonl'), 'utf8'), readdirSync(target)], ['of before', ['chats.jsonl']]);
  });

  it('replaces the file that was there when it is done', async () => {
    writeFileSync(join(target, 'chats.jsonl'), 'of before');
    await exportChats(store, redactor, request({ chats: chats.slice(0, 1) }));
    assert.deepEqual([lines()[0]?.['chats'], lines().filter(({ type }) => type === 'chat').length], [1, 1]);
  });

  it('takes the chats of agents along, behind that of whoever started them', async () => {
    const [first] = chats;
    const agent = chatRow({ title: 'Of an agent' });
    const { chat_id, session_id } = agent;
    const parent = { chat_id: first?.chat_id, trace_id: null, kind: 'subagent', label: 'look' };
    await store.write([
      { op: 'chats.put', value: agent },
      { op: 'events.append', value: eventRow({ chat_id, session_id, type: 'run:start', body: JSON.stringify({ parent }) }) },
    ]);
    await exportChats(store, redactor, request());
    const all = lines();
    assert.deepEqual(all.filter(({ type }) => type === 'chat').map(({ title }) => title), ['First', 'Of an agent', 'Second']);
    assert.deepEqual([all[0]?.['chats'], all.at(-1)?.['chats']], [3, 3]);
  });
});
