// The model APIs that can be chosen, and which is. A new one is one more entry in `table`.
import * as vscode from 'vscode';
import { DemoProvider, demoModel } from '../providers/demo';
import { KeptModelLists } from '../providers/kept-model-lists';
import type { ModelProvider } from '../providers/model';
import { parseModelOverrides, type ModelOverrides } from '../providers/model-overrides';
import { always, unknownModel, type KnownModel } from '../providers/models';
import { endpointIds, type EndpointId } from '../providers/presets';
import type { ApiKeys } from './api-keys';
import { endpointEntry } from './endpoint-entry';
import { vscodeEntry } from './language-models/vscode-entry';
import { VsCodeModels } from './language-models/vscode-models';
import type { Log } from './log';
import type { ProviderEntry, ProviderId } from './provider-entry';
import { setting } from './settings';

export const providerIds: readonly ProviderId[] = ['demo', ...endpointIds, 'vscode'];

export type ChosenModel = { provider: ProviderId; label: string; model: string; needsKey: boolean; known: KnownModel };

export class ModelProviders {
  readonly table: Readonly<Record<ProviderId, ProviderEntry>>;
  readonly #log: Log;
  readonly #lists: KeptModelLists;
  readonly #vscode = new VsCodeModels();
  readonly #told = new Set<string>();

  constructor(keys: ApiKeys, log: Log) {
    this.#log = log;
    this.#lists = new KeptModelLists({ reportBug: (error) => log.error('list of models:', error instanceof Error ? error : String(error)) });
    const endpoints = endpointIds.map((id) => [id, endpointEntry(id, { keys, lists: this.#lists, overrides: () => this.#overrides() })] as const);
    // Made of exactly the ids of its type.
    this.table = { ...(Object.fromEntries(endpoints) as Record<EndpointId, ProviderEntry>), vscode: vscodeEntry(this.#vscode, () => this.#overrides()), demo: demoEntry() };
  }

  /** Calls back when more is known of models than before. */
  onDidChange(listener: () => void): { dispose(): void } {
    const heard = [this.onDidList(listener), this.#vscode.onDidChange(listener)];
    return { dispose: () => heard.forEach((one) => one.dispose()) };
  }

  /** Calls back when a model server has listed its models, or could not. */
  onDidList(listener: () => void): { dispose(): void } {
    return this.#lists.onDidChange(listener);
  }

  /** The name of the model that the settings say; empty when they name none. */
  get model(): string {
    const provider = setting('provider');
    return provider === 'demo' ? demoModel : setting('model') || this.table[provider].defaultModel;
  }

  /** What the settings say, without waiting. */
  chosen(): ChosenModel {
    const provider = setting('provider');
    const { model } = this;
    const { label, needsKey, known } = this.table[provider];
    return { provider, label, model, needsKey, known: known(model) };
  }

  /** What answers now; waits a moment for what is known of it. `known` is what is known whenever it is read. */
  async ready(): Promise<{ provider: ModelProvider; model: string; readonly known: KnownModel }> {
    const { model } = this;
    const { create, learn, known } = this.table[setting('provider')];
    return {
      provider: create(await learn(model)),
      model,
      get known() {
        return known(model);
      },
    };
  }

  /** What makes no sense is left out, and said once. */
  #overrides(): ModelOverrides {
    const { overrides, problems } = parseModelOverrides(setting('models') ?? {});
    for (const problem of problems) {
      if (this.#told.has(problem)) continue;
      this.#told.add(problem);
      const text = `What makes no sense in the setting boocode.models is left out. ${problem}`;
      this.#log.warn(text);
      void vscode.window.showWarningMessage(text, 'Open Settings').then((answer) => (answer ? vscode.commands.executeCommand('workbench.action.openSettings', 'boocode.models') : undefined));
    }
    return overrides;
  }
}

function demoEntry(): ProviderEntry {
  const provider = new DemoProvider();
  const known: KnownModel = { ...unknownModel, prices: always({ input: 0, cacheRead: 0, output: 0 }) };
  return {
    label: 'Demo (scripted)',
    group: 'Without a model',
    hint: 'scripted, no key, no network',
    needsKey: false,
    keyPage: null,
    defaultModel: demoModel,
    endpoint: null,
    create: () => provider,
    listModels: () => Promise.resolve({ models: [{ id: demoModel, known }], problem: null }),
    known: () => known,
    learn: () => Promise.resolve(known),
  };
}
