// Ollama's own API: what is installed (/api/tags), what each model can do (/api/show) and what is loaded (/api/ps).
// The context that a model was trained for is not the one that it gets: that is its `num_ctx`, or else what the server
// was set to, which can be seen only once the model is loaded. Until then it is unknown.
import * as z from 'zod';
import { JsonRequestFailure } from '../bounded-json';
import { modelId, readable, tokenCount, words } from './list-fields';
import { unknownServed, type ListReader, type ServedModel } from './served-model';

const list = z.object({ models: z.array(z.unknown()) });
const remoteHost = z.nullable(z.string()).catch(null);
const installed = z.object({ name: modelId, remote_host: remoteHost });
const loaded = z.object({ name: modelId, context_length: tokenCount });
const details = z.object({
  capabilities: words,
  parameters: z.string().catch(''),
  model_info: z.record(z.string(), z.unknown()).catch({}),
  remote_host: remoteHost,
});

/** Details are one more request for each model; those beyond this are listed without. */
const mostAsked = 100;
const atOnce = 8;

export async function listOllama(read: ListReader): Promise<ServedModel[]> {
  const { models } = list.parse(await read.root('/api/tags'));
  const found = readable(models, installed);
  const contexts = await loadedContexts(read);
  const served: ServedModel[] = [];
  for (let at = 0; at < Math.min(found.length, mostAsked); at += atOnce) {
    const some = found.slice(at, Math.min(at + atOnce, mostAsked));
    const described = await Promise.all(some.map(async ({ name, remote_host }) => describe(name, remote_host !== null, contexts.get(name) ?? null, await shown(read, name))));
    served.push(...described.filter((model) => model !== null));
  }
  return [...served, ...found.slice(mostAsked).map(({ name, remote_host }) => ({ ...unknownServed, id: name, isRemote: isCloud(name, remote_host !== null) }))];
}

type Details = z.infer<typeof details>;

/** Null for what does not chat, such as a model of embeddings. */
function describe(name: string, isKnownRemote: boolean, loadedContext: number | null, told: Details | null): ServedModel | null {
  const isRemote = isCloud(name, isKnownRemote || (told?.remote_host ?? null) !== null);
  if (told === null) return { ...unknownServed, id: name, context_tokens: loadedContext, isRemote };
  const { capabilities } = told;
  if (capabilities !== null && !capabilities.includes('completion') && !capabilities.includes('tools')) return null;
  return {
    ...unknownServed,
    id: name,
    // In Ollama's cloud a model has all of it.
    context_tokens: isRemote ? trainedContext(told) : (ownContext(told) ?? loadedContext),
    calls_tools: capabilities?.includes('tools') ?? null,
    takes_images: capabilities?.includes('vision') ?? null,
    reasons: capabilities?.includes('thinking') ?? null,
    isRemote,
  };
}

/** Models of Ollama's cloud are offered by the local server under names that end so. */
export function isCloudName(name: string): boolean {
  return /[-:]cloud$/.test(name);
}

function isCloud(name: string, isKnownRemote: boolean): boolean {
  return isKnownRemote || isCloudName(name);
}

function ownContext({ parameters, model_info }: Details): number | null {
  const [, text] = /^num_ctx\s+(\d+)\s*$/m.exec(parameters) ?? [];
  const own = tokenCount.parse(Number(text ?? Number.NaN));
  if (own === null) return null;
  return Math.min(own, trainedContext({ model_info }) ?? own);
}

function trainedContext({ model_info }: Pick<Details, 'model_info'>): number | null {
  const [, value] = Object.entries(model_info).find(([name]) => name.endsWith('.context_length')) ?? [];
  return tokenCount.parse(value);
}

async function loadedContexts(read: ListReader): Promise<ReadonlyMap<string, number | null>> {
  const answer = list.safeParse(await ifAnswered(read.root('/api/ps')));
  return new Map(answer.success ? readable(answer.data.models, loaded).map(({ name, context_length }) => [name, context_length]) : []);
}

async function shown(read: ListReader, name: string): Promise<Details | null> {
  const answer = details.safeParse(await ifAnswered(read.root('/api/show', { model: name })));
  return answer.success ? answer.data : null;
}

/** Details that cannot be had keep nobody from the list. */
async function ifAnswered(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof JsonRequestFailure) return null;
    throw error;
  }
}
