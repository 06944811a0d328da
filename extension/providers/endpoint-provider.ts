// Makes the provider of a server that BooCode knows by name.
import type { WireQuirks } from './chat-request';
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
  const quirks = { sessionField, extraBody, outputLimitField: outputLimitField(baseUrl) };
  return new OpenAICompatibleProvider({ id, label: id === 'openai-compatible' ? 'The model server' : label, baseUrl, apiKey, requiresKey: needsKey, quirks });
}

/** OpenAI's own reasoning models refuse `max_tokens`; of other servers many know nothing else. */
export function outputLimitField(baseUrl: string): WireQuirks['outputLimitField'] {
  const isOpenAI = URL.canParse(baseUrl) && /^([a-z]+\.)?api\.openai\.com$/.test(new URL(baseUrl).hostname);
  return isOpenAI ? 'max_completion_tokens' : 'max_tokens';
}
