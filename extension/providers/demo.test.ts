import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endForModel, problemsForModel } from '../auto-fix/words/model-text';
import { repositoryRoot } from '../../test/support/repository-root';
import { DemoProvider, demoModel } from './demo';
import type { ModelMessage, ModelRequest } from './model';
import { answerOf, collect, followUp, providerSuite, someRequest } from './provider-suite';

const toolNames = ['list_files', 'search_files', 'read_file', 'edit_file', 'run_command'];
const refusal = 'The user refused this call. Do not repeat it or work around it; go on without it or ask what they want.';

type Override = (name: string, nth: number) => string | null;

/** Just enough of each tool, on a real folder with real processes. */
async function runTool(folder: string, name: string, input: { path?: string; argv?: string[]; old_text?: string; new_text?: string }): Promise<string> {
  const path = join(folder, input.path ?? '.');
  switch (name) {
    case 'list_files': {
      const entries = await readdir(path, { recursive: true });
      return entries.join('\n');
    }
    case 'search_files':
      return 'no matches';
    case 'read_file':
      return readFile(path, 'utf8');
    case 'edit_file': {
      const text = await readFile(path, 'utf8');
      assert.equal(text.split(input.old_text ?? '').length, 2, 'the text to replace is there once');
      await writeFile(path, text.replace(input.old_text ?? '', input.new_text ?? ''));
      return 'edited';
    }
    case 'run_command': {
      const [file = '', ...rest] = input.argv ?? [];
      return new Promise((resolve) => {
        execFile(file, rest, { cwd: folder }, (error, stdout) => resolve(`exit code ${String(error?.code ?? 0)}\n${stdout}`));
      });
    }
    default:
      assert.fail(`unexpected tool ${name}`);
  }
}

/** Drives the demo to its end and returns what it called and said. */
async function drive(folder: string, override: Override = () => null, tools = toolNames, afterEdit: string | null = null): Promise<{ calls: string[]; texts: string[] }> {
  const provider = new DemoProvider({ pauseMs: [0, 0] });
  const messages: ModelMessage[] = [{ role: 'user', text: 'Fix the failing test.' }];
  const request: ModelRequest = { ...someRequest(messages), model: demoModel, tools: tools.map((name) => ({ name, description: '', parameters: {} })) };
  const calls: string[] = [];
  const texts: string[] = [];
  for (let turn = 0; turn < 12; turn += 1) {
    const answer = answerOf(await collect(provider, request));
    texts.push(answer.text);
    if (answer.tool_calls.length === 0) return { calls, texts };
    const [said] = followUp(answer);
    if (said) messages.push(said);
    for (const { tool_call_id, tool_name, arguments: text } of answer.tool_calls) {
      const nth = calls.filter((name) => name === tool_name).length + 1;
      calls.push(tool_name);
      const result = override(tool_name, nth) ?? (await runTool(folder, tool_name, JSON.parse(text) as Parameters<typeof runTool>[2])); // the demo's own calls
      messages.push({ role: 'tool', tool_call_id, tool_name, text: result });
      if (tool_name === 'edit_file' && afterEdit !== null) messages.push({ role: 'user', text: afterEdit });
    }
  }
  assert.fail('the demo does not end');
}

describe('demo provider', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boocode-demo-'));
    await cp(join(repositoryRoot, 'media/sample-workspace'), folder, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  providerSuite(() => Promise.resolve({ provider: new DemoProvider({ pauseMs: [0, 0] }), close: () => Promise.resolve() }));

  const untilEdit = ['list_files', 'search_files', 'read_file', 'read_file', 'run_command', 'read_file', 'edit_file'];

  it('finds the bug of the sample workspace, fixes it and shows that the tests pass', async () => {
    const { calls, texts } = await drive(folder);
    assert.deepEqual(calls, [...untilEdit, 'run_command']);
    assert.match(texts[0] ?? '', /scripted demo model/);
    assert.match(texts[3] ?? '', /"a coupon takes its share off the goods once"/);
    assert.match(texts.at(-1) ?? '', /All tests pass now[^]*```js/);
    assert.match(await runTool(folder, 'run_command', { argv: ['node', '--test'] }), /^exit code 0/);
  }).timeout(20_000);

  it('says that there is nothing to fix when the tests pass already', async () => {
    await drive(folder);
    const { calls, texts } = await drive(folder);
    assert.deepEqual(calls, untilEdit.slice(0, 5));
    assert.match(texts.at(-1) ?? '', /pass already/);
  }).timeout(20_000);

  it('stops politely when the edit is refused', async () => {
    const before = await readFile(join(folder, 'src/cart.js'), 'utf8');
    const { calls, texts } = await drive(folder, (name) => (name === 'edit_file' ? refusal : null));
    assert.deepEqual(calls, untilEdit);
    assert.match(texts.at(-1) ?? '', /refused the edit[^]*```diff/);
    assert.equal(await readFile(join(folder, 'src/cart.js'), 'utf8'), before);
  }).timeout(20_000);

  it('stops politely when a command is refused, before or after the edit', async () => {
    const first = await drive(folder, (name) => (name === 'run_command' ? refusal : null));
    const second = await drive(folder, (name, nth) => (name === 'run_command' && nth === 2 ? refusal : null));
    assert.deepEqual([first.calls, second.calls], [untilEdit.slice(0, 5), [...untilEdit, 'run_command']]);
    assert.match(first.texts.at(-1) ?? '', /refused the command/);
    assert.match(second.texts.at(-1) ?? '', /cannot say that it helps/);
  }).timeout(20_000);

  it('takes the word of auto-fix for the second test run, and goes by what it says', async () => {
    const said = {
      passed: endForModel('passed', 'npm run check passed.'),
      refused: endForModel('not_approved', '"npm run check" was not allowed to run. The change was not checked.'),
      failed: problemsForModel({ runs: [{ command: 'npm run check', exitCode: 1, durationMs: 900 }], round: 1, maxRounds: 3, fresh: [], old: 0, unclear: 0 }),
      unknown: endForModel('timed_out', '"npm run check" did not end within 120 s (boocode.autoFix.timeoutSeconds).'),
    };
    const seen: Record<string, unknown> = {};
    for (const [name, word] of Object.entries(said)) {
      await rm(folder, { recursive: true });
      await cp(join(repositoryRoot, 'media/sample-workspace'), folder, { recursive: true });
      const { calls, texts } = await drive(folder, undefined, undefined, word);
      seen[name] = [calls.length - untilEdit.length, texts.at(-1)?.split('\n')[0]];
    }
    assert.deepEqual(seen, {
      passed: [0, 'All tests pass now, says the check that auto-fix ran after the edit.'],
      refused: [0, 'The edit is made. You refused its check, so I cannot say that it helps.'],
      failed: [0, 'The tests still do not pass, and this script knows nothing more to try. The turn can be taken back by undoing the edit.'],
      unknown: [1, 'All tests pass now.'],
    });
  }).timeout(40_000);

  it('says so when Node cannot be found', async () => {
    const { texts } = await drive(folder, (name) => (name === 'run_command' ? 'There is no program "node" on the PATH.' : null));
    assert.match(texts.at(-1) ?? '', /Is Node\.js 18 or newer installed/);
  });

  it('says so when a tool is switched off', async () => {
    const { calls, texts } = await drive(folder, undefined, ['list_files', 'search_files', 'read_file']);
    assert.deepEqual(calls, untilEdit.slice(0, 4));
    assert.match(texts.at(-1) ?? '', /`run_command`, but it is switched off/);
  });

  it('looks around elsewhere, says what it is, and how to connect a model', async () => {
    const other = await mkdtemp(join(tmpdir(), 'boocode-demo-'));
    try {
      const empty = await drive(other);
      await writeFile(join(other, 'README.md'), '# Something else\n');
      const project = await drive(other);
      assert.deepEqual([empty.calls, project.calls], [untilEdit.slice(0, 2), untilEdit.slice(0, 3)]);
      for (const { texts } of [empty, project]) assert.match(texts.at(-1) ?? '', /a script made for the sample workspace[^]*BooCode: Choose Model/);
    } finally {
      await rm(other, { recursive: true });
    }
  });

  it('estimates usage as if the request before were cached, and says that it is an estimate', async () => {
    const provider = new DemoProvider({ pauseMs: [0, 0] });
    const request = someRequest();
    const first = answerOf(await collect(provider, request));
    const second = answerOf(await collect(provider, someRequest([...request.messages, ...followUp(first)])));
    const firstInput = (first.usage?.input ?? 0) + (first.usage?.cache_read ?? 0);
    assert.equal(first.usage?.cache_read, 0);
    assert.equal(second.usage?.cache_read, Math.floor(firstInput / 64) * 64);
    assert.deepEqual(first.raw_usage, { scripted: true, estimated: true, ...first.usage });
  });

  it('can be stopped while it pauses', async () => {
    const stop = new AbortController();
    const ended = collect(new DemoProvider({ pauseMs: [60_000, 60_000] }), someRequest(), stop.signal);
    setImmediate(() => stop.abort());
    const parts = await ended;
    assert.deepEqual(parts.map((part) => (part.type === 'error' ? part.error.code : part.type)), ['status', 'aborted']);
  });
});
