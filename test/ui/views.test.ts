// Every view in every colour theme: it opens, says nothing wrong on the console and has no violation that
// axe-core can find. The pictures go to out/screenshots for a person to look at.
import assert from 'node:assert/strict';
import { temporaryFolder } from '../support/temporary-folder';
import { accessibilityViolations } from '../support/vscode-host/accessibility';
import { colorThemes, themeFileName } from '../support/vscode-host/color-theme';
import { openVsCode, type OpenVsCode } from '../support/vscode-host/open-vscode';

const views = [
  { view: 'chat', command: 'BooCode: Open Chat' },
  { view: 'traces', command: 'BooCode: Open Traces' },
] as const;

for (const colorTheme of colorThemes) {
  describe(`the views in ${colorTheme}`, () => {
    let vscode: OpenVsCode | undefined;

    before(async () => {
      vscode = await openVsCode({ folder: temporaryFolder('ui'), colorTheme });
    });

    after(async () => {
      await vscode?.close();
    });

    for (const { view, command } of views) {
      it(`shows ${view} without an error or an accessibility violation`, async () => {
        assert.ok(vscode);
        await vscode.runCommand(command);
        const document = await vscode.webview({ view });
        await document.locator('main').waitFor();
        await vscode.settle();
        await vscode.screenshot(`${view}-${themeFileName(colorTheme)}`);
        assert.deepEqual(await accessibilityViolations(document), []);
        assert.deepEqual(vscode.errors(), []);
      });
    }
  });
}
