// What there is to take pictures of: each scene brings a freshly opened VS Code into the state to show.
import type { OpenVsCode } from '../../test/support/vscode-host/open-vscode';

export interface Scene {
  readonly name: string;
  readonly prepare: (vscode: OpenVsCode) => Promise<void>;
}

export const scenes: readonly Scene[] = [
  {
    name: 'chat',
    prepare: async (vscode) => {
      await vscode.runCommand('BooCode: Open Chat');
      await vscode.webview({ view: 'chat' });
    },
  },
  {
    name: 'traces',
    prepare: async (vscode) => {
      await vscode.runCommand('BooCode: Open Traces');
      await vscode.webview({ view: 'traces' });
    },
  },
];
