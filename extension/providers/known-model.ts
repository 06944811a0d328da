// What is known of a model, from every place that knows something: what a person says goes before what its server says,
// that before what is written down here, that before what holds for everything on one's own machine. The rest is unknown.
import { isLoopback } from './model-errors';
import { isCloudName } from './model-lists/ollama';
import type { ServedModel } from './model-lists/served-model';
import type { ModelOverride, ModelOverrides } from './model-overrides';
import { always, modelById, unknownModel, type KnownModel, type PricePeriod } from './models';
import { isEndpoint, presets } from './presets';

export type ModelSources = {
  provider: string;
  model: string;
  baseUrl: string;
  /** As its server lists it; null when it does not, or has not been asked. */
  served: ServedModel | null;
  overrides: ModelOverrides;
};

export function knownModel({ provider, model, baseUrl, served, overrides }: ModelSources): KnownModel {
  const said = { ...factsOf(overrides.get(model)), ...factsOf(overrides.get(`${provider}/${model}`)) };
  const known: readonly Partial<KnownModel>[] = [said, served ?? {}, modelById(model, provider) ?? {}, { prices: presetPrices({ provider, model, baseUrl, served }) }];
  const first = <K extends keyof KnownModel>(field: K): KnownModel[K] => known.map((source) => source[field]).find((value) => value !== undefined && value !== null) ?? unknownModel[field];
  return {
    context_tokens: first('context_tokens'),
    max_output_tokens: first('max_output_tokens'),
    calls_tools: first('calls_tools'),
    takes_images: first('takes_images'),
    reasons: first('reasons'),
    prices: first('prices'),
  };
}

function factsOf(override: ModelOverride | undefined): Partial<KnownModel> {
  if (override === undefined) return {};
  const { contextTokens, maxOutputTokens, tools, images, reasoning, prices } = override;
  return {
    ...(contextTokens !== undefined && { context_tokens: contextTokens }),
    ...(maxOutputTokens !== undefined && { max_output_tokens: maxOutputTokens }),
    ...(tools !== undefined && { calls_tools: tools }),
    ...(images !== undefined && { takes_images: images }),
    ...(reasoning !== undefined && { reasons: reasoning }),
    ...(prices !== undefined && { prices: always({ input: prices.input, cacheRead: prices.cacheRead ?? prices.input, output: prices.output }) }),
  };
}

/** A model on one's own machine costs nothing; one that its server only passes on may. */
function presetPrices({ provider, model, baseUrl, served }: Omit<ModelSources, 'overrides'>): readonly PricePeriod[] | null {
  const isOwn = isEndpoint(provider) && presets[provider].isOwnServer && isLoopback(baseUrl);
  if (!isOwn || served?.isRemote === true || (provider === 'ollama' && isCloudName(model))) return null;
  return always({ input: 0, cacheRead: 0, output: 0 });
}
