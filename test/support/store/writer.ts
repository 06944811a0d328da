// Runs writer-process.ts and keeps count of what it was promised.
import { spawn, type ChildProcess } from 'node:child_process';
import { buildStore } from './build-worker';
import type { World } from './test-worker';
import type { WriterTask } from './writer-process';

export type { WriterTask };

/** `acknowledged` is the last sequence number whose write was promised, `firstSeq - 1` when none was. */
export type WriterEnd = { acknowledged: number; saw: number | null; signal: NodeJS.Signals | null; code: number | null; errors: string };

export type RunningWriter = {
  pid: number;
  kill(signal: NodeJS.Signals): void;
  /** Resolves with the first promise it was given, or when it ends without one. */
  started: Promise<void>;
  /** Resolves with the last one, or when it ends without that. */
  finished: Promise<void>;
  ended: Promise<WriterEnd>;
};

const running = new Map<ChildProcess, string>();
process.once('exit', () => endWriters());

/** Ends those that write to the directory (or all), stopped ones too; a test that failed may have left some. */
export function endWriters(directory?: string): void {
  for (const [child, place] of running) if (directory === undefined || place === directory) child.kill('SIGKILL');
}

function lastNumber(lines: readonly string[], word: string): number | null {
  const line = lines.findLast((each) => each.startsWith(`${word} `));
  return line === undefined ? null : Number(line.slice(word.length + 1));
}

export async function startWriter(task: WriterTask, world?: World): Promise<RunningWriter> {
  const { workerPath, testWorkerPath, writerPath } = await buildStore();
  const worker = world === undefined ? workerPath : testWorkerPath;
  const child = spawn(process.execPath, [writerPath, worker, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...(world && { BOOCODE_TEST_WORLD: JSON.stringify(world) }) },
  });
  running.set(child, task.directory);
  child.once('close', () => running.delete(child));
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8');
  const finished = new Promise<void>((resolve) => {
    child.stdout.on('data', (text: string) => {
      output += text;
      if (task.count !== null && output.includes(`wrote ${task.firstSeq + task.count - 1}\n`)) resolve();
    });
    child.once('close', () => resolve());
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const started = new Promise<void>((resolve) => {
    child.stdout.once('data', () => resolve());
    child.once('close', () => resolve());
  });
  const ended = new Promise<WriterEnd>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      // The last line may be cut off by a kill; only whole lines count.
      const lines = output.split('\n').slice(0, -1);
      resolve({ acknowledged: lastNumber(lines, 'wrote') ?? task.firstSeq - 1, saw: lastNumber(lines, 'saw'), signal, code, errors });
    });
  });
  return { pid: child.pid ?? 0, kill: (signal) => void child.kill(signal), started, finished, ended };
}
