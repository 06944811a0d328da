// diagnostics: what the editor says, bounded, sorted, and nothing of files outside the workspace.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { EditorProblem, FileProblems } from './editor';
import { ToolBench } from './testing/tool-bench';

const problem = (line: number, message: string, more: Partial<EditorProblem> = {}): EditorProblem => ({
  severity: 'error', line, column: 1, message, source: 'ts', code: '2304', ...more,
});

describe('diagnostics', function () {
  this.timeout(20_000);
  let bench: ToolBench;
  beforeEach(async () => {
    bench = await ToolBench.create({ 'src/a.ts': 'x\n', 'src/b.ts': 'y\n', 'c.ts': 'z\n' });
  });
  afterEach(() => bench.remove());

  /** An editor that knows these problems; `asked` collects what it was asked for. */
  const useEditor = (problems: Readonly<Record<string, readonly EditorProblem[]>>, asked: (string | null)[] = [], unsaved = false): void => {
    const all = Object.entries(problems).map(([path, some]): FileProblems => ({ path, unsaved, problems: some }));
    bench.context = {
      ...bench.context,
      editor: {
        diagnostics: (path) => {
          asked.push(path);
          return Promise.resolve(all.filter((file) => path === null || file.path === path || file.path.startsWith(`${path}/`)));
        },
      },
    };
  };

  it('says what to use instead where there is no editor', async () => {
    assert.deepEqual(await bench.refusal('diagnostics', {}), {
      code: 'unavailable',
      text: "There is no editor here that could tell its problems. Run the project's own check with run_command: its type check, linter or build.",
    });
  });

  it('lists errors before warnings, files with errors first, and nothing less', async () => {
    const { workspace } = bench;
    useEditor({
      [workspace.at('c.ts')]: [problem(9, 'unused', { severity: 'warning', source: 'eslint', code: '' }), problem(1, 'a hint', { severity: 'hint' })],
      [workspace.at('src/b.ts')]: [problem(7, 'later'), problem(2, 'first\n  of two lines', { column: 5 }), problem(1, 'only a warning', { severity: 'warning', source: '', code: '' })],
      [workspace.at('src/a.ts')]: [problem(3, 'in a')],
    });
    assert.deepEqual(await bench.call('diagnostics', {}), {
      text: [
        'src/a.ts', '3:1\terror\tin a [ts 2304]', 'src/b.ts', '2:5\terror\tfirst of two lines [ts 2304]', '7:1\terror\tlater [ts 2304]', '1:1\twarning\tonly a warning', 'c.ts',
        '9:1\twarning\tunused [eslint]', '[3 errors, 2 warnings in 3 files]',
      ].join('\n'),
      is_error: false,
      summary: '3 errors, 2 warnings',
    });
    assert.equal((await bench.call('diagnostics', { errors_only: true })).text.split('\n').at(-1), '[3 errors in 2 files]');
  });

  it('asks for one file or folder, by its real path, and says when there is nothing', async () => {
    const asked: (string | null)[] = [];
    useEditor({ [bench.workspace.at('src/a.ts')]: [problem(3, 'in a')] }, asked);
    assert.equal((await bench.call('diagnostics', { path: 'src' })).summary, '1 error, 0 warnings');
    assert.equal((await bench.call('diagnostics', { path: 'c.ts' })).text, 'The editor shows no errors or warnings in c.ts.');
    assert.equal((await bench.call('diagnostics', { path: 'c.ts', errors_only: true })).text, 'The editor shows no errors in c.ts.');
    assert.equal((await bench.refusal('diagnostics', { path: 'gone.ts' })).code, 'not_found');
    assert.deepEqual(asked, [bench.workspace.at('src'), bench.workspace.at('c.ts'), bench.workspace.at('c.ts')]);
  });

  it('doubts that a file in no tab has none', async () => {
    const { workspace } = bench;
    bench.context = { ...bench.context, editor: { diagnostics: (path) => Promise.resolve([{ path: path ?? '', unsaved: false, open: path === workspace.at('c.ts'), problems: [] }]) } };
    assert.equal((await bench.call('diagnostics', { path: 'c.ts' })).text, 'The editor shows no errors or warnings in c.ts.');
    assert.equal(
      (await bench.call('diagnostics', { path: 'src/a.ts' })).text,
      'The editor shows no errors or warnings in src/a.ts. It is in no tab, and many languages look at open files only: a check run as a command is sure.',
    );
  });

  it('leaves out files outside the workspace and says which have changes that are not saved', async () => {
    const { workspace } = bench;
    useEditor({ [join(workspace.outside, 'secret.txt')]: [problem(1, 'canary')], '/etc/passwd': [problem(1, 'canary')], [workspace.at('c.ts')]: [problem(1, 'here')] }, [], true);
    assert.deepEqual((await bench.call('diagnostics', {})).text, 'c.ts (with changes that are not saved)\n1:1\terror\there [ts 2304]\n[1 error, 0 warnings in 1 file]');
  });

  it('bounds the number, and each message, and says how to see others', async () => {
    const { workspace } = bench;
    const many = (count: number): EditorProblem[] => Array.from({ length: count }, (_, index) => problem(index + 1, 'm'.repeat(1000)));
    for (let index = 0; index < 8; index++) await workspace.put(`m${index}.ts`, '');
    useEditor(Object.fromEntries(Array.from({ length: 8 }, (_, index) => [workspace.at(`m${index}.ts`), many(30)])));
    const lines = (await bench.call('diagnostics', {})).text.split('\n');
    assert.deepEqual(
      [lines.filter((line) => /^\d+:1\terror/.test(line)).length, lines[21], lines.at(-2), lines.at(-1)],
      [100, '[10 more in m0.ts]', '[the rest is not shown; give a path, or errors_only]', '[240 errors, 0 warnings in 8 files]'],
    );
    assert.ok(lines.every((line) => line.length < 450));
    const one = (await bench.call('diagnostics', { path: 'm3.ts' })).text.split('\n');
    assert.deepEqual([one.length, one.at(-1)], [32, '[30 errors, 0 warnings in 1 file]']);
  });

  it('ends as data when stopped', async () => {
    useEditor({ [bench.workspace.at('c.ts')]: [problem(1, 'x')] });
    bench.context = { ...bench.context, signal: AbortSignal.abort() };
    assert.equal((await bench.refusal('diagnostics', {})).code, 'stopped');
  });
});
