// llama-server: GET /v1/models names what it serves, GET /props says how it runs a model: the context it really has, and
// what its chat template can do (https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md). Asking must
// never load a model.
import * as z from 'zod';
import { JsonRequestFailure } from '../bounded-json';
import { flag, modelId, readable, tokenCount, words } from './list-fields';
import { unknownServed, type ListReader, type ServedModel } from './served-model';

const list = z.object({ data: z.array(z.unknown()) });
const model = z.object({
  id: modelId,
  architecture: z.nullable(z.object({ input_modalities: words })).catch(null),
  /** There when one server manages several models. */
  status: z.nullable(z.object({ value: z.string() })).catch(null),
});
const properties = z.object({
  default_generation_settings: z.nullable(z.object({ n_ctx: tokenCount })).catch(null),
  modalities: z.nullable(z.object({ vision: flag })).catch(null),
  chat_template_caps: z.nullable(z.object({ supports_tools: flag, supports_tool_calls: flag })).catch(null),
});

/** Properties are one more request for each model. */
const mostAsked = 20;

export async function listLlamaCpp(read: ListReader): Promise<ServedModel[]> {
  const { data } = list.parse(await read.api('/models'));
  const models = readable(data, model);
  return Promise.all(models.map(async (entry, place) => served(entry, place < mostAsked && (entry.status === null || entry.status.value === 'loaded') ? await propertiesOf(read, entry.id) : null)));
}

function served({ id, architecture }: z.infer<typeof model>, told: z.infer<typeof properties> | null): ServedModel {
  const caps = told?.chat_template_caps ?? null;
  return {
    ...unknownServed,
    id,
    context_tokens: told?.default_generation_settings?.n_ctx ?? null,
    calls_tools: caps && (caps.supports_tools === true || caps.supports_tool_calls === true ? true : caps.supports_tools),
    takes_images: told?.modalities?.vision ?? architecture?.input_modalities?.includes('image') ?? null,
  };
}

async function propertiesOf(read: ListReader, id: string): Promise<z.infer<typeof properties> | null> {
  try {
    const answer = properties.safeParse(await read.root(`/props?model=${encodeURIComponent(id)}&autoload=false`));
    return answer.success ? answer.data : null;
  } catch (error) {
    if (error instanceof JsonRequestFailure) return null;
    throw error;
  }
}
