// A task that reads one file a turn, and the timed model server that asks for it: what the overhead of a turn is
// measured on, wherever BooCode runs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { repositoryRoot } from '../../test/support/repository-root';
import { round } from './figures';
import type { TurnTiming } from './timed-model-server';

export type ReadTask = {
  turns: number;
  /** How many files there are to read in turn; with fewer than turns they are read again. */
  files: number;
  linesPerFile: number;
};

export const taskText = 'Read the modules one after the other.';

const fileOf = (index: number): string => `src/module-${index}.ts`;

/** Every file and every line of its own, so that nothing of a read is known before. */
export function makeReadWorkspace(folder: string, { files, linesPerFile }: ReadTask): void {
  mkdirSync(join(folder, 'src'), { recursive: true });
  const line = (index: number): string => `export const value${index} = compute(${index}, 'some text in quotes');\n`;
  for (let file = 0; file < files; file++) {
    writeFileSync(join(folder, fileOf(file)), Array.from({ length: linesPerFile }, (_, row) => line(file * 100 + row)).join(''));
  }
}

export type TimedServer = {
  /** The base URL of the API. */
  url: string;
  /** What it saw since the last report. */
  report(): Promise<TurnTiming[]>;
  stop(): void;
};

export async function startTimedServer({ turns, files }: ReadTask): Promise<TimedServer> {
  const program = join(repositoryRoot, 'bench', 'support', 'timed-model-server.ts');
  const names = Array.from({ length: files }, (_, index) => fileOf(index)).join(',');
  const child = spawn(process.execPath, ['--import', 'tsx', program, '--turns', String(turns), '--files', names], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  if (child.stdout === null) throw new Error('the server has no output');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]; // what 'line' is emitted with
  const { url } = JSON.parse(line) as { url: string }; // the server's own first line
  return {
    url: `${url}/v1`,
    report: async () => (await (await fetch(url)).json()) as TurnTiming[], // what GET answers
    stop: () => child.kill(),
  };
}

/** From the last byte of an answer to the last byte of the next request, for every turn. */
export const overheads = (timings: readonly TurnTiming[]): number[] => timings.flatMap(({ wholeMs }) => (wholeMs === null ? [] : [wholeMs]));

/** Of all tokens of all requests, how many were in the cache, in per cent. */
export function hitRate(timings: readonly TurnTiming[]): number {
  const sum = (pick: (timing: TurnTiming) => number): number => timings.reduce((total, timing) => total + pick(timing), 0);
  return round((100 * sum((timing) => timing.hitTokens)) / sum((timing) => timing.promptTokens));
}
