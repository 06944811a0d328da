// Makes every ending of a program an orderly one: a signal becomes a process exit, and on exit whatever
// the program started is ended too. Called once, at the top of each program.
import { descendantsOf, killQuietly } from './vscode-host/process-tree';

export function exitOnSignals(exitCode: number): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(exitCode));
  process.on('exit', () => {
    for (const { pid } of descendantsOf(process.pid)) killQuietly(pid);
  });
}
