// GET /models as OpenAI has it, with what others put beside the ids: the length of the context (vLLM, OpenRouter and
// more), and OpenRouter's capabilities and prices (https://openrouter.ai/docs/models).
import * as z from 'zod';
import { always, type PricePeriod } from '../models';
import { modelId, readable, tokenCount, words } from './list-fields';
import { unknownServed, type ListReader, type ServedModel } from './served-model';

const list = z.object({ data: z.array(z.unknown()) });

/** US dollars for one token, as text. */
const tokenPrice = z.nullable(z.string().transform(Number).pipe(z.number().nonnegative())).catch(null);

const entry = z.object({
  id: modelId,
  max_model_len: tokenCount,
  context_length: tokenCount,
  top_provider: z.nullable(z.object({ max_completion_tokens: tokenCount })).catch(null),
  architecture: z.nullable(z.object({ input_modalities: words, output_modalities: words })).catch(null),
  supported_parameters: words,
  pricing: z.nullable(z.object({ prompt: tokenPrice, completion: tokenPrice, input_cache_read: tokenPrice, request: tokenPrice })).catch(null),
});
type Entry = z.infer<typeof entry>;

/** Others write prices in the same fields and other units; only whose unit is known is believed. */
export async function listOpenAI(read: ListReader, { tellsPrices }: { tellsPrices: boolean }): Promise<ServedModel[]> {
  const { data } = list.parse(await read.api('/models'));
  return readable(data, entry)
    .filter(({ architecture }) => architecture?.output_modalities?.includes('text') ?? true)
    .map((model) => ({ ...servedModel(model), prices: tellsPrices ? pricesOf(model) : null }));
}

function servedModel({ id, max_model_len, context_length, top_provider, architecture, supported_parameters }: Entry): ServedModel {
  // An empty list is none: every model takes some parameter.
  const parameters = supported_parameters?.length === 0 ? null : supported_parameters;
  return {
    ...unknownServed,
    id,
    context_tokens: max_model_len ?? context_length,
    max_output_tokens: top_provider?.max_completion_tokens ?? null,
    calls_tools: parameters?.includes('tools') ?? null,
    takes_images: architecture?.input_modalities?.includes('image') ?? null,
    reasons: parameters && (parameters.includes('reasoning') || parameters.includes('reasoning_effort')),
  };
}

/** Null as well where a request itself costs something: then tokens are not all of it. */
function pricesOf({ pricing }: Entry): PricePeriod[] | null {
  if (pricing === null || pricing.prompt === null || pricing.completion === null || (pricing.request ?? 0) > 0) return null;
  const { prompt, completion, input_cache_read } = pricing;
  return always({ input: perMillion(prompt), cacheRead: perMillion(input_cache_read ?? prompt), output: perMillion(completion) });
}

/** Without the noise of binary fractions. */
function perMillion(price: number): number {
  return Number((price * 1_000_000).toPrecision(12));
}
