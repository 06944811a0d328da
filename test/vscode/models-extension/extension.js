// An extension that offers language models to VS Code as other extensions do, and answers with what a test tells it to.
// Also asks for models as an extension that is not BooCode. scripted-models.ts says what it hands out.
const vscode = require('vscode');

const capabilities = { toolCalling: true, imageInput: true };
const sizes = { version: '1', maxInputTokens: 64_000, maxOutputTokens: 4_000 };

/**
 * @param {vscode.ExtensionContext} context
 * @returns {import('../scripted-models').ScriptedModels}
 */
exports.activate = (context) => {
  /** @type {vscode.EventEmitter<void>} */
  const changed = new vscode.EventEmitter();
  /** @type {import('../scripted-models').ScriptedModels} */
  const scripted = {
    models: [
      { ...sizes, id: 'talker', name: 'Talker', family: 'scripted', capabilities },
      { ...sizes, id: 'mute/of-tools', name: 'Toolless', family: 'scripted', maxInputTokens: 0, capabilities: {} },
      // VS Code asks a person before another extension may use it.
      { ...sizes, id: 'guarded', name: 'Guarded', family: 'scripted', capabilities, ...{ requiresAuthorization: { label: 'Somebody' } } },
    ],
    requests: [],
    answer: () => undefined,
    changed: () => changed.fire(),
    restart: () => {
      registered.dispose();
      registered = vscode.lm.registerLanguageModelChatProvider('boocode-test', provider);
    },
    select: (selector) => Promise.resolve(vscode.lm.selectChatModels(selector)),
  };
  /** @type {vscode.LanguageModelChatProvider} */
  const provider = {
    onDidChangeLanguageModelChatInformation: changed.event,
    provideLanguageModelChatInformation: () => scripted.models,
    provideLanguageModelChatResponse: async (model, messages, { tools, toolMode }, progress, token) => {
      scripted.requests.push({ model: model.id, messages, tools, toolMode });
      await scripted.answer((part) => progress.report(part), token, scripted.requests.length);
    },
    provideTokenCount: () => Promise.resolve(1),
  };
  let registered = vscode.lm.registerLanguageModelChatProvider('boocode-test', provider);
  context.subscriptions.push(changed, { dispose: () => registered.dispose() });
  return scripted;
};
