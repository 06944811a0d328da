// One check with a real program: how it ends, and where the problems that it names really are.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { WorkspaceFiles } from '../platform/workspace-files';
import { CommandRunner } from '../platform/command-runner';
import { TemporaryWorkspace } from '../platform/testing/temporary-workspace';
import type { Check } from './check';
import { plainPath } from './parse/locate-problems';
import { runCheck, tailLimits, type CheckRun } from './run-check';

const check = (argv: readonly string[], folder = '.'): Check => ({ argv, folder, covers: '', decidedBy: [], thorough: true, key: 'k', kind: 'configured', step: 'check' });
/** Prints this and fails. */
const printing = (output: string, folder = '.'): Check => check(['node', '-e', 'process.stdout.write(process.argv[1]); process.exitCode = 1', output], folder);
const quiet = { timeoutMs: 20_000, near: [], onOutput: () => undefined };

describe('running a check', () => {
  let workspace: TemporaryWorkspace;
  beforeEach(async () => {
    workspace = await TemporaryWorkspace.create({ 'src/a.ts': 'one\n  two();\nthree\n', 'pkg/src/b.ts': 'b1\nb2\n', 'pkg/deep/c.ts': 'c1\n', 'top.ts': 't1\n' });
  });
  afterEach(() => workspace.remove());

  const run = (one: Check, more: Partial<Parameters<typeof runCheck>[2]> = {}): Promise<CheckRun> =>
    runCheck({ files: workspace.files(), commands: workspace.commands() }, one, { ...quiet, signal: new AbortController().signal, ...more });
  /** `FILE:LINE text` of each. */
  const places = async (one: Check, near: readonly string[] = []): Promise<string[]> => {
    const ran = await run(one, { near });
    assert.equal(ran.result, 'failed');
    return ran.result === 'failed' ? ran.problems.map(({ file, line, text }) => `${file}:${line} ${text}`) : [];
  };
  const error = (file: string, line = 1): string => `${file}(${line},1): error TS1: no`;

  it('names files as they are shown, with the text of the line', async () => {
    assert.deepEqual(await places(printing(`${error('src/a.ts', 2)}\n${error(workspace.at('top.ts'))}\n${error('./src/../src/a.ts', 1)}`)), ['src/a.ts:2 two();', 'top.ts:1 t1', 'src/a.ts:1 one']);
  });

  it('finds what is named from the folder it ran in, from one above, or beside what was changed', async () => {
    const output = [error('src/b.ts'), error('pkg/src/b.ts', 2), error('top.ts'), error('../src/a.ts', 3)].join('\n');
    assert.deepEqual(await places(printing(output, 'pkg')), ['pkg/src/b.ts:1 b1', 'pkg/src/b.ts:2 b2', 'top.ts:1 t1', 'src/a.ts:3 three']);
    assert.deepEqual(await places(printing(error('c.ts')), ['pkg/deep']), ['pkg/deep/c.ts:1 c1']);
  });

  it('follows make into the folders it says it is in', async () => {
    await workspace.put('lib/x.c', 'int x\n');
    const output = `make[1]: Entering directory '${workspace.at('lib')}'\nx.c:1:5: error: expected ';'\nmake[1]: Leaving directory '${workspace.at('lib')}'`;
    assert.deepEqual(await places(printing(output)), ['lib/x.c:1 int x']);
  });

  it('takes addresses and the separators of Windows', async () => {
    assert.deepEqual(await places(printing(`TS1 [ERROR]: no\n    at file://${workspace.at('top.ts')}:1:1\n${error('src\\a.ts', 3)}`)), ['top.ts:1 t1', 'src/a.ts:3 three']);
    assert.deepEqual([plainPath('C:\\shop\\a.ts', 'win32'), plainPath('src\\a.ts', 'linux'), plainPath('file://%zz', 'linux')], ['C:\\shop\\a.ts', 'src/a.ts', 'file://%zz']);
  });

  it('reads nothing outside the workspace, though an output points there', async () => {
    const secret = `${workspace.outside}/secret.txt`;
    assert.deepEqual(await places(printing(`${secret}:1:1: error: no\n${error('../ws-evil/secret.txt')}\n${error('gone.ts', 7)}\n${error('src/a.ts', 900)}`)), [
      `${secret}:1 null`,
      '../ws-evil/secret.txt:1 null',
      'gone.ts:7 null',
      'src/a.ts:900 null',
    ]);
  });

  it('names the folder first where several are open', async () => {
    const roots = [{ name: 'app', path: workspace.at('src') }, { name: 'lib', path: workspace.at('pkg') }];
    const files = new WorkspaceFiles({ roots, ripgrepPath: null });
    const commands = new CommandRunner({ files, outputDirectory: workspace.outputs });
    const ran = await runCheck({ files, commands }, printing(`${error('src/b.ts')}\n${error(workspace.at('src/a.ts'))}`, 'lib'), { ...quiet, signal: new AbortController().signal });
    assert.deepEqual(ran.result === 'failed' && ran.problems.map(({ file }) => file), ['lib/src/b.ts', 'app/a.ts']);
  });

  it('reads the whole of an output that is too long to be kept at hand', async () => {
    const program = `const filler = 'x\\n'.repeat(1e5); process.stdout.write(filler.slice(0, 19e3) + ${JSON.stringify(`\n${error('src/a.ts', 2)}\n`)} + filler); process.exitCode = 1`;
    assert.deepEqual(await places(check(['node', '-e', program])), ['src/a.ts:2 two();']);
  });

  it('takes exit code 0 for a pass, whatever was printed', async () => {
    const { durationMs, ...rest } = await run(check(['node', '-e', `console.log(${JSON.stringify(error('src/a.ts'))})`]));
    assert.ok(durationMs > 0);
    assert.deepEqual(rest, { result: 'passed', exitCode: 0, fullOutput: null });
  });

  it('gives the end of an output that names no place, without the words of npm', async () => {
    const ran = await run(printing(`${'line\n'.repeat(1000)}it went wrong\nnpm error code 1\n`));
    assert.equal(ran.result, 'unread');
    if (ran.result === 'unread') {
      assert.match(ran.tail, /line\nit went wrong$/);
      assert.equal(ran.tail.split('\n').length, tailLimits.lines);
    }
    const silent = await run(check(['sh', '-c', 'kill -SEGV $$']));
    assert.equal(silent.result === 'unread' && silent.tail, 'It printed nothing and was ended by SIGSEGV.');
    const wide = await run(printing(`${'é'.repeat(50_000)}\n`));
    assert.ok(wide.result === 'unread' && wide.tail.length <= tailLimits.bytes);
  });

  it('tells a check that does not work from code that does not', async () => {
    const reasons = async (one: Check): Promise<string | null> => {
      const ran = await run(one);
      return ran.result === 'broken' ? ran.reason.message : null;
    };
    assert.deepEqual(
      [await reasons(check(['no-such-program'])), await reasons(check(['sh', '-c', 'no-such-tool --all'])), await reasons(printing("'tsc' is not recognized as an internal or external command,")), await reasons(check(['node'], '../ws-evil'))],
      ['There is no program "no-such-program" on this machine\'s PATH.', 'The check calls "no-such-tool", which is not installed here.', 'The check calls "tsc", which is not installed here.', '"../ws-evil" is outside the workspace, so it was not touched.'],
    );
  });

  it('says of a timeout and of a stop nothing but that', async () => {
    const endless = check(['node', '-e', `console.log(${JSON.stringify(error('src/a.ts'))}); setTimeout(() => {}, 60000)`]);
    const late = await run(endless, { timeoutMs: 400 });
    assert.deepEqual([late.result, late.exitCode, 'problems' in late], ['timed_out', null, false]);
    const stop = new AbortController();
    const stopped = await run(endless, { signal: stop.signal, onOutput: () => stop.abort() });
    assert.deepEqual([stopped.result, 'problems' in stopped], ['stopped', false]);
    assert.equal((await run(endless, { signal: stop.signal })).result, 'stopped');
  });

  it('does not run what became another while it waited', async () => {
    await workspace.put('check.js', '');
    class Slow extends CommandRunner {
      override async binding(...command: Parameters<CommandRunner['binding']>): ReturnType<CommandRunner['binding']> {
        const bound = await super.binding(...command);
        await workspace.put('check.js', "require('node:fs').writeFileSync('marker', '')");
        return bound;
      }
    }
    const commands = new Slow({ files: workspace.files(), outputDirectory: workspace.outputs });
    const ran = await runCheck({ files: workspace.files(), commands }, check(['node', 'check.js']), { ...quiet, signal: new AbortController().signal });
    assert.deepEqual([ran.result, existsSync(workspace.at('marker'))], ['broken', false]);
  });
});
