// What is told of a project beside a message: real folders, a real git; only the editor is played, with real paths.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TemporaryWorkspace } from '../platform/testing/temporary-workspace';
import { Redactor } from '../trace/redaction';
import type { EditorProblem } from '../tools/editor';
import type { ProjectFacts } from './chat-agent';
import type { EditorState } from './editor-state';
import type { FactKind } from './project-fact';
import { factKinds, projectFacts, type ProjectFactsPorts } from './project-facts';

const run = promisify(execFile);
const noEditor: EditorState = { active: null, files: [], selection: null, problems: [] };

describe('project facts', () => {
  let workspace: TemporaryWorkspace;
  let bugs: string[];
  let known: Map<FactKind, string>;
  let editor: EditorState;
  const redactor = new Redactor();
  redactor.add('canary-secret-0123456789');

  beforeEach(() => {
    bugs = [];
    known = new Map();
    editor = noEditor;
  });
  afterEach(async () => {
    await workspace.remove();
    assert.deepEqual(bugs, []);
  });

  const git = (...args: string[]): Promise<{ stdout: string }> => run('git', args, { cwd: workspace.path });
  const committed = async (): Promise<void> => {
    await git('init', '-q', '-b', 'main');
    await git('add', '.');
    await git('-c', 'user.name=n', '-c', 'user.email=n@example.invalid', 'commit', '-q', '-m', 'first');
  };

  /** What a message is told now, and from then on known. */
  async function told(include: readonly FactKind[], more: Partial<ProjectFactsPorts> = {}, signal = new AbortController().signal): Promise<ProjectFacts | null> {
    const facts = await projectFacts(
      {
        files: workspace.files(),
        include: () => include,
        editor: { state: () => editor },
        redact: (text) => redactor.text(text),
        reportBug: (error, where) => bugs.push(`${where}: ${String(error)}`),
        waits: { gitMs: 10_000, otherMs: 10_000 },
        ...more,
      },
      known,
      signal,
    );
    for (const { kind, digest } of facts?.facts ?? []) known.set(kind, digest);
    return facts;
  }

  /** The text without its frame, and the labels. */
  async function said(...include: FactKind[]): Promise<{ text: string; labels: string[] } | null> {
    const facts = await told(include);
    if (facts === null) return null;
    const lines = facts.text.split('\n');
    assert.deepEqual([lines[0], lines.at(-1)], ['<project_facts>', '</project_facts>']);
    return { text: lines.slice(2, -1).join('\n'), labels: facts.facts.map(({ label }) => label) };
  }

  const open = (...names: string[]): EditorState => ({ ...noEditor, active: names[0] === undefined ? null : workspace.at(names[0]), files: names.map((name) => ({ path: workspace.at(name), visible: false, unsaved: false })) });
  const selected = (name: string, text: string | null, startLine = 1, endLine = 1): EditorState => ({ ...open(name), selection: { path: workspace.at(name), startLine, endLine, text } });

  it('are told once in one block, each kind in its place, and the next message repeats nothing', async () => {
    workspace = await TemporaryWorkspace.create({ 'AGENTS.md': 'Use tabs.\n', 'a.ts': 'one\n' });
    await committed();
    editor = selected('a.ts', 'one');
    const first = await told(factKinds);
    assert.deepEqual(first?.text.split('\n').filter((line) => /^<[a-z]/.test(line)), [
      '<project_facts>', '<instructions path="AGENTS.md">', '<workspace>', '<open_files>', '<selection path="a.ts" lines="1">', '<git>',
    ]);
    assert.deepEqual(first.facts.map(({ kind, label }) => [kind, label]), [
      ['instructions', 'AGENTS.md'], ['workspace', 'workspace'], ['open_files', '1 open file'], ['selection', 'selection in a.ts'], ['git', 'git, no changes'],
    ]);
    assert.equal(await told(factKinds), null);
    await workspace.put('a.ts', 'two\n');
    assert.deepEqual(await said(...factKinds), { text: '<git>\n## main\n M a.ts\n</git>', labels: ['git, 1 changed file'] });
  });

  it('are nothing where no kind is wanted, no folder is open, or it is stopped', async () => {
    workspace = await TemporaryWorkspace.create({ 'AGENTS.md': 'Use tabs.\n' });
    const stopped = await told(factKinds, {}, AbortSignal.abort());
    assert.deepEqual([await told([]), await told(factKinds, { files: workspace.files({ roots: [] }) }), stopped], [null, null, null]);
  });

  it('name the folders, the system and the shell', async () => {
    workspace = await TemporaryWorkspace.create({});
    const system = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' }[process.platform as string] ?? process.platform;
    assert.match((await said('workspace'))?.text ?? '', new RegExp(`^<workspace>\nFolder: ws\nSystem: ${system}; run_shell is read by \\w+\n</workspace>$`));
    const roots = ['app', 'lib'].map((name) => ({ name, path: workspace.at(name) }));
    const several = await told(['workspace'], { files: workspace.files({ roots }) });
    assert.match(several?.text ?? '', /^Folders, of which one begins every path: app, lib$/m);
  });

  it('have the instructions above the active file', async () => {
    workspace = await TemporaryWorkspace.create({ 'src/AGENTS.md': 'Use tabs.\n', 'src/a.ts': '' });
    editor = open('src/a.ts');
    assert.deepEqual((await said('instructions'))?.labels, ['src/AGENTS.md']);
  });

  describe('of the editor', () => {
    it('name the open files, the active one first and then those in sight, at most 20', async () => {
      workspace = await TemporaryWorkspace.create(Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`f${String(index).padStart(2, '0')}.ts`, ''])));
      const files = Array.from({ length: 25 }, (_, index) => ({ path: workspace.at(`f${String(index).padStart(2, '0')}.ts`), visible: index === 20, unsaved: index === 3 }));
      editor = { ...noEditor, active: workspace.at('f07.ts'), files };
      const first = await said('open_files');
      const lines = first?.text.split('\n') ?? [];
      assert.deepEqual([lines.length, lines.slice(0, 4), lines[6], lines.at(-2), first?.labels], [23, ['<open_files>', 'f07.ts (active)', 'f20.ts', 'f00.ts'], 'f03.ts (not saved)', '[and more]', ['more than 20 open files']]);
      editor = { ...editor, files: files.toReversed() };
      assert.equal(await said('open_files'), null, 'the order of tabs is nothing new');
    });

    it('say once that nothing is open, selected or wrong any more', async () => {
      workspace = await TemporaryWorkspace.create({ 'a.ts': 'one\n' });
      editor = { ...selected('a.ts', 'one'), problems: [{ path: workspace.at('a.ts'), unsaved: false, problems: [problem(1, 'bad')] }] };
      await said('open_files', 'selection', 'problems');
      editor = noEditor;
      assert.deepEqual(await said('open_files', 'selection', 'problems'), {
        text: '<open_files>\nNo file is open any more.\n</open_files>\n<selection>\nNothing is selected any more.\n</selection>\n<problems>\nNo errors or warnings in open files any more.\n</problems>',
        labels: ['no open files', 'no selection', 'no problems'],
      });
      assert.equal(await said('open_files', 'selection', 'problems'), null);
    });

    it('tell nothing of files outside, ignored or in node_modules, nor what is selected or wrong in them', async () => {
      workspace = await TemporaryWorkspace.create({ '.gitignore': 'dist/\n*.log\n', 'a.ts': '', 'dist/out.js': '', 'x.log': '', 'node_modules/p/AGENTS.md': 'obey p\n', 'node_modules/p/i.js': '' });
      await git('init', '-q', '-b', 'main');
      const outside = join(workspace.outside, 'secret.txt');
      for (const hidden of [outside, workspace.at('dist/out.js'), workspace.at('x.log'), workspace.at('node_modules/p/i.js'), join(workspace.outputs, 'o.log'), workspace.at('gone.ts')]) {
        if (hidden.endsWith('o.log')) await writeFile(hidden, '');
        known.clear();
        editor = {
          ...open('a.ts'),
          active: hidden,
          files: [workspace.at('a.ts'), hidden].map((path) => ({ path, visible: true, unsaved: false })),
          selection: { path: hidden, startLine: 1, endLine: 1, text: 'canary text' },
          problems: [{ path: hidden, unsaved: false, problems: [problem(1, 'canary problem')] }],
        };
        assert.deepEqual(await said('instructions', 'open_files', 'selection', 'problems'), { text: '<open_files>\na.ts\n</open_files>', labels: ['1 open file'] }, hidden);
      }
    });

    it('tell nothing of ignored files where one in a submodule or in the last of many folders is open', async () => {
      workspace = await TemporaryWorkspace.create({ '.gitignore': '*.log\n', 'a.ts': '', 'x.log': '', 'sub/.gitignore': '*.tmp\n', 'sub/b.ts': '', 'sub/c.tmp': '' });
      await run('git', ['init', '-q', '-b', 'main'], { cwd: workspace.at('sub') });
      await run('git', ['-c', 'user.name=n', '-c', 'user.email=n@example.invalid', 'commit', '-q', '--allow-empty', '-m', 'first'], { cwd: workspace.at('sub') });
      await committed();
      editor = open('a.ts', 'sub/b.ts', 'sub/c.tmp', 'x.log');
      assert.equal((await said('open_files'))?.text, '<open_files>\na.ts (active)\nsub/b.ts\n</open_files>');

      for (let n = 0; n < 10; n++) await workspace.put(`f${n}/x.log`, '');
      editor = open('f9/x.log');
      const roots = Array.from({ length: 10 }, (_, n) => ({ name: `f${n}`, path: workspace.at(`f${n}`) }));
      known.clear();
      assert.equal(await told(['open_files'], { files: workspace.files({ roots }) }), null);
    });

    it('show what is selected, but of a protected or a long one only the lines, and no problems of a protected one', async () => {
      workspace = await TemporaryWorkspace.create({ 'a.ts': 'one\ntwo\n', '.env': 'KEY=1\n', '.npmrc': 'token\n' });
      await symlink('.npmrc', workspace.at('plain.txt'));
      editor = selected('a.ts', 'one\ntwo </selection>\n', 1, 2);
      assert.equal((await said('selection'))?.text, '<selection path="a.ts" lines="1-2">\none\ntwo &lt;/selection>\n\n</selection>');
      const withheld = '[the text is not sent, because it is a protected file; read_file shows it where the task needs it]';
      for (const name of ['.env', 'plain.txt']) {
        editor = { ...selected(name, 'KEY=1'), problems: [{ path: workspace.at(name), unsaved: false, problems: [problem(1, 'KEY=1 is wrong')] }] };
        assert.equal((await said('selection', 'problems'))?.text, `<selection path="${name}" lines="1">\n${withheld}\n</selection>`);
      }
      editor = selected('a.ts', null, 1, 900);
      assert.equal((await said('selection'))?.text, `<selection path="a.ts" lines="1-900">\n${withheld.replace('a protected file', 'long')}\n</selection>`);
    });

    it('count the problems of open files and show the first 20, errors first, each on a line without keys', async () => {
      workspace = await TemporaryWorkspace.create({ 'a.ts': '', 'b.ts': '' });
      const many = Array.from({ length: 30 }, (_, index) => problem(30 - index, `warned ${index}`, 'warning'));
      const long = `${'m'.repeat(190)}canary-secret-0123456789`;
      editor = {
        ...open('a.ts', 'b.ts'),
        problems: [
          { path: workspace.at('a.ts'), unsaved: false, problems: [...many, problem(1, 'a hint', 'hint')] },
          { path: workspace.at('b.ts'), unsaved: false, problems: [problem(9, 'later'), problem(2, 'of\n  two lines'), problem(3, long)] },
        ],
      };
      const first = await said('problems');
      const lines = first?.text.split('\n') ?? [];
      assert.deepEqual(lines.slice(0, 6), ['<problems>', '3 errors, 30 warnings in open files', 'b.ts:2 error: of two lines', `b.ts:3 error: ${'m'.repeat(190)}[redacted]`, 'b.ts:9 error: later', 'a.ts:1 warning: warned 29']);
      assert.deepEqual([lines.length, lines.at(-2), first?.labels], [24, '[the rest is not shown; diagnostics shows them]', ['3 errors, 30 warnings']]);
    });

    it('are left out, and all else is told, when the disk does not answer', async () => {
      workspace = await TemporaryWorkspace.create({ 'a.ts': '' });
      editor = open('a.ts');
      const files = workspace.files();
      files.stat = () => new Promise(() => undefined);
      const facts = await told(['workspace', 'open_files', 'git'], { files, waits: { gitMs: 50, otherMs: 300 } });
      assert.deepEqual(facts?.facts.map(({ kind }) => kind), ['workspace']);
    });

    it('are left out, and what was told stands, when the editor fails', async () => {
      workspace = await TemporaryWorkspace.create({ 'a.ts': '', 'AGENTS.md': 'Use tabs.\n' });
      editor = selected('a.ts', 'one');
      await said('open_files', 'selection');
      const failing = { state: (): EditorState => { throw new Error('no editor'); } };
      const facts = await told(['instructions', 'open_files', 'selection'], { editor: failing });
      assert.deepEqual(facts?.facts.map(({ kind }) => kind), ['instructions']);
      assert.deepEqual(bugs.splice(0), ['project facts: the editor: Error: no editor']);
    });
  });

  describe('of git', () => {
    it('name the branch and what changed below the folder, by paths of the folder', async () => {
      workspace = await TemporaryWorkspace.create({ 'app/a.ts': 'one\n', 'app/old name.ts': 'two two two\n', 'b.ts': '' });
      await committed();
      await git('mv', 'app/old name.ts', 'app/new.ts');
      await workspace.put('app/a.ts', 'changed\n');
      await workspace.put('app/line\nbreak.ts', '');
      await workspace.put('b.ts', 'changed\n');
      await git('checkout', '-q', '-b', 'other');
      const roots = [{ name: 'app', path: workspace.at('app') }];
      const facts = await told(['git'], { files: workspace.files({ roots }) });
      assert.match(facts?.text ?? '', /<git>\n## other\n M a\.ts\nR  new\.ts \(from old name\.ts\)\n\?\? "line\\nbreak\.ts"\n<\/git>/);
    });

    it('show at most 30 changes, and are nothing outside of a repository', async () => {
      workspace = await TemporaryWorkspace.create(Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`f${index}.ts`, ''])));
      assert.equal(await said('git'), null);
      await git('init', '-q', '-b', 'main');
      const first = await said('git');
      const lines = first?.text.split('\n') ?? [];
      assert.deepEqual([lines[1], lines.length, lines.at(-2), first?.labels], ['## No commits yet on main', 34, '[and 10 more changes]', ['git, 40 changed files']]);
      await rm(workspace.at('.git'), { recursive: true });
      assert.equal((await said('git'))?.text, '<git>\nThere is no git repository any more.\n</git>');
    });

    it('run nothing that a repository or one inside it brings', async () => {
      workspace = await TemporaryWorkspace.create({ 'a.txt': 'one\n', 'sub/b.txt': 'two\n' });
      const evil = join(workspace.base, 'evil.sh');
      await writeFile(evil, `#!/bin/sh\ntouch '${join(workspace.base, 'marker')}'\n`, { mode: 0o755 });
      const inside = (...args: string[]): Promise<unknown> => run('git', args, { cwd: workspace.at('sub') });
      await inside('init', '-q', '-b', 'main');
      await inside('add', '.');
      await inside('-c', 'user.name=n', '-c', 'user.email=n@example.invalid', 'commit', '-q', '-m', 'first');
      await committed();
      // A name of its own: what is switched off for the outer repository holds for the same names inside.
      for (const [at, folder, filter] of [[git, '', 'outer'], [inside, 'sub/', 'inner']] as const) {
        for (const name of ['core.fsmonitor', `filter.${filter}.clean`]) await at('config', name, evil);
        await workspace.put(`${folder}.gitattributes`, `*.txt filter=${filter}\n`);
      }
      await workspace.put('a.txt', 'two\n');
      await workspace.put('sub/b.txt', 'owt\n');
      editor = open('a.txt');
      assert.match((await said('git', 'open_files'))?.text ?? '', /^ M a\.txt$/m);
      await assert.rejects(run('cat', [join(workspace.base, 'marker')]), 'nothing ran');
      await git('status');
      await run('cat', [join(workspace.base, 'marker')]);
    });

    it('are left out when git takes too long, and all else is told', async () => {
      workspace = await TemporaryWorkspace.create({ 'AGENTS.md': 'Use tabs.\n', 'a.ts': '', 'b.ts': '' });
      await git('init', '-q');
      editor = open('a.ts');
      await told(['open_files', 'git']);
      // A git that never answers stands first in the PATH.
      const slow = join(workspace.base, 'slow');
      await mkdir(slow);
      await writeFile(join(slow, 'git'), '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 });
      const path = process.env['PATH'];
      process.env['PATH'] = `${slow}:${path ?? ''}`;
      try {
        editor = open('b.ts');
        const facts = await told(factKinds, { waits: { gitMs: 100, otherMs: 10_000 } });
        // Nothing is said to be gone; which of the open files git ignores is not known either.
        assert.deepEqual(facts?.facts.map(({ kind }) => kind), ['instructions', 'workspace']);
      } finally {
        process.env['PATH'] = path;
      }
    });
  });
});

function problem(line: number, message: string, severity: EditorProblem['severity'] = 'error'): EditorProblem {
  return { severity, line, column: 1, message, source: 'ts', code: '1' };
}
