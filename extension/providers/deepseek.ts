// DeepSeek's own API: openai-compatible with its quirks. Facts: https://api-docs.deepseek.com (thinking mode, context
// caching, rate limits).
import type { Json } from '../../shared/ids';
import { OpenAICompatibleProvider, type OpenAICompatibleOptions } from './openai-compatible';

export const deepSeekBaseUrl = 'https://api.deepseek.com';

export type DeepSeekOptions = Pick<OpenAICompatibleOptions, 'apiKey' | 'limits' | 'retry'> & {
  baseUrl?: string;
  /** The API thinks unless told otherwise; left out, it decides. */
  thinking?: 'enabled' | 'disabled';
  reasoningEffort?: 'low' | 'high' | 'max';
};

export function deepSeekProvider({ baseUrl, thinking, reasoningEffort, ...options }: DeepSeekOptions): OpenAICompatibleProvider {
  const extraBody: Record<string, Json> = {};
  if (thinking !== undefined) extraBody['thinking'] = { type: thinking };
  if (reasoningEffort !== undefined) extraBody['reasoning_effort'] = reasoningEffort;
  return new OpenAICompatibleProvider({
    ...options,
    id: 'deepseek',
    label: 'DeepSeek',
    baseUrl: baseUrl ?? deepSeekBaseUrl,
    requiresKey: true,
    quirks: { echoReasoning: true, sessionField: 'user_id', extraBody },
  });
}
