// What there is to take pictures of: each scene brings a freshly opened VS Code into the state to show.
import type { Frame } from 'playwright-core';
import type { OpenVsCode } from '../../test/support/vscode-host/open-vscode';

export interface Scene {
  readonly name: string;
  readonly prepare: (vscode: OpenVsCode) => Promise<void>;
}

/** A window on the sample project opens the chat by itself. */
async function openChat(vscode: OpenVsCode): Promise<Frame> {
  const chat = await vscode.webview({ view: 'chat' });
  await chat.getByText('What should BooCode do?').waitFor();
  return chat;
}

/** Runs the demo and allows what it asks, up to its edit, or to its end. */
async function runDemo(vscode: OpenVsCode, until: 'edit' | 'end'): Promise<Frame> {
  const chat = await openChat(vscode);
  await chat.getByRole('button', { name: 'Fix the failing test' }).click();
  const card = chat.getByRole('group', { name: /^Approval needed/ });
  for (const asked of ['node --test', 'src/cart.js', 'npm run check']) {
    await card.getByText(asked).first().waitFor();
    if (until === 'edit' && asked === 'src/cart.js') return chat;
    await card.getByRole('button', { name: /^Allow(?! in)/ }).click();
    await card.waitFor({ state: 'detached' });
  }
  await chat.getByText(/^Done ·/).waitFor();
  return chat;
}

export const scenes: readonly Scene[] = [
  {
    name: 'empty',
    prepare: async (vscode) => {
      await openChat(vscode);
    },
  },
  {
    name: 'approval',
    prepare: async (vscode) => {
      const chat = await runDemo(vscode, 'edit');
      await chat.getByRole('button', { name: 'Open Diff' }).click();
      await vscode.page.locator('.monaco-diff-editor').first().waitFor();
    },
  },
  {
    name: 'done',
    prepare: async (vscode) => {
      await runDemo(vscode, 'end');
      await vscode.runCommand('BooCode: Open Traces');
      await openTraces(vscode);
    },
  },
  {
    name: 'traces',
    prepare: async (vscode) => {
      await runDemo(vscode, 'end');
      await vscode.runCommand('BooCode: Open Traces');
      const traces = await openTraces(vscode);
      await traces.locator('.turn-row').nth(1).click({ position: { x: 90, y: 12 } });
      await traces.getByRole('region', { name: 'Time' }).waitFor();
      await vscode.runCommand('View: Toggle Maximized Panel');
    },
  },
  {
    name: 'why',
    prepare: async (vscode) => {
      await runDemo(vscode, 'end');
      await vscode.runCommand('BooCode: Open Traces');
      const traces = await openTraces(vscode);
      await traces.getByRole('button', { name: 'Why?' }).click();
      await traces.locator('.why-headline').waitFor();
      await vscode.runCommand('View: Toggle Maximized Panel');
    },
  },
];

/** The trace of the demo run, all of it. */
async function openTraces(vscode: OpenVsCode): Promise<Frame> {
  const traces = await vscode.webview({ view: 'traces' });
  await traces.getByRole('contentinfo').getByText('8 calls').waitFor();
  return traces;
}
