// What the headless command gives of traces: documents on stdout, errors of a listing in words, and spans to an endpoint.
import assert from 'node:assert/strict';
import * as z from 'zod';
import { headlessHome, type Finished, type HeadlessHome } from '../support/headless-process';
import { startJsonServer, type JsonServer } from '../support/json-server';
import { decodeOtlp } from '../support/trace/decode-otlp';

const foreign = '00000000-0000-4000-8000-000000000000';

describe('traces of the headless command', function () {
  this.timeout(60_000);
  let home: HeadlessHome;
  let chatId: string;

  before(async () => {
    home = await headlessHome();
    const ran = await home.run(['run', 'fix the failing test', '--approve', 'all', '--json']);
    assert.equal(ran.status, 0, ran.stderr);
    chatId = z.object({ chat_id: z.string() }).parse(ran.json.at(-1)).chat_id;
  });
  after(() => home.close());

  const exported = (...more: string[]): Promise<Finished> => home.run(['trace-export', chatId, ...more]);

  it('are one OTLP document, with --json and without', async () => {
    const [plain, json] = [await exported('--format', 'otlp'), await exported('--format', 'otlp', '--json')];
    assert.deepEqual([plain.status, json.status, json.stdout], [0, 0, plain.stdout], plain.stderr);
    const names = decodeOtlp(plain.stdout).spans.map(({ name }) => name);
    assert.ok(names.includes('invoke_agent BooCode') && names.includes('turn 1') && names.includes('execute_tool edit_file'), names.join());
    assert.ok(plain.stdout.includes('gen_ai.tool.call.arguments'));
  });

  it('are a Chrome trace and JSON lines, of the same calls', async () => {
    const calls = decodeOtlp((await exported('--format', 'otlp')).stdout).spans.filter(({ name }) => name.startsWith('execute_tool')).length;
    const chrome = z.object({ traceEvents: z.array(z.looseObject({ cat: z.optional(z.string()) })) }).parse(JSON.parse((await exported('--format', 'chrome')).stdout));
    const lines = (await exported('--format', 'jsonl')).json.map((line) => z.looseObject({ type: z.string() }).parse(line));
    assert.deepEqual([chrome.traceEvents.filter(({ cat }) => cat === 'tool_call').length, lines.filter(({ type }) => type === 'tool_trace').length], [calls, calls]);
    assert.deepEqual([lines[0]?.type, lines.at(-1)], ['boocode_trace', { type: 'end', lines: lines.length }]);
  });

  it('leave the texts out when told to', async () => {
    const { status, stdout } = await exported('--format', 'jsonl', '--content', 'off');
    assert.deepEqual([status, stdout.includes('"input":{'), stdout.includes('fix the failing test')], [0, false, false]);
  });

  const wrong: [what: string, args: () => string[], says: RegExp][] = [
    ['no format', () => ['trace-export', chatId], /--format: otlp, chrome, jsonl/],
    ['a format that is none', () => ['trace-export', chatId, '--format', 'xml'], /--format: must be one of otlp, chrome, jsonl/],
    ['the export of a chat of another workspace', () => ['trace-export', foreign, '--format', 'otlp'], new RegExp(`no chat ${foreign}`)],
    ['a cursor that nobody gave out', () => ['traces', chatId, '--cursor', 'abc'], /cursor is not one that a trace listing returned/],
    ['a limit of 0', () => ['traces', chatId, '--limit', '0'], /--limit: must be from 1 to 200/],
    ['a limit of 201', () => ['traces', chatId, '--limit', '201'], /--limit: must be from 1 to 200/],
    ['a limit that is no number', () => ['traces', chatId, '--limit', 'NaN'], /--limit: must be a whole number/],
    ['turn 0', () => ['traces', chatId, '--turn', '0'], /--turn: must be 1 or more/],
    ['a chat of another workspace', () => ['traces', foreign], new RegExp(`no chat ${foreign}`)],
    ['a chat id that is none', () => ['traces', 'latest'], /no chat latest/],
  ];
  for (const [what, args, says] of wrong) {
    it(`refuse ${what} with status 2`, async () => {
      const { status, stdout, stderr } = await home.run(args());
      assert.deepEqual([status, stdout], [2, ''], stderr);
      assert.match(stderr, says);
    });
  }

  it('end without noise when nobody reads on', async () => {
    const running = home.start(['trace-export', chatId, '--format', 'jsonl']);
    running.process.stdout?.destroy();
    const { status, stderr } = await running.finished;
    assert.equal(status, 1);
    assert.match(stderr, /stopped before its end/);
  });

  describe('and an OTLP endpoint', () => {
    let server: JsonServer;

    beforeEach(async () => {
      server = await startJsonServer(() => ({ body: {} }));
    });
    afterEach(() => server.close());

    it('get each run that the environment asks for, with its headers', async () => {
      const key = 'Bearer canary-token-987654';
      const environment = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${server.url}/v1/traces`, OTEL_EXPORTER_OTLP_HEADERS: `authorization=${encodeURIComponent(key)}` };
      const ran = await home.run(['run', 'fix the failing test', '--approve', 'all', '--json'], environment);
      assert.equal(ran.status, 0, ran.stderr);
      const spans = server.asked.flatMap(({ body }) => decodeOtlp(body).spans);
      const { turns, chat_id } = z.object({ turns: z.number(), chat_id: z.string() }).parse(ran.json.at(-1));
      const count = (start: string): number => spans.filter(({ name }) => name.startsWith(start)).length;
      assert.deepEqual([count('invoke_agent'), count('turn '), count('chat ')], [1, turns, turns]);
      assert.deepEqual(new Set(spans.map(({ attributes }) => attributes['gen_ai.conversation.id'])), new Set([chat_id]));
      assert.deepEqual(new Set(server.asked.map(({ authorization }) => authorization)), new Set([key]));
      const said = server.asked.map(({ body }) => body).join('') + ran.stdout + ran.stderr;
      assert.deepEqual([said.includes('canary-token'), said.includes('gen_ai.tool.call.arguments')], [false, false]);
    });

    it('do not matter to a run where nothing answers, which says so', async () => {
      await server.close();
      const ran = await home.run(['run', 'fix the failing test', '--approve', 'all'], { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${server.url}/v1/traces` });
      server = await startJsonServer(() => ({ body: {} }));
      assert.equal(ran.status, 0, ran.stderr);
      assert.match(ran.stderr, /OpenTelemetry endpoint/);
    });

    it('must have an address that can be used', async () => {
      const ran = await home.run(['run', 'go'], { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'localhost:4318' });
      assert.equal(ran.status, 2);
      assert.match(ran.stderr, /OTEL_EXPORTER_OTLP_TRACES_ENDPOINT.*http/);
    });
  });
});
