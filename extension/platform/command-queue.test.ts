// Rows 59 and 60 of the fault list, as far as processes go: only so many commands at once, and none after a stop.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { CommandQueue } from './command-queue';
import type { CommandRequest, CommandRunner } from './command-runner';
import { TemporaryWorkspace } from './testing/temporary-workspace';

const never = new AbortController().signal;

describe('command queue', function () {
  this.timeout(30_000);
  let workspace: TemporaryWorkspace;
  let commands: CommandRunner;
  beforeEach(async () => {
    workspace = await TemporaryWorkspace.create();
    commands = workspace.commands({ mostAtOnce: () => 2 });
  });
  afterEach(async () => {
    await commands.stopAll();
    await workspace.remove();
  });

  /** Touches `<name>.on`, waits until `<name>.go` is there, and says how many others were on at that moment. */
  const script = (name: string): string => `touch ${name}.on; ls *.on | wc -l > ${name}.count; while [ ! -e ${name}.go ]; do sleep 0.05; done; rm ${name}.on; touch ${name}.done`;
  const run = (name: string, more: Partial<CommandRequest> = {}): Promise<string> =>
    commands.run({ argv: ['sh', '-c', script(name)], cwd: '.', signal: never, ...more }).then((ran) => (ran.ok ? ran.value.ended : ran.error.code));
  const go = (name: string): Promise<void> => workspace.put(`${name}.go`, '');
  const there = async (ending: string): Promise<string[]> => (await readdir(workspace.path)).filter((name) => name.endsWith(ending)).sort();
  const until = async (ending: string, names: string[]): Promise<void> => {
    const wanted = names.map((name) => name + ending).sort().join();
    while ((await there(ending)).join() !== wanted) await wait(20);
  };

  // Row 59.
  it('runs so many at once; the others wait in their order', async () => {
    const all = ['a', 'b', 'c', 'd', 'e'].map((name) => run(name));
    await until('.on', ['a', 'b']);
    await wait(300);
    assert.deepEqual(await there('.on'), ['a.on', 'b.on'], 'the extra ones wait');
    for (const [ended, on] of [['b', ['a', 'c']], ['a', ['c', 'd']], ['d', ['c', 'e']]] as const) {
      await go(ended);
      await until('.on', [...on]);
    }
    for (const name of ['c', 'e']) await go(name);
    assert.deepEqual(await Promise.all(all), ['exited', 'exited', 'exited', 'exited', 'exited']);
    const most = await Promise.all((await there('.count')).map(async (name) => Number(await workspace.text(name))));
    assert.ok(most.every((count) => count <= 2), String(most));
  });

  it('does not count the wait in the timeout, and tells it', async () => {
    const [a, b] = [run('a'), run('b')];
    await until('.on', ['a', 'b']);
    const waiting = commands.run({ argv: ['true'], cwd: '.', signal: never, timeoutMs: 1000 });
    await wait(1500);
    await Promise.all([go('a'), go('b')]);
    const ran = await waiting;
    assert.ok(ran.ok);
    assert.deepEqual([ran.value.ended, ran.value.exitCode, ran.value.waitedMs >= 1400], ['exited', 0, true]);
    assert.deepEqual([await a, await b], ['exited', 'exited']);
  });

  // Row 60.
  it('never starts what was stopped while it waited, and gives its place to the next', async () => {
    const stop = new AbortController();
    const [a, b] = [run('a'), run('b')];
    await until('.on', ['a', 'b']);
    const [c, d] = [run('c', { signal: stop.signal }), run('d')];
    stop.abort();
    assert.equal(await c, 'stopped');
    await go('a');
    await until('.on', ['b', 'd']);
    await Promise.all([go('b'), go('c'), go('d')]);
    assert.deepEqual([await a, await b, await d], ['exited', 'exited', 'exited']);
    assert.deepEqual(await there('.done'), ['a.done', 'b.done', 'd.done']);
  });

  // Row 60.
  it('runs nothing after everything was stopped, whether it ran, waited or was about to start', async () => {
    const all = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => run(name));
    await until('.on', ['a', 'b']);
    const late = run('g');
    await commands.stopAll();
    assert.deepEqual(new Set(await Promise.all([...all, late])), new Set(['stopped']));
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) await go(name);
    await wait(500);
    assert.deepEqual([await there('.on'), await there('.done')], [['a.on', 'b.on'], []]);
    const early = workspace.commands();
    const startedAtOnce = early.run({ argv: ['touch', 'early.done'], cwd: '.', signal: never });
    await early.stopAll();
    const ran = await startedAtOnce;
    assert.equal(ran.ok ? ran.value.ended : ran.error.code, 'stopped');
  });

  it('gives the place back whatever became of the work, and asks anew how many there are', async () => {
    let most = 1;
    const queue = new CommandQueue(() => most);
    await assert.rejects(queue.run(never, () => Promise.reject(new Error('bug'))), /bug/);
    assert.equal(await queue.run(never, () => Promise.resolve('ran')), 'ran');
    const order: string[] = [];
    const hold = new AbortController();
    const whenAborted = (signal: AbortSignal): Promise<void> => new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    const first = queue.run(never, () => whenAborted(hold.signal));
    const second = queue.run(never, async () => order.push('second'));
    assert.equal(queue.waiting, 1);
    most = 2;
    const third = queue.run(never, async () => order.push('third'));
    await Promise.all([second, third]);
    assert.deepEqual(order, ['second', 'third']);
    hold.abort();
    await first;
    assert.equal(await queue.run(AbortSignal.abort(), () => Promise.resolve('ran')), null);
  });
});
