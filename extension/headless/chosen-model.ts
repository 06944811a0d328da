// The model that the options of a headless call name, and what is known of it.
import type { ChosenModel } from '../agent/chat-agent';
import { DemoProvider, demoModel } from '../providers/demo';
import { endpointProvider } from '../providers/endpoint-provider';
import { KeptModelLists } from '../providers/kept-model-lists';
import { knownModel } from '../providers/known-model';
import { unknownModel } from '../providers/models';
import { presets } from '../providers/presets';
import { UsageError, type HeadlessOptions } from './options';

/**
 * What to ask for the model before a run: its server is asked what it knows of it, and waited for a moment only. What it
 * says later, once it has loaded the model perhaps, is known from then on. A new model API is one more case here and one
 * entry in vscode/model-providers.ts. Throws UsageError for an option that is missing.
 */
export function chosenModel({ provider: id, model: named, 'base-url': givenUrl }: HeadlessOptions, key: string | undefined, reportBug: (error: unknown) => void): () => Promise<ChosenModel> {
  if (id === 'demo') {
    const demo = { provider: new DemoProvider({ pauseMs: [0, 0] }), model: demoModel, known: unknownModel };
    return () => Promise.resolve(demo);
  }
  if (id === 'openai-compatible' && !givenUrl) throw new UsageError('--provider openai-compatible needs --base-url, for example http://localhost:11434/v1.');
  const { label, dialect, baseUrl: usualUrl, defaultModel, ifSilent } = presets[id];
  const model = named ?? defaultModel;
  if (model === '') throw new UsageError(`--provider ${id} needs --model.`);
  const baseUrl = givenUrl ?? usualUrl;
  const apiKey = (): Promise<string | undefined> => Promise.resolve(key);
  const provider = endpointProvider(id, { baseUrl, apiKey, reasoning: 'default', reasons: null });
  // A list that comes too late for the run is not waited for at its end either.
  const lists = new KeptModelLists({ reportBug, timeoutMs: 1_000 });
  const source = { label, dialect, baseUrl, ifSilent, key: apiKey };
  return async () => {
    // Of DeepSeek's own models everything is written down here; what listens at another address says what it has.
    const isAskedAbout = id !== 'deepseek';
    if (isAskedAbout) await lists.served(source, model);
    return {
      provider,
      model,
      get known() {
        return knownModel({ provider: id, model, baseUrl, served: isAskedAbout ? lists.kept(source, model) : null, overrides: new Map() });
      },
    };
  };
}
