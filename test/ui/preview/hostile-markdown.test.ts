// Rows 24, 25, 28 and 30 of the fault list: what a model, a file name or a tool's output writes runs nothing, loads nothing
// and leads nowhere, with each line of defence by itself.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SampleChat, sampleId, sampleSummary } from './sample-events';
import type { PreviewPage } from './open-preview';
import { previewStatus } from './scene-parts';
import { usePreview } from './use-preview';

const bad = 'http://127.0.0.1:9/leak';

/** Each line is a way in that somebody has used; none may run a script or make a request. */
const hostile: readonly string[] = [
  `![x](${bad}/1.png)`,
  `![x](${bad}/2.png "t")`,
  `![x][ref]\n\n[ref]: ${bad}/3.png`,
  `<img src="${bad}/4.png" onerror="window.pwned=1">`,
  '<script>window.pwned=1</script>',
  `<svg onload="window.pwned=1"><image href="${bad}/5.svg"/></svg>`,
  `<svg><foreignObject><iframe src="${bad}/6"></iframe></foreignObject></svg>`,
  `<math><mtext><table><mglyph><style><img src=x onerror="window.pwned=1">`,
  `<style>@import url(${bad}/7.css); body{background:url(${bad}/8.png)}</style>`,
  `<div style="background:url(${bad}/9.png)">x</div>`,
  `<link rel="stylesheet" href="${bad}/10.css">`,
  `<link rel=prefetch href=${bad}/11>`,
  `<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>`,
  `<object data="${bad}/12"></object><embed src="${bad}/13">`,
  `<video src="${bad}/14" autoplay poster="${bad}/15"></video><audio src="${bad}/16" autoplay></audio>`,
  `<meta http-equiv="refresh" content="0;url=${bad}/17">`,
  `<base href="${bad}/">`,
  `<form action="${bad}/18"><input autofocus onfocus="window.pwned=1"><button>go</button></form>`,
  '<details open ontoggle="window.pwned=1">x</details>',
  '<a href="javascript:window.pwned=1">x</a>',
  '[x](javascript:window.pwned=1)',
  '[x](JaVaScRiPt:window.pwned=1)',
  '[x](&#106;avascript:window.pwned=1)',
  '[x](java\nscript:window.pwned=1)',
  '[x](data:text/html,<script>window.pwned=1</script>)',
  '[x](vbscript:x) [y](file:///etc/passwd) [z](command:workbench.action.quit) [w](vscode://x/y)',
  '<javascript:window.pwned=1>',
  `[a](https://ok.example/" onmouseover="window.pwned=1)`,
  `[a](https://ok.example "t\\" onmouseover=\\"window.pwned=1")`,
  '```html\n<img src=x onerror="window.pwned=1">\n```',
  '`<img src=x onerror="window.pwned=1">`',
  '```"><img src=x onerror="window.pwned=1">\ncode\n```',
  '| a |\n| --- |\n| <img src=x onerror="window.pwned=1"> |',
  '# <img src=x onerror="window.pwned=1">',
  '- [ ] <img src=x onerror="window.pwned=1">',
  '<!--><img src=x onerror="window.pwned=1">-->',
  '<noscript><p title="</noscript><img src=x onerror=window.pwned=1>">',
  '<p id="root">x</p><form name="body"></form><input id="composer-input">',
  'text \u202e reversed \u200b',
  `![a](data:image/svg+xml;base64,${Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="window.pwned=1"/>').toString('base64')})`,
  `\`\`\`mermaid\ngraph TD; A["<img src='${bad}/19' onerror='window.pwned=1'>"]; click A "${bad}/20"; style A fill:url(${bad}/21)\n\`\`\``,
  `<svg><style>* { fill: url(${bad}/22) }</style><use href="${bad}/23#x"/><animate attributeName="href" values="javascript:window.pwned=1"/></svg>`,
  `<p style="--x: url(${bad}/24); list-style: var(--x); cursor: url(${bad}/25), auto">x</p>`,
  '\\<img src=x onerror="window.pwned=1"\\>',
  '&lt;img src=x onerror="window.pwned=1"&gt;',
];

const allowedTags = ['A', 'BLOCKQUOTE', 'BR', 'BUTTON', 'CODE', 'DEL', 'DIV', 'EM', 'H2', 'HR', 'LI', 'OL', 'P', 'PRE', 'SPAN', 'STRONG', 'TABLE', 'TBODY', 'TD', 'TH', 'THEAD', 'TR', 'UL'];

describe('hostile markdown', function () {
  this.timeout(60_000);
  const preview = usePreview();
  let open: PreviewPage;
  beforeEach(async () => {
    open = await preview.open({ view: 'chat' });
  });

  async function harm(): Promise<Record<string, unknown>> {
    // Handlers and loads come after the markup does.
    await open.page.waitForTimeout(300);
    const seen = await open.page.evaluate((tags) => {
      const elements = [...document.querySelectorAll('.markdown *')];
      return {
        pwned: 'pwned' in window,
        strange: elements.filter((element) => !tags.includes(element.tagName)).map((element) => element.outerHTML),
        attributes: elements.flatMap((element) => [...element.attributes].map((attribute) => attribute.name)).filter((name) => name.startsWith('on') || ['src', 'href', 'style', 'srcdoc', 'id', 'name'].includes(name)),
        links: [...document.querySelectorAll('[data-url]')].map((link) => link.getAttribute('data-url') ?? '').filter((url) => !/^https?:\/\//.test(url)),
      };
    }, allowedTags);
    return { ...seen, requests: open.foreign, errors: open.errors.filter((error) => !error.includes('404')) };
  }
  const harmless = { pwned: false, strange: [], attributes: [], links: [], requests: [], errors: [] };

  it('does nothing in a stored answer, nor in reasoning, notices, names and results', async () => {
    const chat = new SampleChat();
    for (const text of hostile) {
      chat.user(text);
      chat.answer(text, { reasoning: text });
      chat.tool({ tool_name: text, subject: text, text, summary: text });
      chat.add({ type: 'notice', level: 'info', code: 'x', text });
    }
    chat.endRun('failed', { code: 'x', message: hostile.join(' '), next_step: hostile.join(' ') });
    const summary = sampleSummary('failed', { title: hostile[4] });
    await open.say({ type: 'status', status: previewStatus }, { type: 'reset', chat: summary, first_seq: 1, more_before: false }, { type: 'events', chat_id: sampleId(1), events: chat.events, summary });
    assert.equal(await open.page.locator('.assistant-message').count(), hostile.length);
    for (const row of await open.page.locator('.disclosure').all()) await row.click();
    assert.deepEqual(await harm(), harmless);
  });

  it('does nothing while it is streamed in pieces', async () => {
    const summary = sampleSummary('in_progress');
    await open.say({ type: 'status', status: previewStatus }, { type: 'reset', chat: summary, first_seq: 1, more_before: false });
    const text = hostile.join('\n\n');
    for (let from = 0; from < text.length; from += 37) {
      await open.say({ type: 'transient', events: [{ type: 'text:delta', chat_id: sampleId(1), message_id: sampleId(70), turn_number: 1, kind: 'text', delta: text.slice(from, from + 37) }] });
    }
    assert.deepEqual(await harm(), harmless);
  });

  it('is cleaned by the sanitiser alone, were the first line of defence gone', async () => {
    await open.page.evaluate(`const script = document.createElement('script'); script.src = '/probe.js'; script.nonce = document.querySelector('script').nonce; document.head.append(script);`);
    await open.page.waitForFunction(() => 'sanitise' in window);
    await open.page.evaluate((texts) => {
      const { sanitise } = window as unknown as { sanitise(html: string): string };
      const box = document.createElement('div');
      box.className = 'markdown';
      document.querySelector('.transcript-content')?.append(box);
      for (const text of texts) {
        const part = document.createElement('div');
        box.append(part);
        part.innerHTML = sanitise(text);
      }
    }, hostile);
    // The browser reports the handlers it met while parsing, in a document where nothing runs; none is left.
    assert.deepEqual({ ...(await harm()), errors: [] }, harmless);
  });

  it('is kept from running and loading anything by the policy of the page alone, were the other lines of defence gone', async () => {
    const hits: string[] = [];
    // The browser tells of what the policy holds back as well; what counts is what arrives.
    const listener = createServer((request, response) => {
      hits.push(String(request.url));
      response.end();
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`; // it listens on a port
    try {
      const texts = [...hostile, `<p style="background:url(${bad}/26)">x</p>`, `<img src="${bad}/27">`, `<embed src="${bad}/28">`];
      // Leading the whole page elsewhere is not for its policy to forbid, and nothing of the page's would go along.
      const raw = texts.filter((text) => !/http-equiv|<base/.test(text)).map((text) => text.replaceAll(bad, url));
      await open.page.evaluate((parts) => {
        const box = document.createElement('div');
        document.querySelector('.transcript-content')?.append(box);
        for (const text of parts) {
          const part = document.createElement('div');
          box.append(part);
          part.innerHTML = text;
        }
        const script = document.createElement('script');
        script.textContent = 'window.pwned = 1';
        box.append(script);
      }, raw);
      const home = await open.page.evaluate((elsewhere) => {
        const base = document.createElement('base');
        base.href = `${elsewhere}/base/`;
        document.head.prepend(base);
        const form = document.createElement('form');
        form.action = `${elsewhere}/form`;
        document.body.append(form);
        form.submit();
        return new URL(document.baseURI).origin;
      }, url);
      const { pwned } = await harm();
      assert.deepEqual({ pwned, hits, home }, { pwned: false, hits: [], home: preview.server.origin });
    } finally {
      listener.closeAllConnections();
      await new Promise((resolve) => listener.close(resolve));
    }
  });
});
