import assert from 'node:assert/strict';
import { accessibilityViolations } from '../../support/vscode-host/accessibility';
import { alikeScenes, opensIn } from './model-scenes';
import { previewThemes } from './preview-server';
import { sampleSummary } from './sample-events';
import { chatScenes } from './scenes';
import { openTracesScene, tracesScenes } from './traces-scenes';
import { usePreview } from './use-preview';

describe('accessibility of the views', function () {
  this.timeout(180_000);
  const preview = usePreview();

  for (const theme of previewThemes) {
    // Only colours are another matter in another theme.
    const what = theme === 'dark' ? 'all' : 'colours';

    it(`has no violation in any state of the chat, ${theme}`, async () => {
      const found: string[] = [];
      const page = await preview.open({ view: 'chat', theme, width: 320, reducedMotion: true });
      await page.answer('list_chats', { chats: [sampleSummary('done'), sampleSummary('failed', { chat_id: sampleSummary('done').session_id })] });
      for (const [name, events] of Object.entries(chatScenes)) {
        if (alikeScenes.has(name)) continue;
        await page.say({ type: 'reset', chat: null, first_seq: 1, more_before: false }, ...events());
        if (name === 'done') {
          await page.page.locator('.tool-row').nth(2).click();
          await page.page.locator('.tool-row').nth(4).click();
          await page.page.locator('.disclosure').first().click();
          await page.say({ type: 'show_chats' });
          await page.page.locator('.chat-option').first().waitFor();
        }
        if (name === 'approve-partial') await page.page.getByLabel(/^Change 2/).first().uncheck();
        if (name.startsWith('auto-fix')) await page.page.locator('.auto-fix-row').click();
        const opens = opensIn(name);
        if (opens !== null) await page.page.locator(opens).first().click();
        found.push(...(await accessibilityViolations(page.page, what)).map((violation) => `${name}: ${violation}`));
        if (name === 'done' || name.startsWith('usage-open')) await page.page.keyboard.press('Escape');
      }
      await page.close();
      assert.deepEqual(found, []);
    });

    it(`has no violation in any state of the traces, ${theme}`, async () => {
      const found: string[] = [];
      for (const name of Object.keys(tracesScenes)) {
        const page = await preview.open({ view: 'traces', theme, width: 320, reducedMotion: true });
        await openTracesScene(page, name);
        for (const width of what === 'all' ? [320, 1000] : [320]) {
          await page.page.setViewportSize({ width, height: 700 });
          await page.say();
          found.push(...(await accessibilityViolations(page.page, what)).map((violation) => `${name} ${width}: ${violation}`));
        }
        await page.close();
      }
      assert.deepEqual(found, []);
    });
  }
});
