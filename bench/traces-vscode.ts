// How long it takes in a real VS Code from the click on the panel's tab to the first rows of a chat with 50,000 calls, beside
// an empty webview view in the same panel, and what scrolling them costs the window's main thread.
//   node --import tsx bench/traces-vscode.ts [calls] [--json] [--rounds 6]
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { workspaceDirectory } from '../extension/platform/storage-location';
import { openVsCode, type OpenVsCode } from '../test/support/vscode-host/open-vscode';
import { emptyViewExtension } from './support/editor';
import { atMost, median, print, progress, quantile, repeated, round, type Figure } from './support/figures';
import { frameWork } from './support/frame-work';
import { makeLongTrace } from './support/long-trace';
import { buildRelease } from './support/release-build';

const { values: options, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' }, rounds: { type: 'string', default: '6' } } });
const calls = Number(positionals[0] ?? 50_000);
const rounds = Number(options.rounds);

/** Milliseconds from the press on a tab of the panel until what it is to show stands there and is drawn. */
async function timeTab(page: Page, label: string, shows: string): Promise<number> {
  const tab = page.locator('.part.panel').getByRole('tab', { name: label });
  const box = await tab.boundingBox();
  if (box === null) throw new Error(`there is no tab ${label}`);
  const pressed = performance.now();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  for (;;) {
    if (await isShown(page, shows)) return performance.now() - pressed;
    if (performance.now() - pressed > 60_000) throw new Error(`${label} did not show ${shows}`);
  }
}

/** Whether a webview that is in sight has it, as of a frame that was drawn. */
async function isShown(page: Page, selector: string): Promise<boolean> {
  return page.evaluate(
    (wanted) =>
      new Promise<boolean>((resolve) => {
        requestAnimationFrame(() => {
          const frames = [...document.querySelectorAll<HTMLIFrameElement>('iframe.webview')].filter((frame) => frame.getBoundingClientRect().height > 0 && getComputedStyle(frame).visibility === 'visible');
          resolve(frames.some((frame) => {
            const inner = frame.contentDocument?.querySelector<HTMLIFrameElement>('iframe#active-frame');
            return inner?.contentDocument?.querySelector(wanted) != null && getComputedStyle(inner).visibility === 'visible';
          }));
        });
      }),
    selector,
  );
}

async function openings(vscode: OpenVsCode): Promise<Figure[]> {
  const { page } = vscode;
  const taken: Record<'BooCode' | 'EmptyPanel', number[]> = { BooCode: [], EmptyPanel: [] };
  // The first webview of a window, and the first of BooCode with its storage, are apart.
  const firstEmpty = await timeTab(page, 'EmptyPanel', 'textarea');
  const first = await timeTab(page, 'BooCode', '.call-row');
  for (let turn = 0; turn < rounds; turn++) {
    await page.waitForTimeout(2_500);
    taken.EmptyPanel.push(await timeTab(page, 'EmptyPanel', 'textarea'));
    await page.waitForTimeout(2_500);
    taken.BooCode.push(await timeTab(page, 'BooCode', '.call-row'));
    progress(`round ${turn + 1}: ${round(taken.BooCode.at(-1) ?? 0)} ms, empty ${round(taken.EmptyPanel.at(-1) ?? 0)} ms`);
  }
  return [
    repeated('BooCode: click to first rows', taken.BooCode, 'ms'),
    repeated('empty view: click to its input', taken.EmptyPanel, 'ms'),
    atMost(200, { name: 'more than the empty view, of the medians', value: round(median(taken.BooCode) - median(taken.EmptyPanel)), unit: 'ms' }),
    { name: 'the very first time, with opening the storage', value: round(first), unit: 'ms', spread: `empty view ${round(firstEmpty)}` },
  ];
}

async function scrolling(vscode: OpenVsCode): Promise<Figure> {
  const { page } = vscode;
  const box = await page.locator('.part.panel').boundingBox();
  if (box === null) throw new Error('the panel is not there');
  await page.waitForTimeout(15_000);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const work = await frameWork(page, async () => {
    for (let step = 0; step < 200; step++) {
      await page.mouse.wheel(0, 120);
      await page.waitForTimeout(16);
    }
  });
  const of = (share: number): number => round(quantile(work, share));
  return atMost(8, { name: `scrolling, a notch of the wheel a frame, the whole window: work a frame, p95 of ${work.length}`, value: of(0.95), unit: 'ms', spread: `p50 ${of(0.5)}, p99 ${of(0.99)}` });
}

async function main(): Promise<void> {
  const extension = buildRelease();
  const folder = mkdtempSync(join(tmpdir(), 'boo-bench-'));
  const dataFolder = mkdtempSync(join(tmpdir(), 'boo-bench-data-'));
  const storage = join(dataFolder, 'server', 'data', 'User', 'globalStorage', 'boocode.boocode');
  progress(`writing ${calls} calls`);
  const trace = await makeLongTrace(await workspaceDirectory(storage, [folder]), calls);
  await trace.store.close();
  // Only one extension can be under development in the browser.
  cpSync(emptyViewExtension, join(dataFolder, 'extensions', 'boocode-bench.empty-view-0.0.0'), { recursive: true });
  const vscode = await openVsCode({ folder, dataFolder, extensionFolders: [extension] });
  try {
    await vscode.runCommand('View: Toggle Maximized Panel');
    await vscode.page.waitForTimeout(3_000);
    const figures = [...(await openings(vscode)), await scrolling(vscode)];
    print(`The traces view in VS Code with ${calls} calls in one chat`, figures, ['both are views of the same panel, shown in turn; each is made anew when it is shown']);
  } finally {
    await vscode.close();
    rmSync(folder, { recursive: true, force: true });
    rmSync(dataFolder, { recursive: true, force: true });
  }
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
