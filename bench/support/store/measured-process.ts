// A process that is measured, seen from the benchmark: plain Node and one bundle, so that nothing of the benchmark
// itself (tsx above all) is in its memory or its event loop.
import { build } from 'esbuild';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { repositoryRoot } from '../../../test/support/repository-root';
import type { Answer, Commands, Request } from './commands';

export type Program = 'store-process' | 'sqlite-process';

const folder = join(repositoryRoot, 'out', 'bench', 'store');

export async function buildPrograms(): Promise<void> {
  await build({
    absWorkingDir: repositoryRoot,
    entryPoints: { 'store-process': 'bench/support/store/store-process.ts', 'sqlite-process': 'bench/support/store/sqlite-process.ts' },
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
  });
}

export class MeasuredProcess {
  readonly #child: ChildProcess;

  constructor(program: Program, nodePath = process.execPath) {
    this.#child = fork(join(folder, `${program}.cjs`), { execPath: nodePath, execArgv: ['--no-warnings'], env: { ...process.env, NODE_OPTIONS: '' } });
  }

  async ask<N extends keyof Commands>(name: N, input: Commands[N][0]): Promise<Commands[N][1]> {
    const request: Request = { name, input };
    const ended = new AbortController();
    const end = once(this.#child, 'exit', { signal: ended.signal }).then(() => ({ error: 'the process ended' }));
    const answered = once(this.#child, 'message', { signal: ended.signal }).then(([answer]) => answer as Answer); // what serveCommands sends
    this.#child.send(request);
    try {
      const answer: Answer = await Promise.race([answered, end]);
      if ('error' in answer) throw new Error(`${name}: ${answer.error}`);
      // serveCommands runs the handler that the table of commands ties to this name.
      return answer.result as Commands[N][1];
    } finally {
      ended.abort();
      await Promise.allSettled([answered, end]);
    }
  }

  /** Whatever it is doing. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}
