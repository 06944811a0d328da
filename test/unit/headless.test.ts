// The headless command as its users meet it: real processes, real exit statuses, killed where it hurts.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { ownIdentity } from '../../extension/store/files/process-identity';
import { latestVersion } from '../../extension/store/migrations/registry';
import { encodeRecord } from '../../extension/store/worker/record';
import { toolTrace, type ToolTrace } from '../../shared/traces';
import { headlessHome, type Finished, type HeadlessHome } from '../support/headless-process';
import { fault } from '../support/model-server/reply';
import { defaultScriptOptions, scripts } from '../support/model-server/scripts';
import { startModelServer, type ModelServer, type Script } from '../support/model-server/server';
import { seededRandom } from '../support/store/seeded-random';

const chatLine = z.object({ chat_id: z.string(), title: z.string(), status: z.string(), turns: z.number() });
const tracesDocument = z.object({ traces: z.array(toolTrace), next_cursor: z.nullable(z.string()) });
const endLine = z.object({ type: z.literal('run:end'), chat_id: z.string(), outcome: z.string(), turns: z.number() });

describe('headless command', () => {
  let home: HeadlessHome;
  let server: ModelServer | null = null;

  beforeEach(async () => {
    home = await headlessHome();
  });

  afterEach(async () => {
    await server?.close();
    server = null;
    await home.close();
  });

  async function serve(script: Script): Promise<string[]> {
    server = await startModelServer({ script });
    return ['--provider', 'openai-compatible', '--base-url', server.url, '--model', 'scripted'];
  }

  async function onlyChat(): Promise<z.infer<typeof chatLine>> {
    const { json } = await home.run(['chats', '--json']);
    assert.equal(json.length, 1);
    return chatLine.parse(json[0]);
  }

  async function allTraces(chatId: string): Promise<ToolTrace[]> {
    const traces: ToolTrace[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Finished = await home.run(['traces', chatId, '--json', '--limit', '20', ...(cursor ? ['--cursor', cursor] : [])]);
      assert.equal(page.status, 0, page.stderr);
      const document: z.infer<typeof tracesDocument> = tracesDocument.parse(page.json[0]);
      traces.push(...document.traces);
      cursor = document.next_cursor;
    }
    return traces;
  }

  it('fixes the failing test of the sample project with the demo model, and lists every call', async () => {
    const ran = await home.run(['run', 'fix the failing test', '--approve', 'all', '--json']);
    assert.equal(ran.status, 0, ran.stderr);
    const end = endLine.parse(ran.json.at(-1));
    assert.equal(end.outcome, 'done');
    await promisify(execFile)(process.execPath, ['--test'], { cwd: home.workspace });
    const chat = await onlyChat();
    assert.deepEqual([chat.status, chat.title, chat.turns], ['done', 'fix the failing test', end.turns]);
    const traces = await allTraces(chat.chat_id);
    const frames = ran.json.map((line) => z.looseObject({ type: z.string() }).parse(line));
    const completed = frames.filter(({ type }) => type === 'tool_trace:complete');
    assert.deepEqual(traces.map(({ id }) => id).sort(), completed.map((frame) => String(frame['trace_id'])).sort());
    for (const trace of traces) assert.equal(trace.latency_ms, ((trace.finished_at ?? 0) - trace.started_at) / 1000);
  }).timeout(30_000);

  it('leaves exactly the rows that the server saw as tool results of a task of 50 turns', async () => {
    const model = await serve(scripts['fifty-turns']!(defaultScriptOptions));
    const ran = await home.run(['run', 'look around', ...model, '--json']);
    assert.equal(ran.status, 0, ran.stderr);
    const chat = await onlyChat();
    assert.deepEqual(shownToModel(await allTraces(chat.chat_id)), seenBy(server));
    assert.equal(seenBy(server).length, 50);
  }).timeout(60_000);

  it('has every result that reached the model after kill -9 at a random turn, and resumes to the end', async () => {
    const random = seededRandom();
    for (let round = 0; round < 3; round++) {
      await home.close();
      home = await headlessHome();
      const model = await serve(scripts['fifty-turns']!(defaultScriptOptions));
      const killAt = 2 + random.below(45);
      const running = home.start(['run', 'look around', ...model, '--json']);
      const timer = setInterval(() => {
        if ((server?.requests.length ?? 0) >= killAt) running.process.kill('SIGKILL');
      }, 1);
      const killed = await running.finished;
      clearInterval(timer);
      assert.equal(killed.signal, 'SIGKILL', `seed ${random.seed}, round ${round}`);
      const chat = await onlyChat();
      const stored = new Map(shownToModel(await allTraces(chat.chat_id)).map((one) => [one.tool_call_id, one.content]));
      for (const { tool_call_id, content } of seenBy(server)) assert.equal(stored.get(tool_call_id), content, `seed ${random.seed}, round ${round}, ${tool_call_id}`);
      assert.equal(chat.status, 'interrupted');
      const resumed = await home.run(['resume', chat.chat_id, ...model, '--json']);
      assert.equal(resumed.status, 0, resumed.stderr);
      assert.equal((await onlyChat()).status, 'done');
      await server?.close();
    }
  }).timeout(120_000);

  it('refuses writes without an approval and says so with status 4', async () => {
    const ran = await home.run(['run', 'fix the failing test', '--json']);
    assert.equal(ran.status, 4);
    assert.equal(endLine.parse(ran.json.at(-1)).outcome, 'approval_refused');
    assert.match(ran.stderr, /--approve/);
  }).timeout(30_000);

  it('stops at the budget with status 3, says which, and goes on with a larger one', async () => {
    const model = await serve(scripts['fifty-turns']!(defaultScriptOptions));
    const ran = await home.run(['run', 'look around', ...model, '--budget-tokens', '9000', '--json']);
    const { chat_id, outcome, turns } = endLine.parse(ran.json.at(-1));
    assert.deepEqual([ran.status, outcome, turns], [3, 'limit_reached', server?.requests.length]);
    assert.match(ran.stderr, /limit of 9,000 tokens for one run/);
    assert.ok(turns > 0 && ran.stderr.includes(`resume ${chat_id} --budget-tokens`), ran.stderr);
    const again = await home.run(['resume', chat_id, ...model, '--budget-tokens', '9000', '--json']);
    assert.deepEqual([again.status, endLine.parse(again.json.at(-1)).turns], [3, 0], 'what was used counts');
    const more = await home.run(['resume', chat_id, ...model, '--budget-tokens', '20000', '--json']);
    assert.ok(more.status === 3 && (server?.requests.length ?? 0) > turns, more.stderr);
  }).timeout(30_000);

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`ends on ${signal} with status 130, the session resumable and nothing left running`, async () => {
      const model = await serve(scripts['long-command']!(defaultScriptOptions));
      const running = home.start(['run', 'wait', ...model, '--approve', 'all', '--json']);
      await new Promise<void>((resolve) => running.process.stdout?.on('data', (text: string) => text.includes('tool_trace:start') && resolve()));
      running.process.kill(signal);
      const ended = await running.finished;
      assert.equal(ended.status, 130, ended.stderr);
      const [trace] = await allTraces((await onlyChat()).chat_id);
      assert.equal(trace?.outcome, 'cancelled');
      assert.equal((await onlyChat()).status, 'stopped');
    }).timeout(30_000);
  }

  const failures: [what: string, args: string[], status: number, says: RegExp][] = [
    ['a key that is refused', [], 1, /key/i],
    ['a folder that is not there', ['--workspace', '/no/such/folder'], 2, /not a folder/],
    ['a provider without an address', ['--provider', 'openai-compatible'], 2, /--base-url/],
    ['a task that is empty', [], 2, /empty/],
  ];
  for (const [what, args, status, says] of failures) {
    it(`says what to do about ${what}`, async () => {
      const model = what.startsWith('a key') ? await serve(() => fault.status(401, { message: 'no' })) : [];
      const ran = await home.run(['run', what.endsWith('empty') ? ' ' : 'go', ...model, ...args], { DEEPSEEK_API_KEY: 'canary-key-9876543210' });
      assert.equal(ran.status, status, ran.stderr);
      assert.match(ran.stderr, says);
      assert.equal(`${ran.stdout}${ran.stderr}`.includes('canary-key'), false);
    }).timeout(30_000);
  }

  it('says which key is missing', async () => {
    const ran = await home.run(['run', 'go', '--provider', 'deepseek'], { DEEPSEEK_API_KEY: '' });
    assert.equal(ran.status, 1);
    assert.match(ran.stderr, /key/i);
  }).timeout(30_000);

  it('looks healthy to doctor, and refuses a chat of another workspace', async () => {
    await home.run(['run', 'fix the failing test', '--approve', 'all']);
    const checked = await home.run(['doctor', '--json']);
    assert.equal(checked.status, 0, checked.stderr);
    const report = z.looseObject({ ok: z.boolean(), degraded: z.array(z.string()) }).parse(checked.json[0]);
    assert.deepEqual([report.ok, report.degraded], [true, []]);
    const page = await home.run(['doctor']);
    assert.equal(page.status, 0);
    for (const part of ['BooCode storage\nStorage is in order: 1 chat, ', 'Sizes:', 'Journals:', 'Where it is:']) assert.ok(page.stdout.includes(part), part);
    const foreign = await home.run(['traces', '00000000-0000-4000-8000-000000000000']);
    assert.equal(foreign.status, 2);
    assert.match(foreign.stderr, /no chat/);
  }).timeout(30_000);
  it('tells of damage on stderr, reads everything else, and says in doctor what each finding means', async () => {
    await home.run(['run', 'fix the failing test', '--approve', 'all']);
    const journal = await onlyJournal();
    const bytes = await readFile(journal);
    // In the last record; the chat itself was stored by the ones before.
    bytes[bytes.length - 10] = (bytes.at(-10) ?? 0) ^ 0xff;
    await writeFile(journal, bytes);
    const listed = await home.run(['chats', '--json']);
    assert.deepEqual([listed.status, listed.json.length], [0, 1]);
    assert.match(listed.stderr, /Damage was found in the storage\..*Everything else was read\. Copies are kept in .*quarantine/s);
    const again = await home.run(['chats', '--json']);
    assert.doesNotMatch(again.stderr, /Damage was found/, 'it is told once');
    const json = await home.run(['doctor', '--json']);
    const { ok, store } = z.looseObject({ ok: z.boolean(), store: z.looseObject({ quarantine: z.array(z.string()), problems: z.array(z.string()) }) }).parse(json.json[0]);
    assert.deepEqual([json.status, ok, store.quarantine.length, store.problems.length > 0], [1, false, 1, true]);
    const page = await home.run(['doctor']);
    assert.equal(page.status, 1);
    assert.match(page.stdout, /problems? found in the storage.*What it means: .*What to do: /s);
  }).timeout(60_000);

  it('says what to do when a newer version has written here, and changes nothing', async () => {
    await home.run(['run', 'fix the failing test', '--approve', 'all']);
    const directory = dirname(await onlyJournal());
    const opened = { kind: 'opened', schema_version: latestVersion + 1, owner: ownIdentity() };
    await writeFile(join(directory, 'journal-00000000000000ac.log'), encodeRecord(0, JSON.stringify(opened)));
    const ran = await home.run(['run', 'again', '--approve', 'all']);
    assert.equal(ran.status, 1);
    assert.match(ran.stderr, /newer version of BooCode.*Update BooCode/s);
    const chat = await onlyChat();
    assert.equal(chat.title, 'fix the failing test');
  }).timeout(60_000);

  async function onlyJournal(): Promise<string> {
    const files = await readdir(home.storage, { recursive: true });
    const [journal, ...others] = files.filter((name) => /journal-[0-9a-f]+\.log$/.test(name));
    assert.ok(journal && others.length === 0, files.join());
    return join(home.storage, journal);
  }
});

type Result = { tool_call_id: string; content: string };

function seenBy(server: ModelServer | null): Result[] {
  return server?.toolResults() ?? [];
}

/** What each finished call told the model. */
function shownToModel(traces: readonly ToolTrace[]): Result[] {
  const output = z.object({ text: z.string() });
  return traces.filter((trace) => trace.output !== null).map((trace) => ({ tool_call_id: trace.tool_call_id, content: output.parse(trace.output).text }));
}
