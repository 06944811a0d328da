// LM Studio's own API: v1 since 0.4 (https://lmstudio.ai/docs/developer/rest/list), v0 before, and OpenAI's list where
// there is neither. A model that was not trained for tools gets them in words by LM Studio: whether that works is unknown.
import * as z from 'zod';
import { JsonRequestFailure } from '../bounded-json';
import { flag, modelId, readable, tokenCount, words } from './list-fields';
import { listOpenAI } from './openai';
import { unknownServed, type ListReader, type ServedModel } from './served-model';

const listV1 = z.object({ models: z.array(z.unknown()) });
const modelV1 = z.object({
  key: modelId,
  type: z.string().catch(''),
  loaded_instances: z.array(z.object({ config: z.object({ context_length: tokenCount }) })).catch([]),
  capabilities: z.nullable(z.object({ vision: flag, trained_for_tool_use: flag })).catch(null),
});

const listV0 = z.object({ data: z.array(z.unknown()) });
const modelV0 = z.object({ id: modelId, type: z.string().catch(''), loaded_context_length: tokenCount, capabilities: words });

export async function listLMStudio(read: ListReader): Promise<ServedModel[]> {
  const v1 = listV1.safeParse(await ifThere(read.root('/api/v1/models')));
  if (v1.success) return readable(v1.data.models, modelV1).filter(({ type }) => type !== 'embedding').map(servedV1);
  const v0 = listV0.safeParse(await ifThere(read.root('/api/v0/models')));
  if (v0.success) return readable(v0.data.data, modelV0).filter(({ type }) => type !== 'embeddings').map(servedV0);
  return listOpenAI(read, { tellsPrices: false });
}

function servedV1({ key, loaded_instances, capabilities }: z.infer<typeof modelV1>): ServedModel {
  const contexts = loaded_instances.map(({ config }) => config.context_length);
  return {
    ...unknownServed,
    id: key,
    // Not loaded yet: the user's own defaults decide, and those are not told.
    context_tokens: contexts.length === 0 || contexts.includes(null) ? null : Math.min(...contexts.filter((context) => context !== null)),
    calls_tools: capabilities?.trained_for_tool_use === true ? true : null,
    takes_images: capabilities?.vision ?? null,
  };
}

function servedV0({ id, type, loaded_context_length, capabilities }: z.infer<typeof modelV0>): ServedModel {
  return {
    ...unknownServed,
    id,
    context_tokens: loaded_context_length,
    calls_tools: capabilities?.includes('tool_use') ? true : null,
    takes_images: type === 'vlm' ? true : type === 'llm' ? false : null,
  };
}

/** Null from a server that does not know the path; one that is not there at all is the caller's trouble. */
async function ifThere(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof JsonRequestFailure && (error.failure.kind === 'status' || error.failure.kind === 'not_json')) return null;
    throw error;
  }
}
