// Makes the provider of a server that BooCode knows by name.
import { deepSeekProvider } from './deepseek';
import type { ModelProvider } from './model';
import { OpenAICompatibleProvider, type OpenAICompatibleOptions } from './openai-compatible';
import { presets, reasoningBody, type EndpointId, type ReasoningLevel } from './presets';

export type EndpointOptions = Required<Pick<OpenAICompatibleOptions, 'apiKey'>> & {
  baseUrl: string;
  reasoning: ReasoningLevel;
  /** Whether the model is known to reason: one that does not is told nothing of it. */
  reasons: boolean | null;
};

export function endpointProvider(id: EndpointId, { baseUrl, apiKey, reasoning, reasons }: EndpointOptions): ModelProvider {
  const { label, needsKey, sessionField } = presets[id];
  const extraBody = reasoningBody(id, reasoning, reasons);
  if (id === 'deepseek') return deepSeekProvider({ baseUrl, apiKey, extraBody });
  return new OpenAICompatibleProvider({ id, label: id === 'openai-compatible' ? 'The model server' : label, baseUrl, apiKey, requiresKey: needsKey, quirks: { sessionField, extraBody } });
}
