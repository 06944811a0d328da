// The models that other extensions offer, as something that can be chosen.
import { knownModel } from '../../providers/known-model';
import type { ModelProvider } from '../../providers/model';
import { unknownServed } from '../../providers/model-lists/served-model';
import type { ModelOverrides } from '../../providers/model-overrides';
import type { KnownModel } from '../../providers/models';
import type { ProviderEntry } from '../provider-entry';
import type { VsCodeModels } from './vscode-models';
import { vscodeProviderId, VsCodeProvider } from './vscode-provider';

const noModels = { message: 'No extension offers a model.', next_step: 'Install one that does, such as GitHub Copilot, and sign in to it.' };

export function vscodeEntry(models: VsCodeModels, overrides: () => ModelOverrides): ProviderEntry {
  const whole = (model: string, told: KnownModel | null): KnownModel =>
    knownModel({ provider: vscodeProviderId, model, baseUrl: '', served: told && { ...unknownServed, ...told, id: model, isRemote: true }, overrides: overrides() });
  const made = new Map<boolean | null, ModelProvider>();
  return {
    label: 'Models of other extensions',
    group: 'Offered by VS Code',
    hint: 'Copilot and whatever else offers models to VS Code',
    needsKey: false,
    keyPage: null,
    defaultModel: '',
    endpoint: null,
    create: ({ takes_images: takesImages }) => {
      const provider = made.get(takesImages) ?? new VsCodeProvider(models, { takesImages });
      made.set(takesImages, provider);
      return provider;
    },
    listModels: async () => {
      try {
        const listed = await models.list();
        return { models: listed.map(({ name, known }) => ({ id: name, known: whole(name, known) })), problem: listed.length === 0 ? noModels : null };
      } catch (error) {
        return { models: [], problem: { message: `VS Code could not list them: ${error instanceof Error ? error.message : String(error)}`, next_step: 'An extension that offers models may be in trouble.' } };
      }
    },
    known: (model) => whole(model, models.seen(model)),
    learn: async (model) => {
      // What keeps it from being found is told when it is asked.
      await models.find(model).catch(() => null);
      return whole(model, models.seen(model));
    },
  };
}
