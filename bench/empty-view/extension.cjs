// Webview views with a bare textarea: the least that a view with an input can cost.
const vscode = require('vscode');

exports.activate = (context) => {
  const provider = {
    resolveWebviewView(view) {
      view.webview.options = { enableScripts: true };
      view.webview.html = '<!DOCTYPE html><html lang="en"><body><textarea aria-label="Message"></textarea></body></html>';
    },
  };
  for (const view of ['emptyView.view', 'emptyView.panel']) context.subscriptions.push(vscode.window.registerWebviewViewProvider(view, provider));
};
