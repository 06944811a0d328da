// Asks a model server which models it has, and brings what it says of them to one form. What it does not say is null.
// A server's answer is hostile until read: everything in it is optional, checked and bounded.
import * as z from 'zod';
import { JsonRequestFailure, requestJson, type JsonFailure } from './bounded-json';
import { isLoopback, shownUrl } from './model-errors';
import { listLlamaCpp } from './model-lists/llamacpp';
import { listLMStudio } from './model-lists/lmstudio';
import { listOllama } from './model-lists/ollama';
import { listOpenAI } from './model-lists/openai';
import type { ListDialect, ListReader, ServedModel } from './model-lists/served-model';

export type ListProblem = { message: string; next_step: string };
export type ModelList = { kind: 'models'; models: readonly ServedModel[] } | { kind: 'failed'; problem: ListProblem };

export type ListSource = {
  label: string;
  dialect: ListDialect;
  baseUrl: string;
  key: string | undefined;
  ifSilent: string;
};

const deadlineMs = 10_000;

/** Never rejects for what the network or the server did. */
export async function fetchModelList(source: ListSource, timeoutMs = deadlineMs): Promise<ModelList> {
  const signal = AbortSignal.timeout(timeoutMs);
  const api = source.baseUrl.replace(/\/+$/, '');
  const root = api.replace(/\/v\d+$/, '');
  const read: ListReader = {
    api: (path) => requestJson({ url: `${api}${path}`, key: source.key, signal }),
    root: (path, post) => requestJson({ url: `${root}${path}`, key: source.key, post, signal }),
  };
  try {
    const models = await listers[source.dialect](read);
    const unique = new Map(models.map((model) => [model.id, model]));
    return { kind: 'models', models: [...unique.values()] };
  } catch (error) {
    if (error instanceof JsonRequestFailure) return { kind: 'failed', problem: problemOf(error.failure, source) };
    if (error instanceof z.ZodError) return { kind: 'failed', problem: problemOf({ kind: 'not_json' }, source) };
    throw error;
  }
}

const listers: Readonly<Record<ListDialect, (read: ListReader) => Promise<ServedModel[]>>> = {
  openai: (read) => listOpenAI(read, { tellsPrices: false }),
  openrouter: (read) => listOpenAI(read, { tellsPrices: true }),
  ollama: listOllama,
  lmstudio: listLMStudio,
  llamacpp: listLlamaCpp,
};

function problemOf(failure: JsonFailure, { label, baseUrl, ifSilent }: ListSource): ListProblem {
  const address = shownUrl(baseUrl);
  switch (failure.kind) {
    case 'unreachable': {
      const where = isLoopback(baseUrl) && failure.detail === 'ECONNREFUSED' ? `Nothing answers at ${address}.` : `${address} cannot be reached${failure.detail === '' ? '' : ` (${failure.detail})`}.`;
      return { message: where, next_step: ifSilent };
    }
    case 'timeout':
      return { message: `${label} did not list its models in time.`, next_step: ifSilent };
    case 'status':
      if (failure.status === 401 || failure.status === 403) return { message: `${label} refused to list its models without a key that it knows.`, next_step: 'Set the key with "BooCode: Set API Key".' };
      if (failure.status === 404) return { message: `There is no list of models at ${address}.`, next_step: 'Check the address; often it ends in /v1. Or type the name of the model.' };
      return { message: `${label} could not list its models (status ${failure.status}).`, next_step: 'Try again in a while, or type the name of the model.' };
    case 'redirect':
      return { message: `${address} redirects elsewhere; BooCode does not follow, so that the key stays here.`, next_step: 'Set the address that it redirects to.' };
    case 'too_large':
      return { message: `The list of models of ${label} is larger than BooCode reads.`, next_step: 'Type the name of the model.' };
    case 'not_json':
      return { message: `What answers at ${address} is no list of models.`, next_step: 'Check the address; often it ends in /v1. Or type the name of the model.' };
  }
}
