// DeepSeek's own API: openai-compatible with its quirks. Facts: https://api-docs.deepseek.com (thinking mode, context
// caching, rate limits).
import type { Json } from '../../shared/ids';
import { OpenAICompatibleProvider, type OpenAICompatibleOptions } from './openai-compatible';

export const deepSeekBaseUrl = 'https://api.deepseek.com';

export type DeepSeekOptions = Pick<OpenAICompatibleOptions, 'apiKey' | 'limits' | 'retry' | 'clock'> & {
  baseUrl?: string;
  /** Thinking switches; without any the API thinks. */
  extraBody?: Readonly<Record<string, Json>>;
};

export function deepSeekProvider({ baseUrl, extraBody = {}, ...options }: DeepSeekOptions): OpenAICompatibleProvider {
  return new OpenAICompatibleProvider({
    ...options,
    id: 'deepseek',
    label: 'DeepSeek',
    baseUrl: baseUrl ?? deepSeekBaseUrl,
    requiresKey: true,
    // It has no rates: a 429 is about how many requests of an account run at the same time.
    limitedBy: 'too many requests at once',
    quirks: { echoReasoning: true, sessionField: 'user_id', extraBody },
  });
}
