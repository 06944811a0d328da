import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { OpenAICompatibleProvider } from '../../../extension/providers/openai-compatible';
import type { ModelMessage } from '../../../extension/providers/model';
import { answerOf, collect, followUp, someRequest } from '../../../extension/providers/provider-suite';
import { repositoryRoot } from '../repository-root';
import { PrefixCache } from './prefix-cache';
import { answer } from './reply';
import { defaultScriptOptions, scripts } from './scripts';
import { startModelServer, type ModelServer, type ModelServerOptions } from './server';

const providerFor = (baseUrl: string): OpenAICompatibleProvider =>
  new OpenAICompatibleProvider({ id: 'openai-compatible', label: 'The server', baseUrl, requiresKey: false, quirks: { sessionField: 'user_id' } });

/** Runs a session to its last answer; returns how many requests it took. */
async function runSession(baseUrl: string): Promise<number> {
  const provider = providerFor(baseUrl);
  const messages: ModelMessage[] = [{ role: 'user', text: 'Look around.' }];
  for (let requests = 1; ; requests += 1) {
    const reply = answerOf(await collect(provider, someRequest(messages)));
    if (reply.tool_calls.length === 0) return requests;
    messages.push(...followUp(reply));
  }
}

describe('scripted model server', () => {
  const servers: ModelServer[] = [];
  const start = async (options: ModelServerOptions): Promise<ModelServer> => {
    const server = await startModelServer(options);
    servers.push(server);
    return server;
  };
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

  it('counts a request against what the same user sent before, in whole units', () => {
    const cache = new PrefixCache();
    const message = (text: string): { role: 'user'; content: string } => ({ role: 'user', content: text });
    const [a, b] = [message('a'.repeat(1000)), message('b'.repeat(1000))];
    const count = (user: string, ...messages: ReturnType<typeof message>[]): number => cache.count(user, { model: 'm', messages }).hit_tokens;
    assert.deepEqual(
      { cold: count('1', a), grown: count('1', a, b), otherUser: count('2', a, b), changedStart: count('1', b, a), back: count('1', a, b, b) },
      { cold: 0, grown: 256, otherUser: 0, changedStart: 0, back: 512 },
    );
  });

  it('reports the cache in either form', async () => {
    const forms = await Promise.all(
      (['deepseek', 'openai'] as const).map(async (usageForm) => {
        const server = await start({ script: () => answer({ text: 'ok', usageForm }) });
        const request = { ...someRequest(), system: 'long '.repeat(200) };
        await collect(providerFor(server.url), request);
        const { usage } = answerOf(await collect(providerFor(server.url), request));
        return usage?.cache_read;
      }),
    );
    assert.equal(forms[0], forms[1]);
    assert.ok((forms[0] ?? 0) > 0);
  });

  it('ends each script that has an end, and remembers every tool result once', async () => {
    const files = defaultScriptOptions.files;
    for (const [name, perTurn] of [['fifty-turns', 1], ['parallel-reads', 3], ['reads', 1]] as const) {
      const script = scripts[name]?.({ turns: 5, files });
      assert.ok(script);
      const server = await start({ script, keepBodies: 1 });
      assert.equal(await runSession(server.url), 6);
      const ids = server.toolResults().map((result) => result.tool_call_id);
      assert.deepEqual(ids, [1, 2, 3, 4, 5].flatMap((turn) => Array.from({ length: perTurn }, (_, place) => `call_${turn}_${place}`)));
    }
  });

  it('refuses what is no chat request, as a real server does', async () => {
    const server = await start({ script: () => answer() });
    const response = await fetch(`${server.url}/chat/completions`, { method: 'POST', body: '{"model":1}' });
    assert.equal(response.status, 400);
  });

  it('runs as a process that writes down what it saw before it answers', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'boocode-server-'));
    const record = join(folder, 'record.jsonl');
    const child = spawn(process.execPath, ['--import', 'tsx', 'test/support/model-server/main.ts', '--script', 'fifty-turns', '--turns', '3', '--record', record], {
      cwd: repositoryRoot,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line] = (await once(createInterface(child.stdout), 'line')) as [string]; // readline's event
      const { url } = JSON.parse(line) as { url: string }; // written by main.ts
      assert.equal(await runSession(url), 4);
      const lines = (await readFile(record, 'utf8')).trim().split('\n').map((text) => JSON.parse(text) as { n: number; tool_results: { tool_call_id: string }[] });
      assert.deepEqual(
        lines.map(({ n, tool_results }) => [n, ...tool_results.map((result) => result.tool_call_id)]),
        [[1], [2, 'call_1_0'], [3, 'call_2_0'], [4, 'call_3_0']],
      );
      const seen = (await (await fetch(new URL('/seen', url))).json()) as { requests: number; tool_results: unknown[] };
      assert.deepEqual([seen.requests, seen.tool_results.length], [4, 3]);
    } finally {
      child.kill();
      await rm(folder, { recursive: true });
    }
  }).timeout(20_000);
});
