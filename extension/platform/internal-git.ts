// Runs git for BooCode's own purposes, in repositories that nobody vouches for: nothing that a repository configures
// is run by it. No hooks, no file system monitor, no filters or diff programs, no transport, no question. What cannot
// be switched off makes git fail instead of running it.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { commandEnvironment } from './command-environment';
import { findExecutable } from './find-executable';
import { refuse, type Outcome } from './outcome';

export type GitErrorCode = 'no_git' | 'unsafe_repository' | 'too_much_output' | 'timed_out' | 'stopped' | 'not_started';

export type GitAnswer = { exitCode: number; stdout: Buffer; stderr: string };

export type GitCall = {
  /** Where the repository is looked for. */
  cwd: string;
  signal: AbortSignal;
  input?: string | Buffer;
  timeoutMs?: number;
  maxBytes?: number;
};

const defaults = { timeoutMs: 30_000, maxBytes: 32 * 1024 * 1024 };

/** For every repository. Signatures are checked and made by programs too. */
const settings: readonly (readonly [name: string, value: string])[] = [
  ['core.hooksPath', process.platform === 'win32' ? 'NUL' : '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.alternateRefsCommand', ''],
  ['diff.external', ''],
  ['commit.gpgSign', 'false'],
  ['tag.gpgSign', 'false'],
  ['log.showSignature', 'false'],
  ['submodule.recurse', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  // A folder that looks like a repository, with its own configuration, is none.
  ['safe.bareRepository', 'explicit'],
];

/** Settings under a name of the repository's own choice that hold a program, or make one needed. */
const ownPrograms: readonly (readonly [name: RegExp, value: string])[] = [
  [/^filter\..*\.(?:clean|smudge|process)$/is, ''],
  [/^filter\..*\.required$/is, 'false'],
  [/^diff\..*\.(?:textconv|command)$/is, ''],
  [/^merge\..*\.driver$/is, ''],
  [/^trailer\..*\.(?:command|cmd)$/is, ''],
  [/^submodule\..*\.update$/is, 'none'],
  [/^gpg(?:\..*)?\.program$/is, ''],
];

/** These show differences, and take these options; with the programs emptied above they would only fail. */
const showsDifferences = new Set(['diff', 'log', 'show', 'diff-tree', 'diff-index', 'diff-files', 'whatchanged', 'format-patch']);

/** `args` begin with the subcommand. An exit code other than 0 is an answer. */
export async function internalGit(args: readonly string[], call: GitCall): Promise<Outcome<GitAnswer, GitErrorCode>> {
  const env = {
    ...commandEnvironment(process.env, {}, randomUUID()),
    GIT_SEQUENCE_EDITOR: 'true',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_ALLOW_PROTOCOL: 'none',
    LC_ALL: 'C.UTF-8',
  };
  const program = await findExecutable('git', call.cwd, env);
  if (program === null) return refuse('no_git', 'git is not installed here.', 'Go on without it.');
  const fixed = ['--no-pager', ...asOptions(settings)];
  const listed = await run(program, [...fixed, 'config', '--list', '--show-scope', '-z'], env, call);
  if (!listed.ok) return listed;
  const own = ownSettings(listed.value);
  if (own === null) return refuse('unsafe_repository', 'The configuration of this git repository cannot be made harmless, so git was not run in it.', 'Go on without git, and tell the user.');
  const [subcommand = '', ...rest] = args;
  const plain = showsDifferences.has(subcommand) ? ['--no-ext-diff', '--no-textconv'] : [];
  return run(program, [...fixed, ...asOptions(own), subcommand, ...plain, ...rest], env, call);
}

function asOptions(pairs: readonly (readonly [name: string, value: string])[]): string[] {
  return pairs.flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** What switches off the programs that the repository's own files name; those of the user and the system stay. Null when that cannot be said. */
function ownSettings({ exitCode, stdout }: GitAnswer): (readonly [name: string, value: string])[] | null {
  if (exitCode !== 0) return null;
  const fields = stdout.toString('utf8').split('\0');
  const found = new Map<string, string>();
  // Scope and setting in turns; the name of a setting ends at the first line break.
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [scope, setting = ''] = [fields[index], fields[index + 1]];
    const name = setting.split('\n', 1)[0] ?? '';
    if (scope !== 'local' && scope !== 'worktree') continue;
    const program = ownPrograms.find(([pattern]) => pattern.test(name));
    if (program === undefined) continue;
    // -c takes the name up to the first equals sign.
    if (name.includes('=')) return null;
    found.set(name, program[1]);
  }
  return [...found];
}

function run(program: string, args: readonly string[], env: Record<string, string>, call: GitCall): Promise<Outcome<GitAnswer, GitErrorCode>> {
  const { cwd, signal, input = '', timeoutMs = defaults.timeoutMs, maxBytes = defaults.maxBytes } = call;
  return new Promise((resolve) => {
    const child = execFile(
      program,
      args,
      { cwd, env, signal, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: maxBytes, encoding: 'buffer', windowsHide: true },
      (error, stdout, stderr) => {
        const answer = (exitCode: number): void => resolve({ ok: true, value: { exitCode, stdout, stderr: stderr.toString('utf8') } });
        if (error === null) return answer(0);
        if (signal.aborted) return resolve(refuse('stopped', 'It was stopped.', 'Wait for the user.'));
        if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return resolve(refuse('too_much_output', 'git answered with more than can be used.', 'Ask for less.'));
        if (typeof error.code === 'number') return answer(error.code);
        if (error.killed === true) return resolve(refuse('timed_out', `git did not answer within ${timeoutMs / 1000} s.`, 'Go on without it.'));
        resolve(refuse('not_started', `git could not be run (${error.code ?? error.signal ?? 'no reason given'}).`, 'Go on without it.'));
      },
    );
    child.stdin?.on('error', () => undefined); // it did not want all of the input
    child.stdin?.end(input);
  });
}
