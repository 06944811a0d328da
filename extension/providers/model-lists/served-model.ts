// What lists of models are brought to, and what they are read through.
import type { KnownModel } from '../models';

export type ListDialect = 'openai' | 'openrouter' | 'ollama' | 'lmstudio' | 'llamacpp';

/** A model as its server describes it. */
export type ServedModel = KnownModel & {
  id: string;
  /** The server only passes requests on: what it answers is made, and may cost, elsewhere. */
  isRemote: boolean;
};

/** Reads one path: `api` is below the address of the API, `root` below the server it is on. Rejects with a JsonRequestFailure. */
export type ListReader = {
  api(path: string): Promise<unknown>;
  /** `post` is sent as JSON. */
  root(path: string, post?: unknown): Promise<unknown>;
};

export const maxListedModels = 5_000;

export const unknownServed: Omit<ServedModel, 'id'> = {
  context_tokens: null,
  max_output_tokens: null,
  calls_tools: null,
  takes_images: null,
  reasons: null,
  prices: null,
  isRemote: false,
};
