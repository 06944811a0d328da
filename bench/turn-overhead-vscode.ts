// What BooCode adds to a turn inside a real VS Code with its chat view open: from the end of one answer to the next
// request, over 50 turns of a read task that is typed into the chat.
//   node --import tsx bench/turn-overhead-vscode.ts [--json] [--rounds 3]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openVsCode } from '../test/support/vscode-host/open-vscode';
import { atMost, print, progress, quantile, repeated, type Figure } from './support/figures';
import { makeReadWorkspace, overheads, startTimedServer, taskText, type ReadTask } from './support/read-task';
import { buildRelease } from './support/release-build';

const { values: options } = parseArgs({ options: { json: { type: 'boolean' }, rounds: { type: 'string', default: '3' } } });
const rounds = Number(options.rounds);
const task: ReadTask = { turns: 50, files: 8, linesPerFile: 24 };

/** The runs of one window, one after the other, each in a chat of its own. */
async function measure(extension: string): Promise<number[][]> {
  const folder = mkdtempSync(join(tmpdir(), 'boo-bench-'));
  const server = await startTimedServer(task);
  makeReadWorkspace(folder, task);
  const vscode = await openVsCode({
    folder,
    extensionFolders: [extension],
    settings: {
      'boocode.provider': 'openai-compatible',
      'boocode.openaiCompatible.baseUrl': server.url,
      'boocode.model': 'bench',
      'boocode.approvals.mode': 'fullAuto',
      'boocode.limits.maxTurns': 1_000,
    },
  });
  try {
    const taken: number[][] = [];
    for (let run = 1; run <= rounds; run++) {
      await vscode.runCommand('BooCode: New Chat');
      const chat = await vscode.webview({ view: 'chat' });
      const done = chat.getByText(/^Done ·/);
      await done.waitFor({ state: 'detached' });
      // Not before the view's own code has taken over the input.
      const input = chat.locator('textarea:not([data-early])');
      await input.fill(taskText);
      await input.press('Enter');
      await done.waitFor({ timeout: 120_000 });
      const timings = await server.report();
      if (timings.length !== task.turns + 1) throw new Error(`${timings.length} requests instead of ${task.turns + 1}`);
      taken.push(overheads(timings));
      progress(`run ${run} of ${rounds}: p50 ${quantile(overheads(timings), 0.5).toFixed(1)} ms`);
    }
    return taken;
  } finally {
    await vscode.close();
    server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const runs = await measure(buildRelease());
  const of = (name: string, pick: (values: number[]) => number): ReturnType<typeof repeated> => repeated(`${task.turns} turns, ${name}`, runs.map(pick), 'ms');
  const figures: Figure[] = [
    atMost(10, of('p50', (values) => quantile(values, 0.5))),
    atMost(20, of('p95', (values) => quantile(values, 0.95))),
    of('first ten, p50', (values) => quantile(values.slice(0, 10), 0.5)),
    of('last ten, p50', (values) => quantile(values.slice(-10), 0.5)),
  ];
  print('Overhead of a turn in VS Code, with the chat view open', figures, ['the server runs in its own process and keeps the clock; the window, its browser and both servers share this machine']);
}

void main();
