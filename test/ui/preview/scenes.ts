// Every state of the chat view as the events a host would send, for screenshots, accessibility checks and manual work.
import type { ChatEvent, HostStatus } from '../../../shared/messages/chat';
import { unknownFacts } from '../../../shared/model-facts';
import { chat_id, noChat, opened, previewStatus, status } from './scene-parts';
import { modelScenes } from './model-scenes';
import { trustEdgeScenes } from './trust-edge-scenes';
import { trustScenes } from './trust-scenes';
import { SampleChat, sampleId, sampleStart, sampleSummary } from './sample-events';

const scriptedStatus: HostStatus = { ...previewStatus, provider: 'Demo', model: 'demo-model-with-a-long-name', facts: unknownFacts, scripted: true };

export const answerText = `The discount was applied **twice**: once in \`cartTotal\` and again in \`checkout\`.

### What changed

1. \`src/cart.ts\` no longer applies it, see [the pricing rules](https://example.com/pricing).
2. The test now passes:

\`\`\`ts
export function cartTotal(items: Item[]): number {
  return items.reduce((sum, item) => sum + item.price * item.count, 0);
}
\`\`\`

| test | before | after |
| --- | --- | --- |
| total with discount | 81 | 90 |
| empty cart | 0 | 0 |

> The rounding in \`checkout\` is as it was.`;

const before = `import { Item } from './item';

export function cartTotal(items: Item[], discount: number): number {
  const sum = items.reduce((total, item) => total + item.price * item.count, 0);
  return sum * (1 - discount);
}
`;

function work(scripted = false): SampleChat {
  const chat = new SampleChat();
  chat.user('fix the failing test');
  chat.startRun(scripted);
  chat.answer('I will look at the test and the code it covers.', { reasoning: 'The user wants the failing test fixed.\nFirst find it.', reasoning_ms: 3100 });
  chat.tool({ tool_name: 'search_files', subject: '"sum("', summary: '3 matches', latency_ms: 42 });
  for (const name of ['cart', 'checkout', 'item', 'price', 'tax']) {
    chat.tool({ tool_name: 'read_file', subject: `src/${name}.ts`, summary: '80 lines', latency_ms: 9 });
  }
  chat.tool({ tool_name: 'run_command', subject: 'npm test', summary: 'exit 1', latency_ms: 4213, text: '1 passing\n1 failing\n\nexpected 90, got 81' });
  return chat;
}

function edited(chat: SampleChat): SampleChat {
  chat.answer('');
  const edit = chat.ask('edit_file', 'Edit src/cart.ts', {
    ...{ kind: 'edit', path: 'src/cart.ts', before, after: before.replace(' * (1 - discount)', '') },
    ...{ added: 1, removed: 1 },
  });
  chat.decide(edit.approval_id, 'allow');
  chat.startTool({ tool_name: 'edit_file', subject: 'src/cart.ts', summary: '+1 −1', latency_ms: 7 }, edit.tool_call_id).finish();
  return chat;
}

function done(): ChatEvent[] {
  const chat = edited(work());
  chat.tool({ tool_name: 'read_file', subject: 'src/discount.ts', outcome: 'error', text: 'There is no file src/discount.ts.', latency_ms: 2 });
  chat.tool({ tool_name: 'run_command', subject: 'npm test', summary: 'exit 0', latency_ms: 3900, text: '2 passing' });
  chat.answer(answerText);
  chat.endRun('done');
  return [status(), ...opened(chat.events, 'done')];
}

function ended(outcome: 'failed' | 'stopped' | 'limit_reached' | 'interrupted', error: Parameters<SampleChat['endRun']>[1]): ChatEvent[] {
  const chat = work();
  if (outcome === 'stopped') chat.answer('I found the cause in `cartTotal`: the discount', { partial: true });
  chat.endRun(outcome, error);
  return [status(), ...opened(chat.events, outcome)];
}

function asking(kind: 'command' | 'edit'): ChatEvent[] {
  const chat = work();
  chat.answer('');
  if (kind === 'command') {
    chat.ask(
      'run_command',
      'Run npm test',
      { kind: 'command', argv: ['npm', 'test', '--', '--grep', 'cart total', 'safe\u202etxt.exe', 'zero\u200bwidth'], cwd: '/workspace/sample' },
      'The script in package.json was edited in this session.',
    );
  } else {
    chat.ask('edit_file', 'Edit src/cart.ts', { kind: 'edit', path: 'src/cart.ts', before, after: before.replace(' * (1 - discount)', ''), added: 1, removed: 1 });
  }
  return [status(), ...opened(chat.events, 'awaiting_input')];
}

function working(): ChatEvent[] {
  const chat = work(true);
  const tool = chat.startTool({ tool_name: 'run_command', subject: 'npm run build' });
  chat.add({ type: 'message:queued', message_id: sampleId(60), text: 'and then run the linter over the files that you changed, please' });
  chat.add({ type: 'message:queued', message_id: sampleId(61), text: 'write a test for it' });
  return [
    { type: 'status', status: scriptedStatus },
    ...opened(chat.events, 'in_progress'),
    { type: 'transient', events: [{ type: 'tool:output', chat_id, trace_id: tool.trace_id, chunk: '> build\n> tsc -p .\nsrc/cart.ts(4,3): error TS2322\n' }] },
  ];
}

function streaming(kind: 'text' | 'reasoning'): ChatEvent[] {
  const chat = work();
  const text = kind === 'text' ? answerText.slice(0, 330) : 'Both places apply the discount. Which of them is right?';
  return [
    status(),
    ...opened(chat.events, 'in_progress'),
    { type: 'transient', events: [{ type: 'text:delta', chat_id, message_id: sampleId(70), turn_number: 2, kind, delta: text }] },
  ];
}

function modelState(change: Partial<{ status: 'waiting' | 'retrying'; retry_at: number | null; reason: string; code: string; attempt: number }>): ChatEvent[] {
  const chat = work();
  const event = { type: 'model:status', chat_id, status: 'waiting', attempt: 1, retry_at: null, reason: '', code: '', ...change } as const;
  return [status(), ...opened(chat.events, 'in_progress'), { type: 'transient', events: [event] }];
}

function notices(): ChatEvent[] {
  const chat = work();
  chat.add({ type: 'notice', level: 'info', code: 'session_restored', text: 'This chat was restored after a restart. Nothing was run again.' });
  chat.add({ type: 'notice', level: 'warning', code: 'answer_cut', text: 'The answer reached the model’s output limit and was cut off. Send "continue" to go on.' });
  chat.endRun('done');
  return [status(), ...opened(chat.events, 'done'), { type: 'problem', code: 'approval_closed', message: 'This question is no longer open.', next_step: 'The diff of a finished edit is in the traces.' }];
}

export const storageSamples = {
  unsaved: { state: 'unsaved', reason: 'disk_full', writes: 12 },
  readOnly: {
    state: 'read_only',
    message: 'A newer version of BooCode has written here, so this one can only read.',
    next_step: 'Update BooCode here, or reload the window if it was just updated.',
  },
  unavailable: {
    state: 'unavailable',
    message: 'The database engine could not be loaded from /home/you/.vscode/extensions/boocode/dist/sql-wasm.wasm. Reinstall BooCode.',
    next_step: 'Try again. If that does not help, reload the window or install BooCode again; what is stored is kept.',
  },
} as const satisfies Record<string, HostStatus['storage']>;

function unstored(): ChatEvent[] {
  const chat = work();
  const summary = sampleSummary('failed');
  const error = {
    code: 'storage_newer_schema',
    message: `The run was stopped because it could not be stored. ${storageSamples.readOnly.message}`,
    next_step: `Everything up to that moment is kept. ${storageSamples.readOnly.next_step}`,
  };
  return [status({ storage: storageSamples.readOnly }), ...opened(chat.events, 'in_progress'), { type: 'refused', chat_id, chat: summary, error, in_run: true }];
}

function elsewhere(): ChatEvent[] {
  const chat = work();
  chat.ask('run_command', 'Run npm test', { kind: 'command', argv: ['npm', 'test'], cwd: '/workspace/sample' });
  const summary = sampleSummary('awaiting_input', { elsewhere: true });
  return [status(), { type: 'reset', chat: summary, first_seq: 1, more_before: false }, { type: 'events', chat_id, events: chat.events, summary }];
}

/** A chat of many messages, for scrolling and for the time a long one takes. */
export function longChat(messages: number): ChatEvent[] {
  const chat = new SampleChat();
  for (let message = 0; message < messages; message++) {
    chat.user(`task ${message}`);
    chat.startRun();
    for (let file = 0; file < 5; file++) chat.tool({ tool_name: file < 3 ? 'read_file' : 'run_command', subject: `src/${message}-${file}.ts`, summary: 'ok' });
    chat.answer(`Answer **${message}** with \`code\` and a list:\n\n- one\n- two`);
    chat.endRun('done');
  }
  return [status(), ...opened(chat.events, 'done', 'A very long chat about many things')];
}

export const chatScenes: Readonly<Record<string, () => ChatEvent[]>> = {
  ...trustScenes,
  ...trustEdgeScenes,
  ...modelScenes,
  loading: () => [],
  empty: () => [status(), noChat],
  'empty-scripted': () => [{ type: 'status', status: { ...scriptedStatus, suggested_tasks: ['Fix the failing test'] } }, noChat],
  'no-folder': () => [status({ readiness: 'no_folder' }), noChat],
  untrusted: () => [status({ readiness: 'untrusted' }), noChat],
  'no-key': () => [status({ readiness: 'no_key' }), noChat],
  working,
  thinking: () => streaming('reasoning'),
  streaming: () => streaming('text'),
  waiting: () => modelState({}),
  retrying: () => modelState({ status: 'retrying', attempt: 3, retry_at: sampleStart + 12_000_000, reason: 'server error (status 503)', code: 'server' }),
  'approve-command': () => asking('command'),
  'approve-edit': () => asking('edit'),
  done,
  'failed-key': () => ended('failed', { code: 'bad_key', message: 'DeepSeek refused the API key (401).', next_step: 'Set a valid key.' }),
  'failed-network': () => ended('failed', { code: 'unreachable', message: 'api.deepseek.com could not be reached.', next_step: 'Check the network, then try again.' }),
  stopped: () => ended('stopped', null),
  interrupted: () => ended('interrupted', null),
  notices,
  'lost-key': () => [...done(), status({ readiness: 'no_key' })],
  unsaved: () => [...working(), status({ storage: storageSamples.unsaved })],
  'storage-unavailable': () => [status({ storage: storageSamples.unavailable })],
  'start-failed': () => [{ type: 'start_failed', message: 'BooCode could not start. BooCode’s folder /home/you/data cannot be used: ENOSPC: no space left on device, mkdir.', next_step: 'What is stored is not affected. Put right what the sentence names, then try again.' }],
  unstored,
  'read-only': () => [...done(), status({ storage: storageSamples.readOnly })],
  deleted: () => [...done(), { type: 'deleted', chat_id }],
  elsewhere,
  long: () => longChat(60),
};
