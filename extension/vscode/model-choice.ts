// Lets a person choose which model answers: whose, then which, with whatever that choice still needs. Nothing of the
// settings changes before the last step.
import * as vscode from 'vscode';
import { modelWords } from '../providers/model-words';
import { askForKey } from './ask-for-key';
import type { ApiKeys } from './api-keys';
import { providerIds, type ModelProviders } from './model-providers';
import { pick, type PickItem } from './pick';
import { providerGroups, type OfferedModels, type ProviderEntry, type ProviderId } from './provider-entry';
import { endpointUrl, isHttpUrl, saveEndpointUrl, saveSetting } from './settings';

export async function chooseModel(keys: ApiKeys, providers: ModelProviders): Promise<void> {
  for (;;) {
    const provider = await chooseProvider(providers);
    if (provider === undefined) return;
    const chosen = await chooseOf(provider, keys, providers);
    if (chosen === 'back') continue;
    if (chosen === undefined) return;
    const { endpoint } = providers.table[provider];
    if (endpoint !== null && chosen.baseUrl !== undefined) await saveEndpointUrl(endpoint, chosen.baseUrl);
    await saveSetting('model', chosen.model);
    await saveSetting('provider', provider);
    return;
  }
}

async function chooseProvider(providers: ModelProviders): Promise<ProviderId | undefined> {
  const { table } = providers;
  const now = providers.chosen();
  const items = providerGroups.flatMap((group): PickItem<ProviderId>[] => {
    const ids = providerIds.filter((id) => table[id].group === group);
    return ids.length === 0 ? [] : [
      { separator: group },
      ...ids.map((id) => ({
        value: id,
        label: `${icons[group]} ${table[id].label}`,
        description: table[id].hint,
        ...(id === now.provider && { detail: `Current: ${now.model || 'no model named'}` }),
      })),
    ];
  });
  const picked = await pick({ title: 'BooCode: Choose Model', placeholder: 'Whose model should answer?', items, selected: now.provider });
  return picked === 'back' ? undefined : picked;
}

const icons: Readonly<Record<(typeof providerGroups)[number], string>> = { 'On your machine': '$(device-desktop)', Online: '$(cloud)', 'Offered by VS Code': '$(extensions)', 'Anything else': '$(server)', 'Without a model': '$(play)' };

type Choice = { model: string; baseUrl: string | undefined };
type ModelStep = { kind: 'model'; id: string; callsTools: boolean | null } | { kind: 'type' } | { kind: 'address' } | { kind: 'key' } | { kind: 'again' };

async function chooseOf(provider: ProviderId, keys: ApiKeys, providers: ModelProviders): Promise<Choice | 'back' | undefined> {
  const entry = providers.table[provider];
  if (provider === 'demo') return { model: '', baseUrl: undefined };
  if (entry.needsKey && (await keys.get(provider)) === undefined && !(await askForKey(keys, providers, provider))) return 'back';
  let baseUrl: string | undefined;
  for (;;) {
    const now = providers.chosen();
    const step = await pick<ModelStep>({
      title: `BooCode: Choose Model of ${entry.label}`,
      placeholder: 'Type to find one',
      canGoBack: true,
      items: modelItems(entry, { models: [], problem: null }, null),
      later: entry.listModels(baseUrl).then((offered) => modelItems(entry, offered, now.provider === provider ? now.model : null)),
    });
    if (step === 'back' || step === undefined) return step;
    switch (step.kind) {
      case 'model': {
        if (step.callsTools !== false || (await confirmNoTools(step.id))) return { model: step.id, baseUrl };
        break;
      }
      case 'type': {
        const model = await typeModel(now.provider === provider ? now.model : '');
        if (model !== undefined && (entry.known(model).calls_tools !== false || (await confirmNoTools(model)))) return { model, baseUrl };
        break;
      }
      case 'address':
        if (entry.endpoint !== null) baseUrl = (await typeAddress(baseUrl ?? endpointUrl(entry.endpoint))) ?? baseUrl;
        break;
      case 'key':
        await askForKey(keys, providers, provider);
        break;
      case 'again':
        break;
    }
  }
}

function modelItems({ endpoint }: ProviderEntry, { models, problem }: OfferedModels, current: string | null): PickItem<ModelStep>[] {
  const at = Date.now() * 1000;
  return [
    ...(problem === null ? [] : [{ value: { kind: 'again' } as const, label: `$(warning) ${problem.message}`, detail: `${problem.next_step} Choose this to try again.`, alwaysShow: true }]),
    ...models.map(({ id, known }) => ({
      value: { kind: 'model', id, callsTools: known.calls_tools } as const,
      label: known.calls_tools === false ? `$(warning) ${id}` : id,
      description: [...(id === current ? ['current'] : []), ...(known.calls_tools === false ? ['cannot be used: it calls no tools'] : [])].join(', '),
      detail: modelWords(known, at),
    })),
    { separator: 'Or' },
    { value: { kind: 'type' }, label: '$(edit) Type the name of a model…', alwaysShow: true },
    ...(endpoint !== null
      ? [
          { value: { kind: 'address' } as const, label: '$(link) Change address…', alwaysShow: true },
          { value: { kind: 'key' } as const, label: '$(key) Set API key…', alwaysShow: true },
        ]
      : []),
  ];
}

async function confirmNoTools(model: string): Promise<boolean> {
  const items: PickItem<boolean>[] = [
    { value: false, label: '$(arrow-left) Choose another' },
    { value: true, label: `Use ${model} all the same`, detail: 'A run with it starts only with "tools": true for it in boocode.models.' },
  ];
  return (await pick({ title: `${model} is said to call no tools, and BooCode reads and edits with tools only`, placeholder: 'Use it?', items })) === true;
}

async function typeModel(value: string): Promise<string | undefined> {
  const model = await vscode.window.showInputBox({
    title: 'BooCode: Name of the Model',
    prompt: 'As its server knows it',
    value,
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? 'A model name, for example qwen3-coder' : undefined),
  });
  return model?.trim();
}

async function typeAddress(value: string): Promise<string | undefined> {
  const url = await vscode.window.showInputBox({
    title: 'BooCode: Address of the Model Server',
    prompt: 'Of the OpenAI-compatible API, up to and including /v1',
    value,
    ignoreFocusOut: true,
    validateInput: (text) => (isHttpUrl(text.trim()) ? undefined : 'An address that starts with http:// or https://, for example http://localhost:11434/v1'),
  });
  return url?.trim();
}
