// Runs writer-process.ts and keeps count of what it was promised.
import { spawn } from 'node:child_process';
import { buildStore } from './build-worker';
import type { Fault } from './faulty-files';

export type WriterTask = { directory: string; chatId: string; firstSeq: number; count: number; bytes: number };
export type WriterEnd = { acknowledged: number; signal: NodeJS.Signals | null; code: number | null; errors: string };

/** `started` resolves with the first promise it was given, or when it ends without one. */
export type RunningWriter = { pid: number; kill(signal: NodeJS.Signals): void; started: Promise<void>; ended: Promise<WriterEnd> };

/** `acknowledged` is the last sequence number whose write was promised, `firstSeq - 1` when none was. */
export async function startWriter(task: WriterTask, fault?: Fault): Promise<RunningWriter> {
  const { workerPath, faultyWorkerPath, writerPath } = await buildStore();
  const { directory, chatId, firstSeq, count, bytes } = task;
  const worker = fault === undefined ? workerPath : faultyWorkerPath;
  const child = spawn(process.execPath, [writerPath, worker, directory, chatId, ...[firstSeq, count, bytes].map(String)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...(fault && { BOOCODE_TEST_FAULT: JSON.stringify(fault) }) },
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
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
      resolve({ acknowledged: Number(lines.at(-1) ?? firstSeq - 1), signal, code, errors });
    });
  });
  return { pid: child.pid ?? 0, kill: (signal) => void child.kill(signal), started, ended };
}
