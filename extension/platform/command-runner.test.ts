// Rows 9 to 12, 14, 15, 21 and 32 of the fault list, with real processes. Limits are shorter than the real ones.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, symlink } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { CommandEnd, CommandRequest, CommandRunnerOptions } from './command-runner';
import { TemporaryWorkspace } from './testing/temporary-workspace';

const signal = new AbortController().signal;
const node = process.execPath;

describe('command runner', function () {
  this.timeout(30_000);
  let workspace: TemporaryWorkspace;
  beforeEach(async () => {
    workspace = await TemporaryWorkspace.create();
  });
  afterEach(() => workspace.remove());

  const run = (argv: string[], request: Partial<CommandRequest> = {}, options: Partial<CommandRunnerOptions> = {}) =>
    workspace.commands(options).run({ argv, cwd: '.', signal, ...request });
  const ended = async (argv: string[], request: Partial<CommandRequest> = {}, options: Partial<CommandRunnerOptions> = {}): Promise<CommandEnd> => {
    const ran = await run(argv, request, options);
    assert.ok(ran.ok, JSON.stringify(ran));
    return ran.value;
  };
  const codeOf = async (argv: string[], request: Partial<CommandRequest> = {}): Promise<string> => {
    const ran = await run(argv, request);
    return ran.ok ? 'ran' : ran.error.code;
  };
  /** Processes whose command line holds `mark`, zombies left out. */
  const alive = async (mark: string): Promise<number[]> => {
    const found: number[] = [];
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const line = await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '');
      if (line.includes(mark) && Number(pid) !== process.pid) found.push(Number(pid));
    }
    return found;
  };
  const untilGone = async (mark: string): Promise<number[]> => {
    for (let left = 100; left > 0 && (await alive(mark)).length > 0; left--) await wait(50);
    return alive(mark);
  };
  /** A number of seconds to sleep that no other test sleeps. */
  const uniqueSleep = (): string => `9${Math.floor(1e7 + Math.random() * 9e7)}`;

  it('reports exit code, output of both streams, and their size', async () => {
    const { durationMs, waitedMs, ...rest } = await ended(['sh', '-c', 'echo out; echo err >&2; exit 3']);
    assert.ok(durationMs >= 0 && waitedMs >= 0);
    assert.deepEqual(rest, {
      text: 'out\nerr\n', bytes: 8, hiddenBytes: 0, fullOutput: null, fullOutputMissing: 0,
      ended: 'exited', exitCode: 3, signal: null, timeoutMs: 30_000, leftProcesses: false,
    });
    assert.deepEqual(await readdir(workspace.outputs), []);
  });

  it('reports a signal as a signal', async () => {
    const { exitCode, signal: by, ended: how } = await ended(['sh', '-c', 'kill -SEGV $$']);
    assert.deepEqual([exitCode, by, how], [null, 'SIGSEGV', 'exited']);
  });

  // Row 14.
  it('gives every argument to the program as it is, to no shell', async () => {
    const odd = ['$(touch marker)', '`touch marker`', '<(touch marker)', '; touch marker', '& touch marker', '| touch marker', 'a\ntouch marker', '> marker', '*', '~', '$HOME', ''];
    const { text } = await ended([node, '-e', 'process.stdout.write(JSON.stringify(process.argv.slice(1)))', '--', ...odd]);
    assert.deepEqual([JSON.parse(text), await readdir(workspace.path)], [odd, []]);
  });

  // Row 15.
  it('refuses a folder outside the workspace, however it is named', async () => {
    await symlink(workspace.outside, workspace.at('link'));
    await workspace.put('file.txt', '');
    const codes: string[] = [];
    for (const cwd of ['/tmp', '..', '../ws-evil', workspace.outside, 'link', workspace.outputs, 'gone', 'file.txt']) codes.push(await codeOf(['pwd'], { cwd }));
    assert.deepEqual(codes, [...Array.from({ length: 6 }, () => 'outside_workspace'), 'not_found', 'not_a_directory']);
  });

  it('runs in the folder that was given', async () => {
    await mkdir(workspace.at('sub'));
    assert.equal((await ended(['pwd'], { cwd: 'sub' })).text, `${workspace.at('sub')}\n`);
  });

  // Row 32.
  it('hands down only what is on the list, with the setting of the user on top', async () => {
    const canaries = { OPENAI_API_KEY: 'canary', SECRET_CANARY: 'canary', NODE_OPTIONS: '--no-warnings', ELECTRON_RUN_AS_NODE: '1', VSCODE_PID: '1', LC_TEST: 'kept' };
    Object.assign(process.env, canaries);
    try {
      const { text } = await ended(['env'], {}, { extraEnvironment: () => ({ FROM_SETTING: 'yes', ELECTRON_RUN_AS_NODE: '1' }) });
      assert.equal(text.includes('canary'), false);
      const names = new Map(text.trim().split('\n').map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
      const of = (name: string): string | undefined => names.get(name);
      assert.deepEqual(
        ['NODE_OPTIONS', 'ELECTRON_RUN_AS_NODE', 'VSCODE_PID', 'LC_TEST', 'FROM_SETTING', 'TERM', 'GIT_TERMINAL_PROMPT', 'PATH'].map(of),
        [undefined, undefined, undefined, 'kept', 'yes', 'dumb', '0', process.env['PATH']],
      );
    } finally {
      for (const name of Object.keys(canaries)) delete process.env[name];
    }
  });

  it('gives no input and no terminal, so that a question fails at once', async () => {
    const read = await ended(['sh', '-c', 'read answer; echo "got $?"; (echo hi > /dev/tty) 2>/dev/null; echo "tty $?"']);
    assert.match(read.text, /^got 1\ntty [12]\n$/);
    const git = await ended(['git', '-c', 'credential.helper=', 'credential', 'fill']);
    assert.notEqual(git.exitCode, 0);
  });

  it('says so when there is no such program, none at all, or one that cannot start', async () => {
    await workspace.put('not-executable', '#!/bin/sh\n');
    await workspace.put('no-interpreter', '#!/no/such/interpreter\n');
    await chmod(workspace.at('no-interpreter'), 0o755);
    assert.deepEqual(
      [await codeOf([]), await codeOf(['']), await codeOf(['no-such-program-here']), await codeOf(['./not-executable']), await codeOf(['./no-interpreter']), await codeOf(['echo', 'a\0b'])],
      ['empty_command', 'empty_command', 'command_not_found', 'command_not_found', 'command_not_found', 'bad_argument'],
    );
    assert.equal(await codeOf(['echo', 'x'.repeat(3_000_000)]), 'bad_argument');
  });

  it('never takes a program from the workspace for one on the path', async () => {
    await workspace.put('planted', '#!/bin/sh\necho planted\n');
    await chmod(workspace.at('planted'), 0o755);
    const [path, folder] = [process.env['PATH'], process.cwd()];
    process.env['PATH'] = `:.:${path}`;
    process.chdir(workspace.path);
    try {
      assert.equal(await codeOf(['planted']), 'command_not_found');
    } finally {
      process.env['PATH'] = path;
      process.chdir(folder);
    }
    assert.equal((await ended(['./planted'])).text, 'planted\n');
  });

  // Row 9.
  it('ends grandchildren at the timeout', async () => {
    const sleep = uniqueSleep();
    const end = await ended(['sh', '-c', `sleep ${sleep} & sh -c 'sleep ${sleep} & sleep ${sleep}' & echo started; sleep ${sleep}`], { timeoutMs: 400 });
    assert.deepEqual([end.ended, end.signal, end.text, await alive(sleep)], ['timed_out', 'SIGTERM', 'started\n', []]);
  });

  // Row 9.
  it('ends descendants that left the group, the session and their parent', async () => {
    const sleep = uniqueSleep();
    const end = await ended(['sh', '-c', `setsid sleep ${sleep} & (setsid sh -c 'sleep ${sleep} & exit' &) ; sleep 0.3; echo started; sleep ${sleep}`], { timeoutMs: 900 });
    assert.deepEqual([end.ended, end.text, await alive(sleep)], ['timed_out', 'started\n', []]);
  });

  // Row 10.
  it('ends what ignores TERM', async () => {
    const sleep = uniqueSleep();
    const end = await ended(['sh', '-c', `trap '' TERM; echo deaf; while :; do sleep ${sleep}; done`], { timeoutMs: 300 }, { graceMs: 300 });
    assert.deepEqual([end.ended, end.signal, end.text, await alive(sleep)], ['timed_out', 'SIGKILL', 'deaf\n', []]);
  });

  it('lets a program end by itself when asked to', async () => {
    const script = 'process.on("SIGTERM", () => { console.log("tidy"); process.exit(7); }); console.log("up"); setInterval(() => {}, 1000)';
    const end = await ended([node, '-e', script], { timeoutMs: 1000 });
    assert.deepEqual([end.ended, end.exitCode, end.text], ['timed_out', 7, 'up\ntidy\n']);
  });

  // Row 11.
  it('returns though something holds the pipe, and ends that', async () => {
    const sleep = uniqueSleep();
    const end = await ended(['sh', '-c', `sleep ${sleep} & echo hi`], { timeoutMs: 20_000 });
    assert.deepEqual([end.ended, end.exitCode, end.text, end.leftProcesses], ['exited', 0, 'hi\n', true]);
    assert.ok(end.durationMs < 20_000);
    assert.deepEqual(await untilGone(sleep), []);
  });

  it('leaves alone what made itself independent and the command ended well', async () => {
    const sleep = uniqueSleep();
    const end = await ended(['sh', '-c', `setsid sleep ${sleep} >/dev/null 2>&1 & sleep 0.3; echo ok`]);
    const left = await alive(sleep);
    for (const pid of left) process.kill(pid, 'SIGKILL');
    assert.deepEqual([end.exitCode, end.leftProcesses, left.length], [0, false, 1]);
  });

  // Row 60.
  it('stops at once when told to, with everything it started', async () => {
    const sleep = uniqueSleep();
    const stop = new AbortController();
    const end = await ended(['sh', '-c', `sleep ${sleep} & echo up; sleep ${sleep}`], { signal: stop.signal, onOutput: () => stop.abort() });
    assert.deepEqual([end.ended, end.text, await alive(sleep)], ['stopped', 'up\n', []]);
    assert.equal(await codeOf(['echo'], { signal: AbortSignal.abort() }), 'stopped');
  });

  it('ends every command at stopAll, also what finished ones left', async () => {
    const sleep = uniqueSleep();
    const runner = workspace.commands();
    const up: string[] = [];
    const running = Promise.all(
      [1, 2].map(() => runner.run({ argv: ['sh', '-c', `echo up; sleep ${sleep}`], cwd: '.', signal, onOutput: (chunk) => up.push(chunk) })),
    );
    while (up.length < 2) await wait(20);
    await runner.run({ argv: ['sh', '-c', `trap '' TERM; sleep ${sleep} & echo hi`], cwd: '.', signal });
    await runner.stopAll();
    assert.deepEqual(await alive(sleep), []);
    assert.deepEqual((await running).map((ran) => ran.ok && ran.value.ended), ['stopped', 'stopped']);
  });

  it('bounds the timeout that is asked for', () => {
    const runner = workspace.commands({ longestTimeoutMs: () => 60_000 });
    assert.deepEqual([runner.timeoutFor(undefined), runner.timeoutFor(5000), runner.timeoutFor(1e9), runner.timeoutFor(-1)], [30_000, 5000, 60_000, 1]);
  });

  it('keeps the head and the tail of a long output, and all of it in a file', async () => {
    const end = await ended([node, '-e', 'for (let i = 0; i < 20000; i++) console.log("line " + i); console.log("the end")']);
    const whole = await readFile(end.fullOutput ?? '', 'utf8');
    assert.deepEqual([end.bytes, whole.length, whole.startsWith('line 0\n'), whole.endsWith('line 19999\nthe end\n')], [whole.length, whole.length, true, true]);
    assert.deepEqual([end.text.startsWith('line 0\nline 1\n'), end.text.endsWith('line 19999\nthe end\n'), end.hiddenBytes], [true, true, whole.length - 32 * 1024]);
    assert.match(end.text, new RegExp(`\\n\\[\\.\\.\\. ${end.hiddenBytes} bytes not shown \\.\\.\\.\\]\\n`));
    assert.equal((await stat(end.fullOutput ?? '')).mode & 0o777, 0o600);
  });

  it('cuts between characters, and mixes streams between them', async () => {
    const flood = await ended([node, '-e', 'process.stdout.write("€".repeat(50000))']);
    assert.equal(flood.text.includes('\ufffd'), false);
    const halves = 'const [a, b, c] = Buffer.from("€"); const w = (s, x) => new Promise((r) => s.write(Buffer.from(x), r));';
    const mixed = await ended([node, '-e', `${halves} (async () => { await w(process.stdout, [a, b]); await new Promise((r) => setTimeout(r, 150)); await w(process.stderr, "!"); await new Promise((r) => setTimeout(r, 150)); await w(process.stdout, [c]); })()`]);
    assert.equal(mixed.text, '!€');
  });

  it('shows no colours and only the last state of a progress line', async () => {
    const { text } = await ended(['printf', '\\033[31mred\\033[0m\\n10%%\\r50%%\\r100%%\\ndos\\r\\n']);
    assert.equal(text, 'red\n100%\ndos\n');
  });

  // Row 12.
  it('drains a gigabyte with flat memory and a true exit code, and a file that stops at its limit', async () => {
    const limit = 64 * 1024 * 1024 + 1000;
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
    const end = await ended(['sh', '-c', 'head -c 1000000000 /dev/zero | tr "\\0" x; echo; exit 5'], { onOutput: () => undefined }, { maxFileBytes: limit });
    clearInterval(watch);
    assert.deepEqual([end.exitCode, end.bytes, end.fullOutputMissing, (await stat(end.fullOutput ?? '')).size], [5, 1_000_000_001, 1_000_000_001 - limit, limit]);
    assert.ok(most - before < 50 * 1024 * 1024, `grew by ${Math.round((most - before) / 1024 / 1024)} MB`);
  });

  it('runs on when the output cannot be kept on disk', async () => {
    const script = 'console.log("up"); setTimeout(() => process.stdout.write("x".repeat(100000)), 300)';
    const takeAway = (): void => rmSync(workspace.outputs, { recursive: true, force: true });
    const { fullOutput, fullOutputMissing, bytes, exitCode } = await ended([node, '-e', script], { onOutput: takeAway });
    assert.deepEqual({ fullOutput, fullOutputMissing, bytes, exitCode }, { fullOutput: null, fullOutputMissing: 0, bytes: 100_003, exitCode: 0 });
    await workspace.put('a-file', '');
    const nowhere = await ended(['echo', 'short'], {}, { outputDirectory: workspace.at('a-file/outputs') });
    assert.equal(nowhere.text, 'short\n');
  });

  it('passes live output on in pieces that stay small', async () => {
    const pieces: string[] = [];
    await ended([node, '-e', 'process.stdout.write("x".repeat(5e6)); setTimeout(() => process.stdout.write("done"), 300)'], { onOutput: (chunk) => pieces.push(chunk) });
    assert.ok(pieces.every((piece) => piece.length < 9000));
    assert.ok(pieces.join('').endsWith('done'));
    assert.match(pieces[0] ?? '', /^\[\.\.\. \d+ bytes \.\.\.\]\nx+$/);
  });

  // Row 21: what was approved is looked at once more when it is about to run.
  it('runs nothing when what decides what it does changed after the approval', async () => {
    await workspace.put('Makefile', 'all:\n\t@echo good\n');
    const approved = await workspace.commands().binding(['make', '-s'], '.');
    assert.ok(approved.ok);
    const binding = approved.value.key;
    assert.equal((await ended(['make', '-s'], { binding })).text, 'good\n');
    await workspace.put('Makefile', 'all:\n\t@touch marker\n');
    assert.equal(await codeOf(['make', '-s'], { binding }), 'changed');
    const inBackground = await workspace.commands().background.start({ argv: ['make', '-s'], cwd: '.', binding, signal, chatId: null });
    assert.equal(inBackground.ok ? 'started' : inBackground.error.code, 'changed');
    assert.deepEqual(await readdir(workspace.path), ['Makefile']);
    // Also while it waited for a place.
    const runner = workspace.commands({ mostAtOnce: () => 1 });
    await workspace.put('Makefile', 'all:\n\t@echo good\n');
    const first = runner.run({ argv: ['sh', '-c', 'while [ ! -e go ]; do sleep 0.05; done'], cwd: '.', signal });
    const second = runner.run({ argv: ['make', '-s'], cwd: '.', binding, signal });
    await workspace.put('Makefile', 'all:\n\t@touch marker\n');
    await workspace.put('go', '');
    await first;
    const ran = await second;
    assert.deepEqual([ran.ok ? 'ran' : ran.error.code, (await readdir(workspace.path)).sort()], ['changed', ['Makefile', 'go']]);
  });

  it('ends the group although the process it is named after is gone', async () => {
    const sleep = uniqueSleep();
    // The leader ends at once, its group goes on: the group is still the command's.
    const end = await ended(['sh', '-c', `trap '' HUP; sleep ${sleep} & sleep ${sleep} & echo up`]);
    assert.deepEqual([end.text, end.leftProcesses, await untilGone(sleep)], ['up\n', true, []]);
  });
});
