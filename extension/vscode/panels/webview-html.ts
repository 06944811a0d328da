// The HTML of the webviews, as plain strings. The chat's frame, its composer above all, stands in the page before any
// script, style sheet or icon font has arrived, and works; the script adopts it. Its markup is exactly what the first
// rendering of webview/chat/app.tsx gives (test/ui/preview/chat-shell.test.ts compares them).

export type WebviewPage = {
  cspSource: string;
  /** New for each page; nothing else may run. */
  nonce: string;
  scriptUri: string;
  styleUri: string;
  codiconsUri: string;
};

export function chatHtml(page: WebviewPage): string {
  return html(page, {
    view: 'chat',
    title: 'BooCode Chat',
    style: chatShellStyle,
    body: `<div id="root">${chatShell}</div>`,
    early: chatEarlyScript,
  });
}

export function tracesHtml(page: WebviewPage): string {
  return html(page, { view: 'traces', title: 'BooCode Traces', style: baseStyle, body: '<div id="root"></div>', early: '' });
}

type Parts = { view: string; title: string; style: string; body: string; early: string };

/**
 * VS Code shows a page when it has loaded with everything its markup names, so the markup names no file: the late
 * script adds them afterwards. The main script waits for its own sheet (nothing it renders is ever seen unstyled),
 * and nothing waits for the icon font.
 */
function html(page: WebviewPage, { view, title, style, body, early }: Parts): string {
  const { nonce } = page;
  const csp = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${page.cspSource} 'unsafe-inline'`,
    `font-src ${page.cspSource}`,
    `img-src ${page.cspSource} data:`,
    // What default-src does not cover.
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${escapeAttribute(csp)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
</head>
<body data-view="${view}" data-style="${escapeAttribute(page.styleUri)}" data-script="${escapeAttribute(page.scriptUri)}" data-codicons="${escapeAttribute(page.codiconsUri)}">
${body}
<script nonce="${escapeAttribute(nonce)}">${early}${lateScript}</script>
</body>
</html>
`;
}

function escapeAttribute(value: string): string {
  return value.replace(/[&"<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A sheet that cannot be had does not keep the script away. */
const lateScript =
  '{const{nonce}=document.currentScript,{style,script,codicons}=document.body.dataset;' +
  'const add=(name,values)=>new Promise(done=>{const e=Object.assign(document.createElement(name),values);e.onload=e.onerror=done;document.body.append(e)});' +
  "addEventListener('load',()=>setTimeout(async()=>{" +
  "void add('link',{rel:'preload',as:'script',href:script,nonce});" +
  "await add('link',{rel:'stylesheet',href:style});" +
  "void add('script',{src:script,nonce});" +
  "void add('link',{rel:'stylesheet',href:codicons})}))}";

const baseStyle = `
html, body { height: 100%; }
body { margin: 0; padding: 0; overflow: hidden; color: var(--vscode-foreground); font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); line-height: 18px; }
`;

/** Everything of the frame. chat.css adds the conversation and must not restyle these. */
const chatShellStyle = `${baseStyle}
#root { height: 100%; }
.app { position: relative; display: flex; flex-direction: column; height: 100%; }
.icon-button { display: inline-flex; flex: none; align-items: center; justify-content: center; width: 22px; height: 22px; padding: 0; border: 0; background: transparent; color: var(--vscode-icon-foreground); }
.icon { flex: none; width: 16px; height: 16px; overflow: hidden; }
.transcript { position: relative; flex: 1; min-height: 0; }
.scroller { height: 100%; overflow-y: auto; overflow-x: hidden; scrollbar-gutter: stable; scrollbar-width: thin; }
.bottom { flex: none; max-height: 70%; overflow-y: auto; padding: 4px max(0px, calc((100% - 960px) / 2)) 0; }
.composer { margin: 0 8px; }
.composer-box { display: flex; align-items: flex-end; box-sizing: border-box; min-height: 34px; border: 1px solid var(--vscode-input-border, var(--vscode-contrastBorder, transparent)); border-radius: 4px; background: var(--vscode-input-background); }
.composer-box:focus-within { border-color: var(--vscode-focusBorder); }
.composer-input { box-sizing: border-box; flex: 1; min-width: 0; min-height: 32px; max-height: 240px; margin: 0; padding: 7px 0 7px 8px; field-sizing: content; overflow-y: auto; resize: none; border: 0; background: transparent; color: var(--vscode-input-foreground); font: inherit; line-height: 18px; }
.composer-input:focus { outline: none; }
.composer-input::placeholder { color: var(--vscode-input-placeholderForeground); opacity: 1; }
.composer-buttons { display: flex; flex: none; padding: 5px 5px 5px 2px; }
.footer { display: flex; align-items: center; gap: 6px; box-sizing: border-box; height: 26px; padding: 0 8px 2px; font-size: 11px; }
.model-button { display: inline-flex; align-items: center; min-width: 0; height: 20px; padding: 0 2px 0 4px; margin-left: -4px; border: 0; border-radius: 4px; background: transparent; color: inherit; font: inherit; cursor: pointer; }
.model-button:hover { background: var(--vscode-toolbar-hoverBackground); }
.model-name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.context-use { display: flex; flex: none; gap: 8px; margin-left: auto; }
.sr-only { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;

const chatShell =
  '<div class="app">' +
  '<header class="chats-popover"><h1 class="sr-only">BooCode</h1></header>' +
  '<main class="transcript"><div class="scroller" tabindex="0" role="region" aria-label="Conversation"><div class="transcript-content"></div></div></main>' +
  '<section class="bottom" aria-label="Message"><form class="composer" id="composer"><div class="composer-box">' +
  '<textarea id="composer-input" class="composer-input" rows="1" placeholder="Ask BooCode to do something" aria-label="Message to BooCode" spellcheck="false" data-early=""></textarea>' +
  '<div class="composer-buttons"><button type="button" class="icon-button send" title="Send (Enter)" aria-label="Send (Enter)" disabled=""><span class="icon codicon codicon-send" aria-hidden="true"></span></button></div>' +
  '</div></form><div class="footer"></div></section>' +
  '<div class="sr-only" role="status" aria-live="polite"></div>' +
  '</div>';

/**
 * Until the main script has taken over (it removes data-early): Enter is remembered instead of becoming a line. For
 * as long as the page lives: a view that gets the focus gives it to the composer, unless something in it has it.
 */
const chatEarlyScript =
  "{const t=document.getElementById('composer-input');" +
  "t.addEventListener('keydown',e=>{if('early' in t.dataset&&e.key==='Enter'&&!e.shiftKey&&!e.isComposing){e.preventDefault();t.dataset.submit=''}});" +
  "addEventListener('focus',()=>{if(document.activeElement===document.body)t.focus()})}";
