// What prefix caches pay for: over a long chat with everything that happens in one, each request begins with every byte
// of the one before, but where a recorded event made room. The real loop, tools, store and client over real HTTP.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApprovalSubject } from '../../shared/events';
import { nextEvent, openAgentWorkspace, type AgentWorkspace } from '../../test/support/agent/agent-workspace';
import { conversationOf, prefixBreaks } from '../../test/support/agent/prefix-breaks';
import { unpairedCalls } from '../../test/support/agent/unpaired-calls';
import { answer, fault, type AnswerOptions, type Reply, type ScriptedToolCall } from '../../test/support/model-server/reply';
import { startModelServer, type ModelServer, type Script } from '../../test/support/model-server/server';
import { deepSeekProvider } from '../providers/deepseek';
import type { ModelMessage, ModelProvider } from '../providers/model';
import { OpenAICompatibleProvider } from '../providers/openai-compatible';
import { answerOf, collect, followUp, someRequest } from '../providers/provider-suite';
import { builtInTools, toolSchemas } from '../tools/registry';
import { summaryRequest } from './context-words';
import { systemPrompt } from './system-prompt';
import type { WorkspaceAgents } from './workspace-agents';

const readable = Array.from({ length: 25 }, (_, n) => [`f${n}.txt`, `file ${n}, a line\n`.repeat(n < 20 ? 12 : 400)] as const);
const check = `if (require('node:fs').readFileSync('a.ts', 'utf8').includes('wrong')) { console.log('a.ts(1,7): error TS2322: wrong.'); process.exit(2); }`;
const files = { 'AGENTS.md': 'Use tabs.\n', 'a.ts': 'export const a = 1;\n', 'check.js': check, ...Object.fromEntries(readable) };

const call = (name: string, args: unknown): ScriptedToolCall => ({ id: randomUUID(), name, arguments: args });
const read = (n: number): ScriptedToolCall => call('read_file', { path: `f${n}.txt` });
const write = (content: string): ScriptedToolCall => call('write_file', { path: 'a.ts', content });
const turn = (toolCalls: ScriptedToolCall[], more: AnswerOptions = {}): Reply => answer({ reasoning: 'I think of “this” — ünïcode.', text: 'Next.', pieceLength: 200, toolCalls, ...more });
const said = (text: string): Reply => answer({ reasoning: 'That is all.', text, pieceLength: 200 });
const longTalk = (n: number): Reply => turn([read(n)], { text: 'long words '.repeat(900), pieceLength: 10_000 });

/** In the order of requests; refusals and cut answers are requests too. */
const firstRun: Reply[] = [
  turn([read(0), read(1), read(2)]),
  turn([call('no_such_tool', { a: 1 })], { text: '' }),
  turn([call('read_file', '{"path": "f')], { reasoning: '' }),
  turn([call('read_file', { path: 'missing.txt' }), call('read_file', { path: '../outside' })]),
  turn([write('export const a = "wrong";\n')]),
  turn([write('export const a = 2;\n')]),
  turn([write('export const denied = 1;\n'), read(0)]),
  fault.status(503),
  fault.reset(),
  turn([call('edit_file', { path: 'a.ts', old_text: 'nowhere', new_text: 'x' })]),
  ...Array.from({ length: 5 }, (_, n) => turn([read(n + 3)], n % 3 === 0 ? { reasoning: '' } : {})),
  turn([read(5)]),
  said('Done with the first.'),
];
const queuedRun: Reply[] = [turn([call('list_files', { pattern: '*.ts' })]), turn([read(1), read(2)]), said('Done with what was queued.')];
const failedRun: Reply[] = [turn([read(3)]), fault.resetAfter(4, { reasoning: 'Half', text: 'Half an answer is', pieceLength: 4 })];
const retriedRun: Reply[] = [turn([read(4)]), said('It went on.')];
const stoppedRun: Reply[] = [turn([read(6)]), answer({ reasoning: 'slow', text: 'word '.repeat(400), pauseMs: 10 })];
const resumedRun: Reply[] = [...Array.from({ length: 5 }, (_, n) => turn([read(20 + n)])), ...Array.from({ length: 5 }, (_, n) => longTalk(n)), said('The end.')];

const providers: Record<string, (url: string) => ModelProvider> = {
  'DeepSeek, which gets its reasoning back': (url) => deepSeekProvider({ baseUrl: url, apiKey: () => Promise.resolve('key'), retry: { minMs: 1, maxMs: 2 } }),
  'another, which does not': (url) => new OpenAICompatibleProvider({ id: 'plain', label: 'Plain', baseUrl: url, requiresKey: false, retry: { minMs: 1, maxMs: 2 } }),
};

describe('request n is a byte prefix of request n + 1', () => {
  let server: ModelServer;
  let workspace: AgentWorkspace | undefined;

  afterEach(async () => {
    const bugs = workspace?.bugs ?? [];
    const unpaired = server.requests.flatMap(({ body }) => unpairedCalls(body.messages));
    await workspace?.close();
    await server.close();
    workspace = undefined;
    assert.deepEqual([bugs, unpaired], [[], []]);
  });

  for (const [name, provider] of Object.entries(providers)) {
    it(`over a long chat with ${name}`, async () => {
      const replies = [firstRun, queuedRun, failedRun, retriedRun, stoppedRun, resumedRun].flat();
      let next = 0;
      const script: Script = ({ body }) => (body.messages.at(-1)?.content === summaryRequest ? said('## Task\nAll.') : (replies[next++] ?? said('Nothing is scripted.')));
      server = await startModelServer({ script });
      const opened = await openAgentWorkspace({
        files,
        provider: provider(server.url),
        known: { context_tokens: 18_000 },
        autoFix: { mode: 'on', command: ['node', 'check.js'] },
        facts: { include: () => ['instructions', 'workspace'] },
      });
      workspace = opened;
      const breaks: number[] = [];
      const follow = (agents: WorkspaceAgents): void => void agents.bus.subscribe((message) => {
        if (message.kind !== 'events') return;
        for (const event of message.events) {
          if (event.type === 'context:pruned' || event.type === 'context:compacted') breaks.push(server.requests.length + 1);
          if (event.type === 'approval:request') agents.chats.current(event.chat_id)?.decide(event.approval_id, isToBeDenied(event.subject) ? 'deny' : 'allow');
        }
      });
      follow(opened);
      const agent = opened.chats.create();
      const tell = (to: typeof agent, text: string): void => to.send(randomUUID(), text);

      tell(agent, 'Do the first.');
      await nextEvent(opened, 'approval:request');
      tell(agent, 'And then this.');
      await agent.settled();
      writeFileSync(join(opened.root, 'AGENTS.md'), 'Use spaces.\n');
      tell(agent, 'This will fail.');
      assert.equal((await agent.settled())?.outcome, 'failed');
      agent.retry();
      assert.equal((await agent.settled())?.outcome, 'done');
      const streaming = new Promise<void>((resolve) => void opened.bus.subscribe((message) => {
        if (message.kind === 'transient' && message.event.type === 'text:delta' && message.event.delta.startsWith('word')) resolve();
      }));
      tell(agent, 'This is stopped.');
      await streaming;
      agent.stop();
      assert.equal((await agent.settled())?.outcome, 'stopped');

      const second = await opened.reopened();
      follow(second);
      const again = await second.chats.open(agent.chat.chat_id);
      tell(again, 'Go on from the disk.');
      assert.equal((await again.settled())?.outcome, 'done');

      const bodies = server.requests.map(({ rawBody }) => rawBody);
      assert.equal(next, replies.length);
      const events = await opened.events(agent);
      const made = events.flatMap((event) => (event.type.startsWith('context:') && event.type !== 'context:facts' ? [event.type] : []));
      assert.ok(made.includes('context:pruned') && made.includes('context:compacted'), made.join());
      assert.deepEqual(prefixBreaks(bodies), breaks);
      const openings = new Set(bodies.map((body) => body.slice(0, body.indexOf('{"role":"user"'))));
      assert.equal(openings.size, 1);
      // What the run was to be made of has happened in it.
      const outcomes = new Set(events.flatMap((event) => (event.type === 'tool_trace:complete' ? [event.outcome] : [])));
      assert.deepEqual([...outcomes].sort(), ['denied', 'error', 'success']);
      const types = new Set<string>(events.map(({ type }) => type));
      for (const type of ['auto_fix:step', 'message:queued', 'context:facts', 'approval:decision']) assert.ok(types.has(type), type);
      const last = bodies.at(-1) ?? '';
      assert.equal(last.includes('"reasoning_content"'), name.startsWith('DeepSeek'));
      // After the summary the model is told again what was cut; before it, what had changed.
      assert.equal(last.split('<instructions').length - 1, 1);
      assert.ok(last.includes('Use spaces.'));
    }).timeout(20_000);
  }

  it('where messages carry images', async () => {
    server = await startModelServer({ script: ({ n }) => (n % 3 === 0 ? said(`Answer ${n}.`) : turn([read(n)])) });
    const image = (n: number): { media_type: 'image/png'; data: string } => ({ media_type: 'image/png', data: Buffer.from(`picture ${n}`.repeat(50)).toString('base64') });
    for (const provider of Object.values(providers)) {
      const from = server.requests.length;
      const client = provider(server.url);
      const messages: ModelMessage[] = [];
      for (let n = 0; n < 10; n++) {
        const images = Array.from({ length: n % 3 }, (_, place) => image(n * 10 + place));
        messages.push({ role: 'user', text: n === 4 ? '' : `Look at ${n}.`, ...(n % 2 === 0 && { context: `<facts>${n}</facts>` }), images });
        for (;;) {
          const reply = answerOf(await collect(client, { ...someRequest(messages), system: systemPrompt, tools: toolSchemas(builtInTools), max_output_tokens: 1_000 + messages.length }));
          messages.push(...followUp(reply));
          if (reply.tool_calls.length === 0) break;
        }
      }
      const bodies = server.requests.slice(from).map(({ rawBody }) => rawBody);
      assert.deepEqual([bodies.length > 20, prefixBreaks(bodies)], [true, []]);
      assert.equal(conversationOf(bodies.at(-1) ?? '').split('data:image/png;base64,').length - 1, 9);
    }
  });
});

function isToBeDenied(subject: ApprovalSubject): boolean {
  return subject.kind === 'edit' && subject.after?.includes('denied') === true;
}
