// Row 18 of the fault list: a repository whose every setting that names a program names one that leaves a mark.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { internalGit, type GitAnswer } from './internal-git';
import { TemporaryWorkspace } from './testing/temporary-workspace';

const run = promisify(execFile);
const signal = new AbortController().signal;

describe('internal git', function () {
  this.timeout(30_000);
  let workspace: TemporaryWorkspace;
  beforeEach(async () => {
    workspace = await TemporaryWorkspace.create({ 'a.txt': 'one\n' });
    await plain('init', '-q', '-b', 'main');
    for (const [name, value] of [['user.name', 'n'], ['user.email', 'n@example.invalid']] as const) await plain('config', name, value);
    await plain('add', '.');
    await plain('commit', '-q', '-m', 'first');
  });
  afterEach(() => workspace.remove());

  const plain = (...args: string[]): Promise<{ stdout: string }> => run('git', args, { cwd: workspace.path });
  const git = async (args: string[], input = ''): Promise<GitAnswer> => {
    const answer = await internalGit(args, { cwd: workspace.path, signal, input });
    assert.ok(answer.ok, JSON.stringify(answer));
    return answer.value;
  };
  const marks = async (): Promise<string> => readFile(join(workspace.base, 'marker'), 'utf8').catch(() => '');

  async function poison(): Promise<void> {
    const program = async (name: string): Promise<string> => {
      const path = join(workspace.base, `${name}.sh`);
      await writeFile(path, `#!/bin/sh\necho ${name} >> '${join(workspace.base, 'marker')}'\nexit 0\n`, { mode: 0o755 });
      return path;
    };
    for (const hook of ['pre-commit', 'commit-msg', 'prepare-commit-msg', 'post-commit', 'post-checkout', 'post-index-change', 'reference-transaction', 'pre-auto-gc']) {
      await writeFile(workspace.at(`.git/hooks/${hook}`), await readFile(await program(hook)), { mode: 0o755 });
    }
    const settings = [
      'core.fsmonitor', 'core.pager', 'core.editor', 'core.sshCommand', 'core.askPass', 'core.alternateRefsCommand', 'sequence.editor', 'gpg.program', 'diff.external', 'pager.status',
      'filter.evil.clean', 'filter.evil.smudge', 'filter.other.process', 'diff.evil.textconv', 'diff.evil.command', 'merge.evil.driver', 'credential.helper', 'uploadpack.packObjectsHook',
    ];
    for (const name of settings) await plain('config', name, await program(name));
    for (const name of ['commit.gpgSign', 'tag.gpgSign', 'log.showSignature', 'filter.evil.required']) await plain('config', name, 'true');
    await plain('config', 'protocol.file.allow', 'always');
    await workspace.put('.gitattributes', '*.txt filter=evil diff=evil merge=evil\n*.c filter=other\n');
    await workspace.put('a.txt', 'two\n');
    await workspace.put('b.c', 'three\n');
    await rm(join(workspace.base, 'marker'), { force: true });
  }

  it('runs nothing that a repository brings, whatever it is asked for', async () => {
    await poison();
    await plain('status');
    assert.match(await marks(), /core\.fsmonitor/, 'the payload works');
    await rm(join(workspace.base, 'marker'));
    const codes: Record<string, number> = {};
    const calls = [
      ['status', '--porcelain'], ['diff'], ['diff', 'HEAD'], ['add', '.'], ['commit', '-q', '-m', 'second'], ['log', '-p'], ['show', 'HEAD'], ['stash', 'list'], ['ls-files'],
      ['checkout', '-q', 'HEAD~1', '--', 'a.txt'], ['checkout', '-q', '-b', 'other'], ['write-tree'], ['gc', '--quiet'], ['ls-remote', '.'], ['fetch', '-q', '.'], ['commit', '-q', '--amend'],
    ];
    for (const call of calls) codes[call.join(' ')] = (await git(call)).exitCode;
    assert.equal(await marks(), '');
    const failed = Object.entries(codes).filter(([, code]) => code !== 0).map(([call]) => call);
    assert.deepEqual(failed, ['ls-remote .', 'fetch -q .'], 'it speaks to no other repository, and does everything else');
  });

  it('answers with exit code and output, and takes input', async () => {
    const hash = await git(['hash-object', '--stdin'], 'one\n');
    assert.deepEqual({ ...hash, stdout: hash.stdout.toString() }, { exitCode: 0, stdout: '5626abf0f72e58d7a153368ba57db4c673c0e171\n', stderr: '' });
    const missing = await git(['rev-parse', '--verify', '-q', 'nothing']);
    assert.deepEqual([missing.exitCode, missing.stdout.toString()], [1, '']);
  });

  it('shows a difference although the repository names programs to show it', async () => {
    await poison();
    const { stdout } = await git(['diff', '--', 'a.txt']);
    assert.match(stdout.toString(), /^-one\n\+two$/m);
    assert.equal(await marks(), '');
  });

  it('does not take a folder that only looks like a repository for one', async () => {
    await mkdir(workspace.at('bare'));
    await run('git', ['init', '-q', '--bare', workspace.at('bare')]);
    const answer = await internalGit(['rev-parse', '--git-dir'], { cwd: workspace.at('bare'), signal });
    assert.ok(answer.ok);
    assert.notEqual(answer.value.exitCode, 0);
    assert.match(answer.value.stderr, /cannot use bare repository/);
  });

  it('refuses a repository whose settings it cannot switch off', async () => {
    await writeFile(workspace.at('.git/config'), '[filter "a=b"]\n\tclean = evil\n', { flag: 'a' });
    const answer = await internalGit(['status'], { cwd: workspace.path, signal });
    assert.equal(answer.ok ? 'ran' : answer.error.code, 'unsafe_repository');
  });

  it('says so when it is stopped, takes too long or says too much', async () => {
    // Reading a pipe that nobody writes to never ends.
    await run('mkfifo', [workspace.at('pipe')]);
    const code = async (args: string[], more: { signal?: AbortSignal; timeoutMs?: number; maxBytes?: number }): Promise<string> => {
      const answer = await internalGit(args, { cwd: workspace.path, signal, ...more });
      return answer.ok ? 'ran' : answer.error.code;
    };
    assert.deepEqual(
      [await code(['log', '-p'], { signal: AbortSignal.abort() }), await code(['hash-object', 'pipe'], { timeoutMs: 50 }), await code(['log', '-p'], { maxBytes: 10 })],
      ['stopped', 'timed_out', 'too_much_output'],
    );
  });
});
