// The traces view's host side in the editor: what it tells a view, and the documents and links that lead from and to it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ChatSummary } from '../../shared/chats';
import type { RunEventBody } from '../../shared/events';
import { maxMessageBytes } from '../../shared/messages/channel';
import { StorageHealth } from '../../extension/session/storage-health';
import { openStore } from '../../extension/store/open-store';
import type { Store } from '../../extension/store/store';
import { EventBus } from '../../extension/trace/event-bus';
import { ChatLog } from '../../extension/trace/recorder';
import { Redactor } from '../../extension/trace/redaction';
import { nothingSpent } from '../../shared/spent-math';
import { TracesPanel } from '../../extension/vscode/panels/traces-panel';
import { TraceDocumentError, TraceDocuments } from '../../extension/vscode/trace-documents';
import { linkOfDocument, linkOfFile } from '../../extension/vscode/trace-links';
import { TracesView } from '../../extension/vscode/traces-view';
import { assistantMessage, sessionId, toolComplete, toolStart, uuid } from '../support/event-samples';

const first = uuid(1);
const second = uuid(3);
const child = uuid(9);
const readTrace = uuid(1_001);
const editTrace = uuid(1_002);
const runningTrace = uuid(1_003);
const longTrace = uuid(1_004);
const closedTrace = uuid(1_005);

type Posted = { kind: string; id?: number; ok?: boolean; result?: unknown; error?: { code: string; message: string }; event?: { type: string; [field: string]: unknown } };

describe('the traces in the editor', () => {
  let directory: string;
  let store: Store;
  let bus: EventBus;
  let logs: Map<string, ChatLog>;
  let documents: TraceDocuments;

  const newChat = (id: string): ChatSummary => ({ chat_id: id, session_id: sessionId, title: '', status: 'new', turns: 0, created_at: 1, updated_at: 1, spent: nothingSpent });
  const logOf = (id: string): ChatLog => logs.get(id) ?? assert.fail(id);
  const startOf = (run: number): RunEventBody => ({ type: 'run:start', run_id: uuid(run), provider: 'demo', model: 'demo', scripted: true });

  before(async () => {
    const extension = vscode.extensions.getExtension<unknown>('boocode.boocode');
    assert.ok(extension);
    directory = mkdtempSync(join(tmpdir(), 'boocode-traces-panel-'));
    store = await openStore({ directory, workerPath: join(extension.extensionPath, 'dist', 'store-worker.js') });
    bus = new EventBus((error) => assert.fail(String(error)));
    let now = 1_000;
    logs = new Map([first, second, child].map((id) => [id, new ChatLog({ store, bus, redactor: new Redactor(), nowMicros: () => now++ }, newChat(id), 0)]));
    documents = new TraceDocuments(store);
    const edit = (id: string, call: string, texts: { before: string | null; after: string | null }): RunEventBody[] => [
      {
        ...{ type: 'approval:request', approval_id: uuid(Number(id.slice(-4)) + 500), turn_number: 1, tool_call_id: call, tool_name: 'edit_file', title: 'Edit', reason: '' },
        subject: { kind: 'edit', path: 'src/cart.ts', ...texts, added: 1, removed: 1 },
      },
      { type: 'approval:decision', approval_id: uuid(Number(id.slice(-4)) + 500), turn_number: 1, decision: 'allow', decided_by: 'policy', waited_ms: 0 },
      { ...toolStart(Number(id.slice(-4)), call), tool_name: 'edit_file', subject: 'src/cart.ts' } as RunEventBody,
      { ...toolComplete(Number(id.slice(-4)), call, 'Edited.'), tool_name: 'edit_file' } as RunEventBody,
    ];
    logOf(first).append(
      startOf(70),
      { type: 'turn:start', turn_number: 1, llm_call_id: uuid(60) },
      assistantMessage(50, { text: 'I look.' }),
      ...[toolStart(1_001, 'call_1'), toolComplete(1_001, 'call_1', 'one\ntwo\n')],
      ...edit(editTrace, 'call_2', { before: 'old\n', after: 'new\n' }),
      toolStart(1_003, 'call_3'),
      ...[toolStart(1_004, 'call_4'), toolComplete(1_004, 'call_4', 'a long line of text\n'.repeat(250_000))],
      ...edit(closedTrace, 'call_5', { before: null, after: null }),
    );
    logOf(second).append(startOf(71));
    logOf(child).append({ ...startOf(72), parent: { chat_id: first, trace_id: readTrace, kind: 'subagent', label: 'look around' } } as RunEventBody);
    await Promise.all([...logs.values()].map((log) => log.durable()));
  });

  after(async () => {
    documents.dispose();
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  });

  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  const activeTab = (): vscode.Tab => vscode.window.tabGroups.activeTabGroup.activeTab ?? assert.fail('no tab');
  const isError = (code: string) => (error: unknown) => error instanceof TraceDocumentError && error.code === code;
  const textOf = async (uri: vscode.Uri): Promise<string> => (await vscode.workspace.openTextDocument(uri)).getText();

  describe('documents', () => {
    it('show an input as JSON in a tab that says what it is', async () => {
      await documents.openValue(readTrace, 'input');
      const { label, input } = activeTab();
      assert.ok(input instanceof vscode.TabInputText);
      const document = await vscode.workspace.openTextDocument(input.uri);
      assert.deepEqual([label, document.languageId, document.getText()], ['read_file a.ts · input.json', 'json', '{\n  "path": "a.ts"\n}\n']);
    });

    it('show the text of an output, and of a very long one all of it', async () => {
      await documents.openValue(readTrace, 'output');
      const { input } = activeTab();
      assert.ok(input instanceof vscode.TabInputText);
      assert.equal(await textOf(input.uri), 'one\ntwo\n');
      await documents.openValue(longTrace, 'output');
      const long = activeTab();
      assert.ok(long.input instanceof vscode.TabInputText);
      assert.equal((await textOf(long.input.uri)).length, 5_000_000);
    });

    it('say what is not there, or not yet', async () => {
      await assert.rejects(documents.openValue(runningTrace, 'output'), (error) => isError('no_value')(error) && error instanceof Error && error.message === 'This call still runs, so it has no output yet.');
      await assert.rejects(documents.openValue(readTrace, 'error'), (error) => isError('no_value')(error) && error instanceof Error && error.message === 'This call has no error.');
    });

    it('lay an edit side by side', async () => {
      await documents.openDiff(editTrace);
      const { label, input } = activeTab();
      assert.ok(input instanceof vscode.TabInputTextDiff);
      assert.deepEqual([label, await textOf(input.original), await textOf(input.modified)], ['edit_file src/cart.ts (as it was made)', 'old\n', 'new\n']);
    });

    it('say why there is no diff', async () => {
      await assert.rejects(documents.openDiff(readTrace), isError('no_edit'));
      await assert.rejects(documents.openDiff(closedTrace), isError('no_texts'));
    });

    it('say in a tab of a call that was deleted that it is gone', async () => {
      assert.equal(await textOf(vscode.Uri.parse(`boocode-trace://output/x.txt?${uuid(4_000)}`)), 'This call is no longer stored.\n');
    });
  });

  describe('links', () => {
    const place = { chatId: first, target: { turn_number: 1, trace_id: editTrace, filter: null } };

    it('lead from a diff, and from a value, back to the call', async () => {
      await documents.openDiff(editTrace);
      // From the palette no resource comes along.
      assert.deepEqual(await linkOfDocument([], documents), place);
      await documents.openValue(editTrace, 'input');
      assert.deepEqual(await linkOfDocument([], documents), place);
      const { input } = activeTab();
      assert.ok(input instanceof vscode.TabInputText);
      assert.deepEqual(await linkOfDocument([input.uri], documents), place);
    });

    it('lead nowhere from other documents', async () => {
      const [folder] = vscode.workspace.workspaceFolders ?? [];
      assert.ok(folder);
      assert.equal(await linkOfDocument([vscode.Uri.joinPath(folder.uri, 'a.ts')], documents), null);
      assert.equal(await linkOfDocument([vscode.Uri.parse(`boocode-trace://output/x.txt?${uuid(4_000)}`)], documents), null);
      assert.equal(linkOfFile([vscode.Uri.file(join(tmpdir(), 'elsewhere.ts'))]), null);
    });

    it('lead from a file to what was done to it', () => {
      const [folder] = vscode.workspace.workspaceFolders ?? [];
      assert.ok(folder);
      const filterOf = (path: string): unknown => linkOfFile([vscode.Uri.joinPath(folder.uri, path)]);
      const filtered = (filter: string): unknown => ({ chatId: null, target: { turn_number: null, trace_id: null, filter } });
      assert.deepEqual(filterOf('src/cart.ts'), filtered('file:src/cart.ts'));
      assert.deepEqual(filterOf('src/the cart.ts'), filtered('file:"src/the cart.ts"'));
    });

    it('open the traces view from the menus of files', async () => {
      const [folder] = vscode.workspace.workspaceFolders ?? [];
      assert.ok(folder);
      await vscode.commands.executeCommand('boocode.showFileTraces', vscode.Uri.joinPath(folder.uri, 'src/cart.ts'));
    });
  });

  describe('panel', () => {
    let posted: Posted[];
    let shownInChat: unknown[];
    let panel: TracesPanel;

    beforeEach(() => {
      posted = [];
      shownInChat = [];
      panel = newPanel();
    });

    afterEach(() => panel.dispose());

    function newPanel(): TracesPanel {
      const chats = {
        list: async () => (await store.read('chats.list', { query: '', limit: 100 })).map(({ provider: _p, model: _m, ...chat }) => chat),
        find: (id: string) => Promise.resolve(logs.get(id)?.chat ?? null),
        current: () => undefined,
      };
      // A panel only posts to its webview.
      const webview = { postMessage: (message: Posted) => Promise.resolve(posted.push(message) > 0) } as unknown as vscode.Webview;
      return new TracesPanel(webview, {
        chats,
        health: new StorageHealth(store),
        bus,
        documents,
        log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, show: () => undefined },
        actions: { run_demo: 'boocode.runDemo', new_chat: 'boocode.newChat', check_storage: 'boocode.checkStorage' },
        shownChat: () => first,
        showInChat: (...place) => Promise.resolve(void shownInChat.push(place)),
        export: () => Promise.resolve(),
        onDispose: () => undefined,
      });
    }

    const command = (value: object): void => panel.receive({ kind: 'command', command: value });
    const events = (): string[] => posted.flatMap(({ event }) => (event ? [event.type] : []));
    const eventOf = (type: string): Posted['event'] => posted.find(({ event }) => event?.type === type)?.event;
    let lastId = 0;
    async function ask(name: string, params: object): Promise<Posted> {
      const id = ++lastId;
      panel.receive({ kind: 'request', id, name, params });
      await until(() => posted.some((message) => message.kind === 'reply' && message.id === id));
      return posted.find((message) => message.id === id) ?? assert.fail();
    }

    it('says nothing before the view has spoken, then which chats there are, and what is missing of the one it shows', async () => {
      logOf(second).append(startOf(73));
      await logOf(second).durable();
      assert.deepEqual(events(), []);
      command({ type: 'ready', chat_id: null });
      await until(() => events().includes('dropped_events'));
      assert.deepEqual(events(), ['storage', 'chats', 'dropped_events']);
      assert.deepEqual([eventOf('chats')?.['chat_id'], eventOf('dropped_events')], [first, { type: 'dropped_events', chat_id: first, count: 0 }]);
    });

    it('keeps what is to be shown until the view has spoken, and shows it once', async () => {
      const target = { turn_number: 1, trace_id: readTrace, filter: null };
      await panel.reveal(second, target);
      command({ type: 'ready', chat_id: first });
      await until(() => events().includes('reveal'));
      assert.deepEqual(events().slice(0, 3), ['storage', 'chats', 'reveal']);
      assert.deepEqual([eventOf('chats')?.['chat_id'], eventOf('reveal')], [second, { type: 'reveal', chat_id: second, target }]);
      posted.length = 0;
      command({ type: 'ready', chat_id: first });
      await until(() => events().includes('chats'));
      assert.equal(events().includes('reveal'), false);
    });

    it('shows a place though the list of chats is another in that very moment', async () => {
      command({ type: 'ready', chat_id: second });
      await until(() => events().includes('chats'));
      const target = { turn_number: 1, trace_id: readTrace, filter: null };
      const shown = panel.reveal(first, target);
      bus.publish({ kind: 'events', chat: newChat(first), events: logOf(second).append(startOf(74)) });
      await shown;
      await until(() => events().includes('reveal'));
      assert.deepEqual(eventOf('reveal'), { type: 'reveal', chat_id: first, target });
    });

    it('hands a link to the view that is made for it', async () => {
      const view = new TracesView();
      const target = { turn_number: null, trace_id: null, filter: 'file:a.ts' };
      const link = view.reveal({ chatId: first, target });
      await view.attach(panel);
      command({ type: 'ready', chat_id: null });
      await link;
      await until(() => events().includes('reveal'));
      assert.deepEqual(eventOf('reveal'), { type: 'reveal', chat_id: first, target });
    });

    it('says so when the chat of a link is gone', async () => {
      command({ type: 'ready', chat_id: first });
      await until(() => events().includes('chats'));
      await panel.reveal(uuid(500), { turn_number: 1, trace_id: null, filter: null });
      assert.deepEqual(eventOf('problem')?.['message'], 'This chat is no longer stored, so its trace cannot be shown.');
    });

    it('shows the chat of an agent, though no list holds it', async () => {
      command({ type: 'ready', chat_id: first });
      await until(() => events().includes('chats'));
      posted.length = 0;
      command({ type: 'open_chat', chat_id: child });
      await until(() => events().includes('chats'));
      assert.equal(eventOf('chats')?.['chat_id'], child);
    });

    it('answers every request in a message that fits', async () => {
      command({ type: 'ready', chat_id: first });
      const scope = { chat_id: first };
      const asked: [name: string, params: object][] = [
        ['page', { chat_id: first }],
        ['trace', { trace_id: longTrace }],
        ['runs', { chat_id: first }],
        ['agents', { chat_id: first, after: null }],
        ['search', { chat_id: first, text: 'TWO', cursor: null }],
        ['usual', {}],
        ...(['slow', 'expensive', 'failed'] as const).map((question): [string, object] => ['why', { question, scope }]),
        ['compare', { left: { chat_id: first, run_id: null }, right: { chat_id: second, run_id: null }, from: 0 }],
        ['cache_break', { chat_id: first, llm_call_id: uuid(60) }],
      ];
      const answers: Posted[] = [];
      for (const [name, params] of asked) answers.push(await ask(name, params));
      assert.deepEqual(answers.map(({ ok, error }, index) => [asked[index]?.[0], ok, error?.message]), asked.map(([name]) => [name, true, undefined]));
      assert.deepEqual(posted.filter((message) => Buffer.byteLength(JSON.stringify(message)) > maxMessageBytes), []);
      const [page, , runs, agents, search] = answers.map(({ result }) => result as Record<string, unknown[]>);
      assert.equal(page?.['traces']?.length, 5);
      assert.equal(page?.['turns']?.length, 1);
      assert.equal(runs?.['runs']?.length, 1);
      assert.deepEqual(agents?.['agents'], [{ chat_id: child, trace_id: readTrace, kind: 'subagent', label: 'look around', status: 'in_progress', turns: 0 }]);
      assert.deepEqual(search?.['trace_ids'], [readTrace]);
    });

    it('refuses what is out of bounds or not of this workspace, with a code', async () => {
      command({ type: 'ready', chat_id: first });
      const asked: [name: string, params: object, code: string][] = [
        ['page', { chat_id: first, limit: 0 }, 'bad_request'],
        ['page', { chat_id: first, limit: 201 }, 'bad_request'],
        ['page', { chat_id: first, cursor: 'abc' }, 'bad_cursor'],
        ['page', { chat_id: uuid(500) }, 'chat_not_found'],
        ['trace', { trace_id: uuid(500) }, 'trace_not_found'],
        ['runs', { chat_id: uuid(500) }, 'chat_not_found'],
        ['agents', { chat_id: uuid(500), after: null }, 'chat_not_found'],
        ['search', { chat_id: uuid(500), text: 'a', cursor: null }, 'chat_not_found'],
        ['search', { chat_id: first, text: 'a', cursor: 'abc' }, 'bad_cursor'],
        ['search', { chat_id: first, text: '', cursor: null }, 'bad_request'],
      ];
      const codes: unknown[] = [];
      for (const [name, params] of asked) codes.push((await ask(name, params)).error?.code);
      assert.deepEqual(codes, asked.map(([, , code]) => code));
    });

    it('follows a chat whose rows were asked for, and says nothing once it is gone', async () => {
      command({ type: 'ready', chat_id: first });
      await until(() => events().includes('chats'));
      await ask('page', { chat_id: child });
      logOf(child).append(toolStart(2_001, 'call_9'), { type: 'turn:start', turn_number: 1, llm_call_id: uuid(61) });
      const frames = (): unknown[] => posted.flatMap(({ event }) => (event?.type === 'frames' ? [event['chat_id']] : []));
      await until(() => frames().length > 0 && events().includes('turns') && events().includes('agents'));
      assert.deepEqual(frames(), [child]);
      panel.dispose();
      posted.length = 0;
      logOf(child).append(toolStart(2_002, 'call_10'));
      await logOf(child).durable();
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.deepEqual(posted, []);
    });

    it('opens what a view asks for, and says in the view what it cannot', async () => {
      command({ type: 'ready', chat_id: first });
      command({ type: 'open_value', trace_id: readTrace, part: 'input' });
      await until(() => vscode.window.tabGroups.activeTabGroup.activeTab?.label === 'read_file a.ts · input.json');
      command({ type: 'open_diff', trace_id: editTrace });
      await until(() => vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputTextDiff);
      command({ type: 'show_in_chat', chat_id: first, turn_number: 1, trace_id: readTrace });
      await until(() => shownInChat.length > 0);
      assert.deepEqual(shownInChat, [[first, 1, readTrace]]);
      command({ type: 'open_diff', trace_id: closedTrace });
      await until(() => events().includes('problem'));
      assert.deepEqual(eventOf('problem'), {
        type: 'problem',
        message: 'The texts of this edit were not kept: they were too long, or held a secret.',
        next_step: 'Its input says what was to be changed.',
      });
      posted.length = 0;
      command({ type: 'open_file', path: '../elsewhere.ts' });
      await until(() => events().includes('problem'));
      assert.equal(eventOf('problem')?.['message'], '../elsewhere.ts is not a file of this workspace.');
    });
  });
});

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail('waited in vain');
}
