// The headless command as a real process, built from source, with a workspace and a storage folder of its own.
import { build } from 'esbuild';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from './repository-root';

let built: Promise<string> | null = null;

/** The path of headless.js, below the repository so that it finds ripgrep as a checkout does. Once a test process. */
function buildHeadless(): Promise<string> {
  return (built ??= buildInto(join(repositoryRoot, 'out', `headless-${process.pid}`)));
}

async function buildInto(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await build({
    absWorkingDir: repositoryRoot,
    entryPoints: { headless: 'extension/headless.ts', 'store-worker': 'extension/store/worker/main.ts' },
    outdir: folder,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
  });
  await copyFile(createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm'), join(folder, 'sql-wasm.wasm'));
  return join(folder, 'headless.js');
}

export type Finished = { status: number | null; signal: string | null; stdout: string; stderr: string; json: unknown[] };
export type Running = { process: ChildProcess; finished: Promise<Finished> };

export type HeadlessHome = {
  workspace: string;
  storage: string;
  start(args: readonly string[], environment?: Readonly<Record<string, string>>): Running;
  run(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Finished>;
  close(): Promise<void>;
};

/** A copy of the sample project and an empty storage folder. */
export async function headlessHome(): Promise<HeadlessHome> {
  const program = await buildHeadless();
  const base = await mkdtemp(join(tmpdir(), 'boocode-headless-'));
  const [workspace, storage] = [join(base, 'workspace'), join(base, 'storage')];
  await cp(join(repositoryRoot, 'media', 'sample-workspace'), workspace, { recursive: true });
  const start: HeadlessHome['start'] = (args, environment = {}) => {
    const child = spawn(process.execPath, [program, '--workspace', workspace, '--storage', storage, ...args], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { process: child, finished: finish(child) };
  };
  return {
    workspace,
    storage,
    start,
    run: (args, environment) => start(args, environment).finished,
    close: () => rm(base, { recursive: true, force: true }),
  };
}

async function finish(child: ChildProcess): Promise<Finished> {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => stdout.push(text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => stderr.push(text));
  const [status, signal] = (await once(child, 'close')) as [number | null, string | null]; // the arguments of 'close'
  const text = stdout.join('');
  const json = text.split('\n').flatMap((line) => (line.startsWith('{') && line.endsWith('}') ? [JSON.parse(line) as unknown] : []));
  return { status, signal, stdout: text, stderr: stderr.join(''), json };
}
