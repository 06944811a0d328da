// Scenes of what asks and what is checked where it gets tight: long texts, many things at once, and every way to fail.
import type { ApprovalSubject } from '../../../shared/events';
import type { ChatEvent } from '../../../shared/messages/chat';
import { chat_id, opened, status } from './scene-parts';
import { SampleChat, sampleId, sampleStart } from './sample-events';
import { asked, problems } from './trust-scenes';

const deepFolder = '/workspace/sample/packages/very-long-package-name/src/features/checkout/discounts/__fixtures__';
const deepFile = 'packages/very-long-package-name/src/features/checkout/discounts/__fixtures__/percentage-and-absolute.ts';

const longArgv = ['node', '--import=tsx', 'scripts/generate-the-catalogue.mjs', '--input', 'data/2026/products with spaces.csv', '--filter', 'price > 10 && name != ""', ...Array.from({ length: 24 }, (_, index) => `--field=column-${index + 1}`), `--token-file=${'x'.repeat(180)}`];

const folderFiles = Array.from({ length: 20 }, (_, index) => `fixtures/case-${index + 1}/expected-output-of-the-generator.json`);

const deletedFolder: ApprovalSubject = { kind: 'delete', path: 'src/checkout/legacy', what: 'folder', files: 1_284, bytes: 48_300_000, kept: true, paths: folderFiles, more_paths: 1_264 };
const lostFolder: ApprovalSubject = { ...deletedFolder, path: deepFile.replace('.ts', ''), kept: false };
const moved: ApprovalSubject = { kind: 'move', from: 'src/cart.ts', to: deepFile, what: 'file', files: 1, bytes: 1_800, replaces: true, kept: true, paths: [] };

const newFile = Array.from({ length: 60 }, (_, index) => `export const value${index + 1} = '${'a long text '.repeat(index % 7)}';\n`).join('');

function begun(): SampleChat {
  const chat = new SampleChat();
  chat.user('make the discount apply once, then check it');
  chat.startRun();
  chat.answer('');
  return chat;
}

type Outcome = Parameters<SampleChat['step']>[1];

/** An edit, its checks and how they ended. */
function checked(outcome: Outcome, text: string, checks: readonly Parameters<ReturnType<SampleChat['check']>['finish']>[0][], argv = ['npm', 'run', 'typecheck']): ChatEvent[] {
  const chat = begun();
  chat.tool({ tool_name: 'edit_file', subject: 'src/cart.ts', summary: '+3 −1' });
  checks.forEach((end, index) => chat.check(index + 1, argv).finish(end));
  chat.step(checks.length, outcome, text);
  chat.answer('That is as far as I get.');
  chat.endRun('done');
  return [status(), ...opened(chat.events, 'done')];
}

const failed = { result: 'failed', problems, exit_code: 2, text: '3 problems.' } as const;
const many = { result: 'failed', problems: Array.from({ length: 14 }, (_, index) => ({ ...problems[index % 3]!, file: deepFile, line: index * 13 + 1 })), more: 40, exit_code: 1, text: '54 problems. What an earlier change broke is among them.', full_output: '/data/command-output/0a1b.log' } as const;

function commandEnds(): ChatEvent[] {
  const chat = begun();
  chat.tool({ tool_name: 'run_command', subject: 'npm test', summary: 'exit 1', latency_ms: 4213, outcome: 'error', text: 'Exit code 1.\n1 passing\n1 failing' });
  chat.tool({ tool_name: 'run_command', subject: 'node scripts/generate-the-catalogue.mjs --input "data/2026/products with spaces.csv"', summary: 'timed out after 30 s', latency_ms: 30_000, outcome: 'error', text: 'Did not end within 30 s; it and everything it started were ended.' });
  const ask = chat.ask('run_shell', 'Run in a shell: rm -rf build', { kind: 'command', argv: ['bash', '-c', 'rm -rf build'], cwd: '/workspace/sample' });
  chat.decide(ask.approval_id, 'deny');
  chat.startTool({ tool_name: 'run_shell', subject: 'rm -rf build', outcome: 'error', text: 'The user denied this.' }, ask.tool_call_id).finish();
  chat.answer('The tests fail.');
  chat.endRun('done');
  return [status({ approval_mode: 'full_auto', scripted: true }), ...opened(chat.events, 'done')];
}

function manyInBackground(): ChatEvent[] {
  const chat = begun();
  chat.endRun('done');
  const commands = Array.from({ length: 8 }, (_, index) => ({
    ...{ id: sampleId(200 + index), chat_id: index % 3 === 0 ? chat_id : sampleId(9), cwd: index % 2 === 0 ? '/workspace/sample' : deepFolder },
    ...{ command_line: index === 1 ? longArgv.join(' ') : `npm run serve-${index + 1}`, started_at: sampleStart - index * 700_000_000, last_line: index % 2 === 0 ? `GET /${'path/'.repeat(index + 1)} 200` : '' },
  }));
  return [status({ approval_mode: 'auto_edit' }), ...opened(chat.events, 'done'), { type: 'background', commands }];
}

function oneInBackground(): ChatEvent[] {
  const chat = begun();
  chat.endRun('done');
  const command = { id: '0a1b2c3d', chat_id, command_line: 'npm run dev', cwd: '/workspace/sample', started_at: sampleStart - 95_000_000, last_line: 'ready on http://localhost:5173/' };
  return [status(), ...opened(chat.events, 'done'), { type: 'background', commands: [command] }];
}

function freeQuestion(): ChatEvent[] {
  const chat = begun();
  chat.question('What should the button say when the cart is empty, and should it be **disabled** then? The design in `docs/cart.md` leaves both open.');
  return [status(), ...opened(chat.events, 'awaiting_input')];
}

function longQuestion(): ChatEvent[] {
  const chat = begun();
  const choices = Array.from({ length: 6 }, (_, index) => ({ label: `${index + 1}: ${deepFile}`, description: index % 2 === 0 ? 'Everything that reads from it has to be changed too, which takes a while and touches the public interface of the package.' : '' }));
  chat.question(`Which of these files holds the truth?\n\n\`\`\`ts\nexport const rules = [${'1, '.repeat(60)}];\n\`\`\``, choices, false);
  return [status(), ...opened(chat.events, 'awaiting_input')];
}

function quietCommand(): ChatEvent[] {
  const chat = begun();
  chat.startTool({ tool_name: 'run_command', subject: longArgv.join(' ') });
  return [status(), ...opened(chat.events, 'in_progress')];
}

export const trustEdgeScenes: Readonly<Record<string, () => ChatEvent[]>> = {
  'approve-long': () => asked('run_command', `Run ${longArgv.join(' ')}`, { kind: 'command', argv: longArgv, cwd: deepFolder }, ['allow_session', 'allow_always']),
  'approve-background': () => asked('run_command', 'Run in the background: npm run dev', { kind: 'command', argv: ['npm', 'run', 'dev'], cwd: '/workspace/sample' }, ['allow_session', 'allow_always']),
  'approve-check': () => asked('auto_fix', 'Check the change with npm run typecheck', { kind: 'command', argv: ['npm', 'run', 'typecheck'], cwd: '/workspace/sample' }, ['allow_session', 'allow_always']),
  'approve-delete': () => asked('delete_file', 'Delete src/checkout/legacy and the 1,284 files in it', deletedFolder, []),
  'approve-delete-lost': () => asked('delete_file', `Delete ${lostFolder.kind === 'delete' ? lostFolder.path : ''} and the 1,284 files in it`, lostFolder, [], '.env is protected: it may hold secrets.'),
  'approve-move': () => asked('move_file', `Move src/cart.ts to ${deepFile}, replacing it`, moved, []),
  'approve-new-file': () => asked('write_file', `Create ${deepFile}`, { kind: 'edit', path: deepFile, before: null, after: newFile, added: 60, removed: 0 }, ['allow_session']),
  'question-free': freeQuestion,
  'question-long': longQuestion,
  'live-quiet': quietCommand,
  'command-ends': commandEnds,
  'background-one': oneInBackground,
  'background-many': manyInBackground,
  'auto-fix-repeated': () => checked('repeated', 'The same 3 problems came back after 2 rounds, so auto-fix stopped. Say how to go on.', [failed, failed]),
  'auto-fix-many': () => checked('round_limit', '54 problems are left after 3 rounds, the limit, so auto-fix stopped. Say how to go on, or raise boocode.autoFix.maxRounds.', [many, many, many], ['npx', 'eslint', '--format', 'json', deepFile, 'src/cart.ts']),
  'auto-fix-not-approved': () => checked('not_approved', 'The change was not checked: "npm run typecheck" was not allowed to run.', []),
  'auto-fix-no-check': () => checked('no_check', 'The change was not checked: no check was found for src/cart.ts. Set boocode.autoFix.command to name one.', []),
  'auto-fix-broken': () => checked('broken', 'The change was not checked: "npx tsc" could not be started, since there is no program npx. Set boocode.autoFix.command to one that works.', [{ result: 'broken', exit_code: null, text: 'There is no program "npx".', duration_ms: 3 }], ['npx', 'tsc', '-p', '.']),
  'auto-fix-unread': () => checked('left_open', 'The check failed, and its output could not be read.', [{ result: 'unread', exit_code: 3, text: 'Exit code 3. The end of its output:', problems: [{ file: null, line: null, column: null, severity: 'error', code: null, message: 'make: *** [all] Error 3\nninja: build stopped: subcommand failed.', source: 'output' }], full_output: '/data/command-output/0a1b.log' }], ['make']),
};
