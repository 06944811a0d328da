// Tells VS Code, at the start, that there are models of BooCode. Part of the light entry: the rest is loaded when VS Code
// first asks for one of them or for their list, and never before.
import * as vscode from 'vscode';

export function offerModels(load: () => Promise<vscode.LanguageModelChatProvider>): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  let loading: Promise<vscode.LanguageModelChatProvider> | null = null;
  const loaded = (): Promise<vscode.LanguageModelChatProvider> =>
    (loading ??= load().then((offered) => {
      offered.onDidChangeLanguageModelChatInformation?.(() => changed.fire());
      return offered;
    }));
  const registered = vscode.lm.registerLanguageModelChatProvider('boocode', {
    onDidChangeLanguageModelChatInformation: changed.event,
    provideLanguageModelChatInformation: async (...args) => (await loaded()).provideLanguageModelChatInformation(...args),
    provideLanguageModelChatResponse: async (...args) => (await loaded()).provideLanguageModelChatResponse(...args),
    provideTokenCount: async (...args) => (await loaded()).provideTokenCount(...args),
  });
  return vscode.Disposable.from(registered, changed);
}
