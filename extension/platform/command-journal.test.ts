// Commands that a host leaves behind when it dies: found and ended by the next one, and nothing else is.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CommandJournal } from './command-journal';
import { processStart, thisMachine } from './process-table';
import { TemporaryWorkspace } from './testing/temporary-workspace';

const host = join(__dirname, 'testing', 'command-host.ts');

describe('command journal', function () {
  this.timeout(60_000);
  let workspace: TemporaryWorkspace;
  let journal: CommandJournal;
  const started: ChildProcess[] = [];
  const sleeps: string[] = [];

  beforeEach(async () => {
    workspace = await TemporaryWorkspace.create();
    journal = new CommandJournal(join(workspace.base, 'journal'));
  });
  afterEach(async () => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
    for (const sleep of sleeps.splice(0)) for (const pid of await alive(sleep)) process.kill(pid, 'SIGKILL');
    await workspace.remove();
  });

  const uniqueSleep = (): string => {
    const sleep = `8${Math.floor(1e7 + Math.random() * 9e7)}`;
    sleeps.push(sleep);
    return sleep;
  };
  /** Processes whose command line is `sleep` with this time. */
  const alive = async (sleep: string): Promise<number[]> => {
    const found: number[] = [];
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const line = await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '');
      if (line === `sleep\0${sleep}\0`) found.push(Number(pid));
    }
    return found;
  };
  /** An entry that is just being completed stands beside itself under another name. */
  const entries = async (): Promise<string[]> => (await readdir(journal.directory).catch((): string[] => [])).filter((name) => !name.endsWith('.tmp')).sort();
  const startHost = async (mode: string, script: string): Promise<ChildProcess> => {
    const child = spawn(process.execPath, ['--import', 'tsx', host, workspace.path, workspace.outputs, journal.directory, mode, JSON.stringify(['sh', '-c', script])], { stdio: ['ignore', 'pipe', 'inherit'] });
    started.push(child);
    await new Promise((resolve, reject) => {
      child.stdout?.once('data', resolve);
      child.once('exit', () => reject(new Error('the host ended')));
    });
    return child;
  };
  const kill = async (child: ChildProcess): Promise<void> => {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  };
  const entry = async (more: Record<string, unknown>): Promise<string> => {
    const id = randomUUID();
    await mkdir(journal.directory, { recursive: true });
    const whole = {
      version: 1, command_id: id, owner: { pid: 2 ** 22 + 1, start: '1' }, machine: await thisMachine(), process: null,
      command_line: 'sh -c x', cwd: workspace.path, background: false, started_at: 1, ...more,
    };
    await writeFile(join(journal.directory, `${id}.json`), JSON.stringify(whole));
    return id;
  };
  /** A process of this test that no journal should ever end. */
  const bystander = async (): Promise<{ child: ChildProcess; pid: number }> => {
    const child = spawn('sleep', [uniqueSleep()], { detached: true, stdio: 'ignore' });
    started.push(child);
    assert.ok(child.pid !== undefined);
    return { child, pid: child.pid };
  };

  // One grandchild in the group, one that ignores TERM, one in a session of its own whose parents are gone, and one
  // there that forgot its environment but not its parent.
  const tree = (sleep: string): string =>
    `sleep ${sleep} & (setsid sh -c 'sleep ${sleep} & exit' &); sh -c "trap '' TERM; sleep ${sleep}; sleep ${sleep}" & setsid sh -c 'env -i sleep ${sleep}; true' & sleep 0.5; echo up; sleep ${sleep}`;

  for (const mode of ['foreground', 'background', 'unstarted']) {
    it(`ends all of a command whose host was killed (${mode})`, async () => {
      const sleep = uniqueSleep();
      const child = await startHost(mode, tree(sleep));
      const [file] = await entries();
      await kill(child);
      assert.equal((await alive(sleep)).length, 5, 'it outlives its host');
      const { reaped, unreadable } = await journal.reapOrphans(300);
      assert.deepEqual(await alive(sleep), []);
      assert.deepEqual(unreadable, []);
      const told = reaped.map(({ command_id, command_line, cwd, background, left, ended, started_at }) => ({ file: `${command_id}.json`, command_line, cwd, background, left, ended: ended >= 5, started: started_at > 1e15 }));
      assert.deepEqual(told, [{ file, command_line: `sh -c ${JSON.stringify(tree(sleep))}`, cwd: workspace.path, background: mode === 'background', left: [], ended: true, started: true }]);
      assert.deepEqual(await entries(), []);
      assert.deepEqual(await journal.reapOrphans(), { reaped: [], unreadable: [] }, 'once');
    });
  }

  it('leaves the commands of a host that lives alone', async () => {
    const [theirs, dead] = [uniqueSleep(), uniqueSleep()];
    await startHost('foreground', `echo up; sleep ${theirs}`);
    const own = workspace.commands({ journal });
    const sleep = uniqueSleep();
    const up = new Promise((resolve) => void own.run({ argv: ['sh', '-c', `echo up; sleep ${sleep}`], cwd: '.', signal: new AbortController().signal, onOutput: resolve }));
    const killed = await startHost('foreground', `echo up; sleep ${dead}`);
    await up;
    assert.equal((await entries()).length, 3);
    await kill(killed);
    const { reaped } = await journal.reapOrphans(300);
    assert.deepEqual([reaped.map((one) => one.command_line), await alive(dead)], [[`sh -c "echo up; sleep ${dead}"`], []]);
    assert.deepEqual([(await alive(theirs)).length, (await alive(sleep)).length, (await entries()).length], [1, 1, 2]);
    await own.stopAll();
    assert.deepEqual([(await alive(sleep)).length, (await entries()).length], [0, 1]);
  });

  it('has an entry before the command can do anything, and none when it is over', async () => {
    const commands = workspace.commands({ journal });
    const signal = new AbortController().signal;
    const ran = await commands.run({ argv: ['sh', '-c', `ls ${journal.directory} | grep 'json$'; echo "$BOOCODE_COMMAND_ID"`], cwd: '.', signal });
    assert.ok(ran.ok);
    const lines = ran.value.text.trim().split('\n');
    assert.deepEqual([lines[0], lines.length], [`${lines.at(-1)}.json`, 2]);
    await commands.run({ argv: ['no-such-program'], cwd: '.', signal });
    await commands.run({ argv: ['sh', '-c', 'sleep 60 & echo hi'], cwd: '.', signal });
    await commands.stopAll();
    assert.deepEqual(await entries(), []);
  });

  it('keeps no secret of a command line', async () => {
    const commands = workspace.commands({ journal, redact: (text) => text.replaceAll('canary', '[redacted]') });
    const up = new Promise((resolve) => void commands.run({ argv: ['sh', '-c', 'echo up; sleep 600; : canary'], cwd: '.', signal: new AbortController().signal, onOutput: resolve }));
    await up;
    const [file = ''] = await entries();
    const text = await readFile(join(journal.directory, file), 'utf8');
    await commands.stopAll();
    assert.match(text, /: \[redacted\]/);
    assert.doesNotMatch(text, /canary/);
  });

  it('runs commands although it cannot be written, and says so', async () => {
    await workspace.put('a-file', '');
    const problems: string[] = [];
    const commands = workspace.commands({ journal: new CommandJournal(workspace.at('a-file/journal')), reportProblem: (_, where) => problems.push(where) });
    const ran = await commands.run({ argv: ['echo', 'hi'], cwd: '.', signal: new AbortController().signal });
    await commands.stopAll();
    assert.deepEqual([ran.ok && ran.value.text, problems[0]], ['hi\n', 'journal of running commands']);
  });

  it('ends no process that was given the pid again, and nobody in its group', async () => {
    const { child, pid } = await bystander();
    const start = await processStart(pid);
    assert.notEqual(start, '');
    await entry({ process: { pid, start: '1' } });
    await entry({ process: { pid, start: '' } });
    await entry({ process: null });
    const { reaped } = await journal.reapOrphans(200);
    assert.deepEqual([reaped.map((one) => one.ended), child.exitCode, child.signalCode], [[0, 0, 0], null, null]);
    assert.equal(await processStart(pid), start, 'it still runs');
    // The same entry with the right start does end it.
    await entry({ process: { pid, start } });
    assert.deepEqual((await journal.reapOrphans(200)).reaped.map((one) => one.ended), [1]);
  });

  it('takes an owner for dead only when its pid is free or another process has it', async () => {
    const { pid } = await bystander();
    const start = await processStart(pid);
    const lives = await entry({ owner: { pid, start } });
    const cannotBeTold = await entry({ owner: { pid, start: '' } });
    const elsewhere = await entry({ owner: { pid, start: '1' }, machine: { host: 'another', boot: 'another' } });
    const reused = await entry({ owner: { pid, start: '1' } });
    const earlierBoot = await entry({ owner: { pid, start }, machine: { ...(await thisMachine()), boot: 'earlier' } });
    const { reaped } = await journal.reapOrphans(200);
    assert.deepEqual(reaped.map((one) => one.command_id), [reused]);
    assert.deepEqual(await entries(), [lives, cannotBeTold, elsewhere].map((id) => `${id}.json`).sort());
    assert.ok(!(await entries()).includes(`${earlierBoot}.json`), 'what was before the machine started again is forgotten');
  });

  it('sets aside what it cannot read, and goes on', async () => {
    const id = await entry({ process: null });
    await writeFile(join(journal.directory, 'torn.json'), '{"version":1,');
    const { reaped, unreadable } = await journal.reapOrphans(200);
    assert.deepEqual([reaped.map((one) => one.command_id), unreadable, await entries()], [[id], ['torn.json'], ['torn.json.unreadable']]);
    assert.deepEqual((await journal.reapOrphans(200)).unreadable, []);
  });

  it('is reaped by two windows at once, and told by one of them', async () => {
    const sleep = uniqueSleep();
    await kill(await startHost('foreground', `echo up; sleep ${sleep}`));
    const reports = await Promise.all([journal.reapOrphans(200), new CommandJournal(journal.directory).reapOrphans(200)]);
    assert.deepEqual([reports.flatMap((report) => report.reaped).length, await alive(sleep)], [1, []]);
    await wait(10);
    assert.deepEqual(await entries(), []);
  });
});
