// A model server as something that can be chosen: its address and key from where they are kept, what it offers, and what
// is known of it.
import * as vscode from 'vscode';
import { endpointProvider } from '../providers/endpoint-provider';
import type { KeptModelLists, ListedAt } from '../providers/kept-model-lists';
import { knownModel } from '../providers/known-model';
import type { ModelProvider } from '../providers/model';
import type { ServedModel } from '../providers/model-lists/served-model';
import type { ModelOverrides } from '../providers/model-overrides';
import { modelById, modelsOf, type KnownModel } from '../providers/models';
import { presets, type EndpointId } from '../providers/presets';
import type { ApiKeys } from './api-keys';
import type { OfferedModels, ProviderEntry } from './provider-entry';
import { endpointUrl, setting } from './settings';

type Parts = { keys: ApiKeys; lists: KeptModelLists; overrides(): ModelOverrides };

export function endpointEntry(id: EndpointId, { keys, lists, overrides }: Parts): ProviderEntry {
  const { label, needsKey, keyPage, defaultModel, isOwnServer, dialect, ifSilent } = presets[id];
  const apiKey = (): Promise<string | undefined> => keys.get(id);
  const source = (baseUrl: string): ListedAt => ({ label, dialect, baseUrl, ifSilent, key: apiKey });
  const whole = (model: string, baseUrl: string, served: ServedModel | null): KnownModel => knownModel({ provider: id, model, baseUrl, served, overrides: overrides() });
  // Not of what is written down here; and in a window that is not trusted nobody is asked for anything.
  const isAskedAbout = (model: string): boolean => model !== '' && modelById(model, id) === null && vscode.workspace.isTrusted;
  const made = new Map<string, ModelProvider>();
  return {
    label,
    group: id === 'openai-compatible' ? 'Anything else' : isOwnServer ? 'On your machine' : 'Online',
    get hint() {
      return id === 'openai-compatible' ? 'any other server that speaks OpenAI’s chat completions' : endpointUrl(id);
    },
    needsKey,
    keyPage,
    defaultModel,
    endpoint: id,
    create: ({ reasons }) => {
      const reasoning = setting('reasoning');
      // Where nothing is said of it, what is learnt about it changes nothing.
      const options = { baseUrl: endpointUrl(id), reasoning, reasons: reasoning === 'default' ? null : reasons };
      const name = JSON.stringify(options);
      const provider = made.get(name) ?? endpointProvider(id, { ...options, apiKey });
      made.set(name, provider);
      return provider;
    },
    listModels: async (baseUrl = endpointUrl(id)): Promise<OfferedModels> => {
      const list = await lists.fetch(source(baseUrl));
      const served = list.kind === 'models' ? list.models : [];
      const listed = new Set(served.map((model) => model.id));
      const models = [...served.map((model) => ({ id: model.id, served: model })), ...modelsOf(id).filter((model) => !listed.has(model.id)).map((model) => ({ id: model.id, served: null }))];
      return {
        models: models.map((model) => ({ id: model.id, known: whole(model.id, baseUrl, model.served) })),
        problem: list.kind === 'failed' ? list.problem : null,
      };
    },
    known: (model) => whole(model, endpointUrl(id), isAskedAbout(model) ? lists.kept(source(endpointUrl(id)), model) : null),
    learn: async (model) => whole(model, endpointUrl(id), isAskedAbout(model) ? await lists.served(source(endpointUrl(id)), model) : null),
  };
}
