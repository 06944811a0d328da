// Commands that go on beside the agent, with real processes.
import assert from 'node:assert/strict';
import { readdir, readFile, rm, truncate } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { BackgroundCommand, BackgroundOutput, BackgroundRead } from './background-commands';
import type { CommandRunner, CommandRunnerOptions } from './command-runner';
import { OutputLog } from './output-log';
import { TemporaryWorkspace } from './testing/temporary-workspace';

const never = new AbortController().signal;
const chatId = 'a-chat';

describe('background commands', function () {
  this.timeout(30_000);
  let workspace: TemporaryWorkspace;
  let commands: CommandRunner;
  beforeEach(async () => {
    workspace = await TemporaryWorkspace.create();
    use({ firstLookMs: 100 });
  });
  afterEach(async () => {
    await commands.stopAll();
    await workspace.remove();
  });

  const use = (options: Partial<CommandRunnerOptions>): void => {
    commands = workspace.commands({ graceMs: 500, ...options });
  };
  const start = async (script: string, signal = never, owner: string | null = chatId): Promise<BackgroundCommand> => {
    const started = await commands.background.start({ argv: ['sh', '-c', script], cwd: '.', signal, chatId: owner });
    assert.ok(started.ok, JSON.stringify(started));
    return started.value;
  };
  const refusal = async (script: string, signal = never, owner: string | null = chatId): Promise<{ code: string; text: string }> => {
    const started = await commands.background.start({ argv: ['sh', '-c', script], cwd: '.', signal, chatId: owner });
    assert.ok(!started.ok);
    return { code: started.error.code, text: `${started.error.message} ${started.error.next_step}` };
  };
  const read = async (id: string, more: Partial<BackgroundRead> = {}): Promise<BackgroundOutput> => {
    const output = await commands.background.read(id, chatId, { offset: null, most: 32 * 1024, waitMs: 0, until: [], signal: never, ...more });
    assert.ok(output.ok, JSON.stringify(output));
    return output.value;
  };
  const alive = async (mark: string): Promise<number> => {
    let count = 0;
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      if ((await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')).includes(mark)) count++;
    }
    return count;
  };
  const uniqueSleep = (): string => `7${Math.floor(1e7 + Math.random() * 9e7)}`;
  const go = (name: string): Promise<void> => workspace.put(name, '');
  const waitUntil = (name: string): string => `while [ ! -e ${name} ]; do sleep 0.05; done`;

  it('answers while the command runs, and lists it with all a panel shows', async () => {
    use({});
    const mark = `go-${uniqueSleep()}`;
    const command = await start(`echo up; ${waitUntil(mark)}; echo down; exit 3`);
    const { id, pid, started_at, ...rest } = command;
    assert.match(id, /^[0-9a-f]{8}$/);
    const shown = {
      chat_id: chatId, command_line: `sh -c "echo up; ${waitUntil(mark)}; echo down; exit 3"`, cwd: workspace.path,
      state: 'running', exit_code: null, signal: null, ended_at: null, last_line: 'up', output_bytes: 3,
    } as const;
    assert.deepEqual({ ...rest, output_files: rest.output_files.length }, { ...shown, output_files: 1 });
    // A shell that is about to become `sleep` still looks like itself.
    while ((await alive(`while [ ! -e ${mark}`)) > 1) await wait(10);
    assert.deepEqual([await alive(`while [ ! -e ${mark}`), pid > 1, started_at > 1e15], [1, true, true]);
    await go(mark);
    const { command: ended, ...output } = await read(id, { waitMs: 10_000, until: ['never comes'] });
    assert.deepEqual(output, { text: 'up\ndown\n', from: 0, next: 8, found: null });
    const { ended_at, output_files, ...state } = ended;
    assert.deepEqual(state, { id, pid, started_at, ...without(shown, 'ended_at'), state: 'exited', exit_code: 3, last_line: 'down', output_bytes: 8 });
    assert.ok(ended_at !== null && ended_at > started_at);
    assert.equal(await readFile(output_files[0] ?? '', 'utf8'), 'up\ndown\n');
    assert.deepEqual(commands.background.list(), [ended]);
  });

  it('tells at once of what ends at once', async () => {
    use({ firstLookMs: 20_000 });
    const { state, exit_code, last_line } = await start('echo broken >&2; exit 7');
    assert.deepEqual({ state, exit_code, last_line }, { state: 'exited', exit_code: 7, last_line: 'broken' });
    const { signal } = await start('kill -SEGV $$');
    assert.equal(signal, 'SIGSEGV');
    const started = await commands.background.start({ argv: ['no-such-program'], cwd: '.', signal: never, chatId });
    assert.equal(started.ok ? 'started' : started.error.code, 'command_not_found');
    assert.equal((await refusal('true', AbortSignal.abort())).code, 'stopped');
  });

  it('outlives the turn and the run that started it', async () => {
    const run = new AbortController();
    const { id } = await start('echo up; sleep 600', run.signal);
    run.abort();
    await wait(300);
    assert.deepEqual([(await read(id)).command.state, commands.background.list(chatId).length], ['running', 1]);
  });

  it('does not outlive a stop that comes while it starts', async () => {
    const sleep = uniqueSleep();
    const run = new AbortController();
    use({ firstLookMs: 20_000 });
    const starting = refusal(`sleep ${sleep} & sleep ${sleep}`, run.signal);
    while ((await alive(sleep)) < 2) await wait(20);
    run.abort();
    assert.deepEqual([(await starting).code, await alive(sleep)], ['stopped', 0]);
  });

  it('is ended by a stop with everything it started, as by the end of its chat and of the window', async () => {
    const sleep = uniqueSleep();
    const script = `sleep ${sleep} & (setsid sleep ${sleep} &); sleep 0.2; echo up; sleep ${sleep}`;
    const stopped = await start(script);
    await read(stopped.id, { waitMs: 20_000, until: ['up'] });
    const result = await commands.background.stop(stopped.id, chatId);
    assert.ok(result.ok);
    assert.deepEqual([result.value.state, result.value.signal, await alive(sleep)], ['stopped', 'SIGTERM', 0]);
    assert.deepEqual(await commands.background.stop(stopped.id, chatId), result, 'again is the same');
    const { id } = await start(script);
    await read(id, { waitMs: 20_000, until: ['up'] });
    const other = await start(`echo other; sleep ${sleep}1`, never, 'other');
    await commands.background.stopChat(chatId);
    assert.deepEqual([await alive(`${sleep}\0`), commands.background.list().map((command) => command.id)], [0, [other.id]]);
    await commands.stopAll();
    assert.deepEqual([await alive(sleep), commands.background.list()], [0, []]);
  });

  it('belongs to its chat', async () => {
    const { id } = await start('sleep 600', never, 'other');
    assert.deepEqual([commands.background.list(chatId), commands.background.list('other').length, commands.background.list().length], [[], 1, 1]);
    const codes = [await commands.background.stop(id, chatId), await commands.background.read(id, chatId, { offset: 0, most: 10, waitMs: 0, until: [], signal: never })];
    assert.deepEqual(codes.map((result) => (result.ok ? 'ok' : result.error.code)), ['no_such_command', 'no_such_command']);
  });

  it('runs only so many at once, says which could be stopped, and counts those that start', async () => {
    use({ mostInBackground: () => 2, firstLookMs: 100 });
    const { id } = await start('sleep 600');
    const second = commands.background.start({ argv: ['sleep', '600'], cwd: '.', signal: never, chatId: 'other' });
    assert.deepEqual(await refusal('sleep 600'), {
      code: 'too_many', text: `2 commands run in the background, which is as many as may, so this one was not started. Stop one of yours with stop_command: ${id} (sh -c "sleep 600").`,
    });
    assert.ok((await second).ok);
    assert.match((await refusal('sleep 600', never, 'third')).text, /belong to other chats; ask the user/);
    await commands.background.stop(id, chatId);
    await start('sleep 600');
  });

  it('counts each once, also in the moment in which its start is watched', async () => {
    use({ mostInBackground: () => 3, firstLookMs: 20_000 });
    const all = [1, 2].map(() => commands.background.start({ argv: ['sleep', '600'], cwd: '.', signal: never, chatId }));
    while (commands.background.list().length < 2) await wait(20);
    const third = commands.background.start({ argv: ['true'], cwd: '.', signal: never, chatId });
    assert.equal(await third.then((started) => started.ok || started.error.code), true);
    await commands.background.stopAll();
    await Promise.all(all);
  });

  it('takes no place of a command in the foreground', async () => {
    use({ mostAtOnce: () => 1, firstLookMs: 100 });
    await start('sleep 600');
    const ran = await commands.run({ argv: ['true'], cwd: '.', signal: never });
    assert.equal(ran.ok && ran.value.ended, 'exited');
  });

  describe('their output', () => {
    it('is read from any byte on, bounded, and never in the middle of a character', async () => {
      use({});
      const { id } = await start('printf "0123456789\\n€€€\\n"; sleep 600');
      const parts = [];
      for (const [offset, most] of [[0, 4], [4, 7], [11, 4], [12, 4], [100, 5], [null, 5]] as const) {
        const { text, from, next } = await read(id, { offset, most });
        parts.push([text, from, next]);
      }
      assert.deepEqual(parts, [['0123', 0, 4], ['456789\n', 4, 11], ['€', 11, 14], ['', 12, 14], ['', 21, 21], ['€\n', 17, 21]]);
    });

    it('can be waited for, by a text in any spelling of case and colour, or by anything new', async () => {
      const { id } = await start(`printf 'starting\\n'; ${waitUntil('go')}; printf '\\033[1mLo\\033[22mCAL: http://x\\n'; ${waitUntil('more')}; echo more; sleep 600`);
      const found = read(id, { offset: 0, waitMs: 20_000, until: ['nothing like it', 'local:'] });
      const fresh = read(id, { waitMs: 20_000 });
      await wait(100);
      await go('go');
      assert.deepEqual([(await found).found, (await fresh).text.includes('LoCAL'), (await read(id, { until: ['local'] })).found], [9, true, 9], 'also when it came before');
      const { next } = await read(id);
      assert.equal((await read(id, { offset: next, waitMs: 100, until: ['local'] })).found, null, 'from the offset on');
      const later = read(id, { offset: next, waitMs: 20_000 });
      await go('more');
      assert.equal((await later).text, 'more\n');
    });

    it('is waited for no longer than asked, than the command runs, and than the run goes on', async () => {
      const { id } = await start(`echo up; ${waitUntil('go')}; echo last words`);
      assert.deepEqual((await read(id, { waitMs: 50, until: ['never'] })).found, null);
      const stop = new AbortController();
      const stopped = read(id, { waitMs: 60_000, until: ['never'], signal: stop.signal });
      stop.abort();
      assert.equal((await stopped).found, null);
      const ended = read(id, { waitMs: 60_000, until: ['never'] });
      const words = read(id, { waitMs: 60_000, until: ['words'] });
      await go('go');
      assert.deepEqual([(await ended).command.state, (await words).found], ['exited', 3]);
    });

    it('is waited for no longer than asked where it comes faster than it is looked through', async () => {
      const { id } = await start('yes "$(seq 1 2000)"');
      assert.equal((await read(id, { offset: 0, waitMs: 300, until: ['never'] })).found, null);
      const stop = new AbortController();
      const stopped = read(id, { offset: 0, waitMs: 60_000, until: ['never'], signal: stop.signal });
      stop.abort();
      assert.equal((await stopped).found, null);
    });

    it('finds a text in a flood of which not all is kept in memory', async () => {
      const { id } = await start(`${waitUntil('go')}; seq 1 200000; echo; echo needle; seq 1 200000; sleep 600`);
      const found = read(id, { waitMs: 20_000, until: ['needle'], most: 100 });
      await go('go');
      assert.equal((await found).found, 1_288_896);
      const there = await read(id, { offset: 1_288_890, most: 13 });
      assert.equal(there.text, '0000\n\nneedle\n'.slice(-13));
    });

    it('is redacted before it is kept, and its last line is shown without colours', async () => {
      use({ redact: (text) => text.replaceAll('canary', '[redacted]') });
      const { id, last_line, output_files, command_line } = await start('printf "\\033[31mcan"; sleep 0.2; printf "ary\\033[0m here\\n\\n"; sleep 600');
      assert.deepEqual([last_line, command_line.includes('canary')], ['[redacted] here', false]);
      assert.equal((await read(id)).text, '[redacted] here\n\n');
      assert.doesNotMatch(await readFile(output_files[0] ?? '', 'utf8'), /canary/);
    });

    it('is not lost when the disk cannot take it: the newest is in memory', async () => {
      await workspace.put('a-file', '');
      use({ outputDirectory: workspace.at('a-file/outputs') });
      const { id, output_files } = await start('seq 1 50000; sleep 600');
      const { text, next } = await read(id, { offset: 0, most: 100 });
      assert.deepEqual([output_files, text.length > 0, (await read(id, { most: 12 })).text, next <= 288_894], [[], true, '49999\n50000\n', true]);
    });
  });

  it('tells listeners of starts, output and ends, and forgets the oldest that ended', async () => {
    use({ firstLookMs: 500, mostInBackground: () => 100 });
    const calls: string[] = [];
    let phase = 'start and end';
    let onCall = (): void => undefined;
    const unsubscribe = commands.background.subscribe(() => {
      calls.push(phase);
      onCall();
    });
    await start('true');
    const { id } = await start('sleep 1.5; echo late; sleep 600');
    phase = 'output';
    await new Promise<void>((resolve) => (onCall = resolve));
    unsubscribe();
    phase = 'nobody listens';
    for (let index = 0; index < 24; index++) await start('true');
    const kept = commands.background.list();
    assert.deepEqual([kept.length <= 22, kept.some((command) => command.id === id)], [true, true]);
    assert.deepEqual([...new Set(calls)], ['start and end', 'output']);
  });
});

describe('output log', () => {
  it('keeps the newest in files of one size, and every byte at its place', async () => {
    const workspace = await TemporaryWorkspace.create();
    try {
      const log = new OutputLog((number) => `${workspace.outputs}/${number}.log`, { fileBytes: 100, files: 3, recentBytes: 50 });
      const all = Buffer.from(Array.from({ length: 1000 }, (_, index) => String(index % 10)).join(''));
      for (let from = 0, size = 1; from < 1000; from += size, size = (size % 40) + 7) log.add(all.subarray(from, from + size));
      assert.equal(log.bytes, 1000);
      for (const [from, most] of [[700, 300], [705, 10], [795, 10], [799, 1], [899, 50], [960, 100], [1000, 5]] as const) {
        assert.deepEqual({ ...(await log.read(from, most)) }, { from, bytes: all.subarray(from, from + most) }, `${most} from ${from}`);
      }
      await log.close();
      assert.deepEqual(log.paths, [7, 8, 9].map((number) => `${workspace.outputs}/${number}.log`));
      assert.deepEqual(await log.read(3, 20), { from: 700, bytes: all.subarray(700, 720) }, 'what is gone is not made up');
      await rm(`${workspace.outputs}/7.log`);
      assert.deepEqual(await log.read(700, 20), { from: 800, bytes: all.subarray(800, 820) }, 'nor what was swept');
      assert.deepEqual((await readdir(workspace.outputs)).sort(), ['8.log', '9.log']);
      await truncate(`${workspace.outputs}/8.log`);
      assert.deepEqual(await log.read(800, 20), { from: 900, bytes: all.subarray(900, 920) }, 'nor what was cut off');
    } finally {
      await workspace.remove();
    }
  });
});

function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = value;
  return rest;
}
