// What is deleted is looked for in every file of the folder, byte by byte.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { nothingSpent } from '../../shared/spent-math';
import { openAgentWorkspace, type AgentWorkspace } from '../../test/support/agent/agent-workspace';
import { answer } from '../../test/support/model-server/reply';
import type { ChatAgent } from './chat-agent';
import { deleteChats, deleteEverything, type DeletePorts } from './delete-stored-data';

describe('deleting stored data', function () {
  this.timeout(60_000);
  let workspace: AgentWorkspace;

  afterEach(async () => {
    const { bugs } = workspace;
    await workspace.close();
    assert.deepEqual(bugs, []);
  });

  const directory = (): string => join(dirname(workspace.root), 'storage');
  const ports = (): DeletePorts => ({ chats: workspace.chats, grants: workspace.grants, store: workspace.store, directory: directory(), outputDirectory: workspace.outputDirectory, deletedDirectory: join(directory(), 'deleted') });

  /** A chat whose task, and a long text read by a tool, carry the mark. */
  async function chatWith(mark: string): Promise<ChatAgent> {
    const agent = workspace.chats.create();
    agent.send(randomUUID(), `Read it: task-${mark}`);
    await agent.settled();
    return agent;
  }

  async function open(): Promise<void> {
    const read = (path: string): { id: string; name: string; arguments: object } => ({ id: `read-${path}`, name: 'read_file', arguments: { path } });
    workspace = await openAgentWorkspace({
      files: { 'canary-one.txt': 'text-canary-one '.repeat(2_000), 'canary-two.txt': 'text-canary-two '.repeat(2_000) },
      approvals: 'full_auto',
      script: ({ body }) => {
        const last = body.messages.at(-1);
        if (last?.role === 'tool') return answer({ text: 'Read.' });
        const mark = /task-(canary-\w+)/.exec(String(last?.content))?.[1] ?? '';
        return mark === 'canary-talk' ? answer({ text: 'word '.repeat(3_000), pieceLength: 5, pauseMs: 20 }) : answer({ toolCalls: [read(`${mark}.txt`)] });
      },
    });
  }

  /** The marks that are anywhere in the folder's files. */
  function marksOnDisk(): string[] {
    const contents = readdirSync(directory(), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
    return ['canary-one', 'canary-two', 'canary-talk', 'canary-copy', 'canary-output', 'canary-deleted', 'canary-allowed'].filter((mark) => contents.some((content) => content.includes(mark)));
  }

  it('takes one chat off the disk, with its long texts, and leaves the others', async () => {
    await open();
    const one = await chatWith('canary-one');
    const two = await chatWith('canary-two');
    assert.deepEqual(marksOnDisk(), ['canary-one', 'canary-two']);
    const spent = await workspace.store.read('spending.since', { at: 0 });
    const deleted = await deleteChats(ports(), [one.chat.chat_id]);
    assert.deepEqual([spent.calls, await workspace.store.read('spending.since', { at: 0 })], [4, spent], 'no budget is given back');
    assert.deepEqual([deleted.chats, deleted.remaining, marksOnDisk()], [1, [], ['canary-two']]);
    assert.deepEqual((await workspace.chats.list('', 10)).map(({ chat_id }) => chat_id), [two.chat.chat_id]);
    assert.deepEqual((await workspace.store.check()).problems, []);
  });

  it('takes everything off the disk: running chats, kept outputs, deleted files, what was allowed for good and copies of damaged files too', async () => {
    await open();
    await chatWith('canary-one');
    const talking = workspace.chats.create();
    talking.send(randomUUID(), 'Go: task-canary-talk');
    while (workspace.server.requests.length < 3) await new Promise((resolve) => setTimeout(resolve, 10));
    mkdirSync(workspace.outputDirectory, { recursive: true });
    writeFileSync(join(workspace.outputDirectory, 'output.log'), 'canary-output');
    await workspace.grants.add('key', 'run_command', 'Run canary-allowed');
    mkdirSync(join(directory(), 'deleted', '1-a'), { recursive: true });
    writeFileSync(join(directory(), 'deleted', '1-a', 'file.txt'), 'canary-deleted');
    mkdirSync(join(directory(), 'quarantine'), { recursive: true });
    writeFileSync(join(directory(), 'quarantine', 'journal-1.log.13'), 'canary-copy');
    const deleted = await deleteEverything(ports());
    assert.deepEqual([deleted.chats, deleted.remaining, marksOnDisk(), talking.isRunning], [2, [], [], false]);
    assert.deepEqual([await workspace.chats.list('', 10), await workspace.grants.list(), (await workspace.store.check()).problems], [[], [], []]);
    assert.deepEqual(await workspace.store.read('spending.since', { at: 0 }), nothingSpent);
    await chatWith('canary-two');
    assert.equal((await workspace.chats.list('', 10)).length, 1, 'the store goes on');
  });

  it('says that long texts stay while something is damaged', async () => {
    await open();
    await chatWith('canary-one');
    const mine = readdirSync(directory());
    const other = await workspace.reopened();
    const theirs = other.chats.create();
    theirs.send(randomUUID(), 'Read it: task-canary-two');
    await theirs.settled();
    await other.stop();
    await other.store.close();
    const journal = readdirSync(directory()).find((name) => name.startsWith('journal-') && !mine.includes(name));
    assert.ok(journal);
    const bytes = readFileSync(join(directory(), journal));
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0xff;
    writeFileSync(join(directory(), journal), bytes);
    assert.notDeepEqual((await workspace.store.check()).problems, []);
    const deleted = await deleteEverything(ports());
    assert.deepEqual([deleted.chats, marksOnDisk().length > 0], [2, deleted.remaining.length > 0], deleted.remaining.join(' '));
  });

  it('says what another window may still hold, and takes it off once that is closed', async () => {
    await open();
    const other = await workspace.reopened();
    const theirs = other.chats.create();
    theirs.send(randomUUID(), 'Read it: task-canary-two');
    await theirs.settled();
    const deleted = await deleteEverything(ports());
    assert.equal(deleted.chats, 1);
    // The other window lets go of its journal when it sees the deletion; whether that is soon enough is its affair.
    if (marksOnDisk().length > 0) assert.match(deleted.remaining.join(' '), /Another window or run still has the journal/);
    await other.stop();
    await other.store.close();
    assert.deepEqual([(await deleteEverything(ports())).remaining, marksOnDisk()], [[], []]);
  });
});
