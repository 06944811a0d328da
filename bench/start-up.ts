// What BooCode costs a real VS Code: its activation beside the built-in git extension's, what that loads, the memory
// of the extension host, and the time from the click on its icon to a usable input beside that of an empty webview.
//   node --import tsx bench/start-up.ts [--json] [--rounds 6] [--memory-rounds 3]
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Editor, emptyViewExtension, probeExtension, type EditorWindow, type Memory } from './support/editor';
import { atMost, median, print, progress, repeated, round, type Figure } from './support/figures';
import { buildRelease } from './support/release-build';

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean' },
    rounds: { type: 'string', default: '6' },
    'memory-rounds': { type: 'string', default: '3' },
  },
});
const rounds = Number(options.rounds);
const memoryRounds = Number(options['memory-rounds']);
const boocode = 'boocode.boocode';
const megabyte = 1024 * 1024;

type Samples = Record<'freshUsable' | 'freshKey' | 'warmUsable' | 'warmKey', number[]>;
const noSamples = (): Samples => ({ freshUsable: [], freshKey: [], warmUsable: [], warmKey: [] });

/** One window each, in turn and in changing order: opened first (the extension is activated by it), then again. */
async function timeViews(editor: Editor): Promise<Figure[]> {
  const views = { BooCode: noSamples(), EmptyView: noSamples() };
  // The first webview of a browser installs VS Code's service worker: nobody's cost in particular.
  const first = await editor.window();
  await first.timeOpening('EmptyView');
  await first.page.close();
  for (let turn = 0; turn < rounds; turn++) {
    for (const label of turn % 2 === 0 ? (['BooCode', 'EmptyView'] as const) : (['EmptyView', 'BooCode'] as const)) {
      const window = await editor.window();
      const samples = views[label];
      const fresh = await window.timeOpening(label);
      samples.freshUsable.push(fresh.usableMs);
      samples.freshKey.push(fresh.keyMs);
      for (let again = 0; again < 2; again++) {
        await window.openExplorer();
        const warm = await window.timeOpening(label);
        samples.warmUsable.push(warm.usableMs);
        samples.warmKey.push(warm.keyMs);
      }
      await window.page.close();
      progress(`opened ${label}, round ${turn + 1} of ${rounds}: ${round(fresh.usableMs)} ms`);
    }
  }
  const names: [keyof Samples, string][] = [
    ['freshUsable', 'click to usable input, first time'],
    ['freshKey', 'click to first key taken, first time'],
    ['warmUsable', 'click to usable input, again'],
    ['warmKey', 'click to first key taken, again'],
  ];
  return names.flatMap(([key, name]) => [
    repeated(`BooCode: ${name}`, views.BooCode[key], 'ms'),
    repeated(`empty view: ${name}`, views.EmptyView[key], 'ms'),
    atMost(1.4, { name: 'ratio of the medians', value: round(median(views.BooCode[key]) / median(views.EmptyView[key])) }),
  ]);
}

type Activation = { name: string; load: number; call: number; finish: number };

/** Rows of "Extension Activation Stats": | name | eager | load | call | finish | event | by |. */
function activations(text: string): Activation[] {
  return text.split('\n').flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const at = cells.findIndex((cell) => cell === 'true' || cell === 'false');
    if (at < 1 || !/^\d+$/.test(cells[at + 1] ?? '')) return [];
    const [load, call, finish] = cells.slice(at + 1, at + 4).map(Number);
    return [{ name: cells[at - 1] ?? '', load: load ?? 0, call: call ?? 0, finish: finish ?? 0 }];
  });
}

async function timeActivation(editor: Editor): Promise<Figure[]> {
  const found: Record<'boocode' | 'git', number[]> = { boocode: [], git: [] };
  for (let turn = 0; turn < Math.min(3, rounds); turn++) {
    const window = await editor.window();
    await window.timeOpening('BooCode');
    await window.openExplorer();
    const rows = activations(await window.startupPerformance());
    for (const [key, id] of [['boocode', boocode], ['git', 'vscode.git']] as const) {
      const row = rows.find(({ name }) => name === id);
      if (row) found[key].push(row.load + row.call + row.finish);
      progress(`activation of ${id}: ${JSON.stringify(row)}`);
    }
    await window.page.close();
  }
  if (found.boocode.length === 0 || found.git.length === 0) throw new Error('the activation times were not in the text of Startup Performance');
  return [
    atMost(60, repeated('activation of BooCode, loading included', found.boocode, 'ms')),
    repeated('activation of the built-in git extension', found.git, 'ms'),
  ];
}

async function loadedFiles(editor: Editor): Promise<Figure[]> {
  const window = await editor.window();
  const isIdle = !(await window.isActive(boocode));
  await window.activate(boocode);
  const files = await window.modules(editor.folder);
  const own = files.filter((file) => file.includes(`${boocode}-`)).map((file) => file.slice(file.indexOf(boocode)).split(/[\\/]/).slice(1).join('/'));
  await window.page.close();
  return [
    { name: 'a window that does not show BooCode', value: isIdle ? 'not activated' : 'ACTIVATED' },
    { name: 'files loaded by activation', value: own.join(', '), target: 'dist/main.js', isMet: own.join() === 'dist/main.js' },
  ];
}

async function settledMemory(window: EditorWindow): Promise<Memory> {
  await window.page.waitForTimeout(4_000);
  return window.memory();
}

async function measureMemory(withBooCode: Editor, without: Editor): Promise<Figure[]> {
  type Growth = { rss: number[]; heap: number[] };
  const growths: Record<string, Growth> = {};
  const add = (name: string, from: Memory, to: Memory): void => {
    const growth = (growths[name] ??= { rss: [], heap: [] });
    growth.rss.push((to.rss - from.rss) / megabyte);
    growth.heap.push((to.heapUsed - from.heapUsed) / megabyte);
  };
  const plain: Memory[] = [];
  for (let turn = 0; turn < memoryRounds; turn++) {
    progress(`memory, round ${turn + 1} of ${memoryRounds}`);
    const bare = await without.window();
    const bareIdle = await settledMemory(bare);
    plain.push(bareIdle);
    await bare.timeOpening('EmptyView');
    add('an empty view shown', bareIdle, await settledMemory(bare));
    await bare.page.close();

    const window = await withBooCode.window();
    const installed = await settledMemory(window);
    add('BooCode installed, against a host without it', bareIdle, installed);
    await window.activate(boocode);
    const active = await settledMemory(window);
    add('BooCode activated', installed, active);
    await window.timeOpening('BooCode');
    const shown = await settledMemory(window);
    add('BooCode’s chat shown, no chat', installed, shown);
    await window.page.close();
  }
  return [
    repeated('extension host without BooCode, RSS', plain.map(({ rss }) => rss / megabyte), 'MB'),
    ...Object.entries(growths).flatMap(([name, { rss, heap }]) => [
      name.startsWith('BooCode') ? atMost(25, repeated(`${name}: RSS grows by`, rss, 'MB')) : repeated(`${name}: RSS grows by`, rss, 'MB'),
      repeated(`${name}: heap grows by`, heap, 'MB'),
    ]),
  ];
}

async function main(): Promise<void> {
  const extension = buildRelease();
  const withBooCode = await Editor.open([extension, emptyViewExtension, probeExtension]);
  const without = await Editor.open([emptyViewExtension, probeExtension]);
  try {
    const figures = [
      ...(await timeViews(withBooCode)),
      ...(await timeActivation(withBooCode)),
      ...(await loadedFiles(withBooCode)),
      ...(await measureMemory(withBooCode, without)),
    ];
    print('Start-up', figures, [
      `release form from ${join('out', 'bench', 'extension')}, installed; every window on a folder of its own that is not the sample`,
      'usable: shown, laid out, focusable, the next frame drawn and the thread free; the key is pressed after that',
      'memory after two garbage collections; RSS includes the store’s thread',
    ]);
  } finally {
    await withBooCode.close();
    await without.close();
  }
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
