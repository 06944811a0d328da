// What one model API that can be chosen offers to the rest of the extension.
import type { ModelProvider } from '../providers/model';
import type { ListProblem } from '../providers/model-list';
import type { KnownModel } from '../providers/models';
import type { EndpointId } from '../providers/presets';

export type ProviderId = 'demo' | 'vscode' | EndpointId;

export const providerGroups = ['On your machine', 'Online', 'Offered by VS Code', 'Anything else', 'Without a model'] as const;

/** `problem`: why nothing, or nothing more, could be listed. */
export type OfferedModels = { models: readonly { id: string; known: KnownModel }[]; problem: ListProblem | null };

export type ProviderEntry = {
  label: string;
  group: (typeof providerGroups)[number];
  /** A few words beside its name. */
  hint: string;
  needsKey: boolean;
  /** Where a person gets a key. */
  keyPage: string | null;
  /** Asked when none is named; empty where there is no such thing. */
  defaultModel: string;
  /** Where it is, where that can be changed. */
  endpoint: EndpointId | null;
  /** The same object for the same settings and as long as as much is known: it keeps connections. */
  create(known: KnownModel): ModelProvider;
  /** Asks anew; never rejects for what the network or the server does. `baseUrl`: in place of the address of the settings. */
  listModels(baseUrl?: string): Promise<OfferedModels>;
  /** Without waiting. */
  known(model: string): KnownModel;
  /** Waits a moment for what its server says. */
  learn(model: string): Promise<KnownModel>;
};
