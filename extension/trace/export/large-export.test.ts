// A long chat leaves piece by piece: what is in memory at any time is a small part of it.
import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { uuid } from '../../../test/support/event-samples';
import { chatRow, eventRow, llmCallRow, traceCompletion, traceStart } from '../../../test/support/store/sample-rows';
import { StoreFolder } from '../../../test/support/store/store-folder';
import type { Store, WriteOp } from '../../store/store';
import { Redactor } from '../redaction';
import { exportTrace, traceFormats } from './export-trace';

const turns = 4_000;
const callsInTurn = 5;
const output = 'what a tool said '.repeat(120);
const megabyte = 1024 * 1024;

setFlagsFromString('--expose-gc');
// A function of V8 that appears with the flag.
const collect = runInNewContext('gc') as () => void;

describe('the export of a chat of 20,000 calls', function () {
  this.timeout(120_000);
  let folder: StoreFolder;
  let store: Store;
  const chat = chatRow({ chat_id: uuid(1), session_id: uuid(2), turns });

  before(async () => {
    folder = new StoreFolder();
    store = await folder.open();
    await store.write([{ op: 'chats.put', value: chat }, ...runStart()]);
    for (let first = 1; first <= turns; first += 200) await store.write(Array.from({ length: 200 }, (_, at) => rowsOfTurn(first + at)).flat());
  });
  after(() => folder.remove());

  function runStart(): WriteOp[] {
    return [event(1, { type: 'run:start', run_id: uuid(3), provider: 'demo', model: 'scripted', scripted: true })];
  }

  function event(seq: number, { type, ...body }: { type: string } & Record<string, unknown>): WriteOp {
    return { op: 'events.append', value: eventRow({ chat_id: chat.chat_id, session_id: chat.session_id, seq, at: 1_000_000 * seq, type, body: JSON.stringify(body) }) };
  }

  function rowsOfTurn(turn_number: number): WriteOp[] {
    const at = 10_000_000 * turn_number;
    const call = llmCallRow({ id: uuid(1_000_000 + turn_number), chat_id: chat.chat_id, session_id: chat.session_id, turn_number, started_at: at });
    const { id: llm_call_id, provider, model, started_at, first_token_ms, duration_ms, finish_reason, raw_usage, error } = call;
    const usage = { input: 10, cache_read: 3, cache_write: 0, output: 5, reasoning: 0 };
    const ops: WriteOp[] = [
      event(turn_number * 3, { type: 'turn:start', turn_number, llm_call_id }),
      event(turn_number * 3 + 1, { type: 'llm_call:complete', turn_number, llm_call_id, provider, model, started_at, first_token_ms, duration_ms, finish_reason, usage, raw_usage, error }),
      event(turn_number * 3 + 2, { type: 'turn:end', turn_number, duration_ms: 9_000, tool_calls: callsInTurn }),
      { op: 'llm_calls.put', value: call },
    ];
    for (let n = 0; n < callsInTurn; n++) {
      const start = traceStart({ id: uuid(turn_number * 10 + n), chat_id: chat.chat_id, session_id: chat.session_id, turn_number, started_at: at + n * 1_000_000, llm_call_id });
      ops.push({ op: 'tool_traces.start', value: start }, { op: 'tool_traces.complete', value: traceCompletion(start, { output: { text: output } }) });
    }
    return ops;
  }

  for (const format of traceFormats) {
    it(`needs little memory (${format})`, async () => {
      collect();
      const before = process.memoryUsage().heapUsed;
      let pieces = 0;
      let most = 0;
      let longest = 0;
      const exported = await exportTrace(store, new Redactor(), { chat_id: chat.chat_id, format, content: true, version: '1', signal: new AbortController().signal }, (piece) => {
        longest = Math.max(longest, piece.length);
        if (pieces++ % 20 !== 0) return;
        collect();
        most = Math.max(most, process.memoryUsage().heapUsed - before);
      });
      assert.deepEqual([exported.tool_calls, exported.model_calls], [turns * callsInTurn, turns]);
      assert.ok(exported.bytes > 40 * megabyte, `${exported.bytes} bytes are much`);
      assert.ok(longest < 2 * megabyte, `a piece had ${longest} characters`);
      assert.ok(most < exported.bytes / 2, `${Math.round(most / megabyte)} MB were held of ${Math.round(exported.bytes / megabyte)} MB`);
    });
  }
});
