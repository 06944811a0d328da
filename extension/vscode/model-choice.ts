// Which model answers: builds the provider the settings name, and lets a person choose another. A new model API is
// one more entry in `providers` here and one in headless.ts.
import * as vscode from 'vscode';
import { deepSeekProvider } from '../providers/deepseek';
import { DemoProvider, demoModel } from '../providers/demo';
import type { ModelProvider } from '../providers/model';
import { modelById, modelsOf, unknownModel, type KnownModel } from '../providers/models';
import { OpenAICompatibleProvider } from '../providers/openai-compatible';
import type { ApiKeys } from './api-keys';
import { saveSetting, setting } from './settings';

export type ProviderId = 'demo' | 'deepseek' | 'openai-compatible';

type ProviderEntry = {
  label: string;
  needsKey: boolean;
  defaultModel: string;
  create(keys: ApiKeys): ModelProvider;
};

const providers: Record<ProviderId, ProviderEntry> = {
  demo: { label: 'Demo (scripted)', needsKey: false, defaultModel: demoModel, create: () => new DemoProvider() },
  deepseek: {
    label: 'DeepSeek',
    needsKey: true,
    defaultModel: 'deepseek-flash',
    create: (keys) => deepSeekProvider({ apiKey: () => keys.get('deepseek') }),
  },
  'openai-compatible': {
    label: 'OpenAI-compatible',
    needsKey: false,
    defaultModel: '',
    create: (keys) =>
      new OpenAICompatibleProvider({
        id: 'openai-compatible',
        label: 'The model server',
        baseUrl: setting('openaiCompatible.baseUrl'),
        apiKey: () => keys.get('openai-compatible'),
        requiresKey: false,
      }),
  },
};

export const providerIds: readonly string[] = Object.keys(providers);

export type ChosenModel = { provider: ProviderId; label: string; model: string; needsKey: boolean; known: KnownModel };

export function chosenModel(): ChosenModel {
  const provider = setting('provider');
  const { label, needsKey, defaultModel } = providers[provider];
  const model = provider === 'demo' ? demoModel : setting('model') || defaultModel;
  return { provider, label, model, needsKey, known: modelById(model, provider) ?? unknownModel };
}

export function chosenProvider(keys: ApiKeys): { provider: ModelProvider; model: string; known: KnownModel } {
  const { provider, model, known } = chosenModel();
  return { provider: providers[provider].create(keys), model, known };
}

type ModelItem = vscode.QuickPickItem & { provider: ProviderId; model: string | null };

/** Lets a person choose, asks for what that choice still needs, and saves it. */
export async function chooseModel(keys: ApiKeys): Promise<void> {
  const now = chosenModel();
  const items: ModelItem[] = [
    { provider: 'demo', model: demoModel, label: '$(play) Demo', description: 'scripted, no key, no network' },
    ...modelsOf('deepseek').map((model): ModelItem => ({
      provider: 'deepseek',
      model: model.id,
      label: `$(hubot) ${model.id}`,
      description: `DeepSeek${model.takes_images ? ', takes images' : ''}`,
    })),
    { provider: 'openai-compatible', model: null, label: '$(server) OpenAI-compatible endpoint…', description: 'Ollama, LM Studio, OpenRouter, vLLM and others' },
  ];
  for (const item of items) if (item.provider === now.provider && (item.model === now.model || item.model === null)) item.detail = `Current: ${now.model || 'no model named'}`;
  const chosen = await vscode.window.showQuickPick(items, { title: 'BooCode: Choose Model', placeHolder: 'Which model should answer?', matchOnDescription: true });
  if (!chosen) return;
  if (chosen.provider === 'openai-compatible') {
    if (!(await askForEndpoint())) return;
  } else {
    await saveSetting('model', chosen.model ?? '');
  }
  await saveSetting('provider', chosen.provider);
  if (providers[chosen.provider].needsKey && (await keys.get(chosen.provider)) === undefined) await askForKey(keys, chosen.provider);
}

/** False when the person gave up; nothing is saved then. */
async function askForEndpoint(): Promise<boolean> {
  const baseUrl = await vscode.window.showInputBox({
    title: 'BooCode: Model Server (1/2)',
    prompt: 'Address of the OpenAI-compatible API, up to and including /v1',
    value: setting('openaiCompatible.baseUrl'),
    ignoreFocusOut: true,
    validateInput: (value) => (isHttpUrl(value) ? undefined : 'An address that starts with http:// or https://, for example http://localhost:11434/v1'),
  });
  if (baseUrl === undefined) return false;
  const model = await vscode.window.showInputBox({
    title: 'BooCode: Model (2/2)',
    prompt: 'Name of the model as the server knows it',
    value: setting('provider') === 'openai-compatible' ? setting('model') : '',
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? 'A model name, for example qwen3-coder' : undefined),
  });
  if (model === undefined) return false;
  await saveSetting('openaiCompatible.baseUrl', baseUrl.trim());
  await saveSetting('model', model.trim());
  return true;
}

function isHttpUrl(value: string): boolean {
  return URL.canParse(value.trim()) && /^https?:$/.test(new URL(value.trim()).protocol);
}

/** Asks which provider, unless one is given or chosen; an empty key deletes the stored one. */
export async function askForKey(keys: ApiKeys, provider?: ProviderId): Promise<void> {
  const target = provider ?? (await pickProviderForKey());
  if (!target) return;
  const key = await vscode.window.showInputBox({
    title: `BooCode: API Key for ${providers[target].label}`,
    prompt: 'Kept in VS Code’s secret storage. Leave it empty to delete the stored key.',
    password: true,
    ignoreFocusOut: true,
  });
  if (key === undefined) return;
  if (key.trim() === '') return keys.delete(target);
  if ((await keys.set(target, key.trim())) === 'stored') return;
  void vscode.window.showWarningMessage(
    `VS Code's secret storage cannot be used on this machine, so the key for ${providers[target].label} is only kept until this window closes, and never written. BooCode asks for it again then.`,
  );
}

async function pickProviderForKey(): Promise<ProviderId | undefined> {
  const now = chosenModel().provider;
  if (now !== 'demo') return now;
  const items = (['deepseek', 'openai-compatible'] as const).map((id) => ({ label: providers[id].label, id }));
  return (await vscode.window.showQuickPick(items, { title: 'BooCode: Set API Key', placeHolder: 'For which provider?' }))?.id;
}
