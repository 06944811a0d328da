// Lists of models as servers told them, kept for a while by address, so that what is known of a model is there before it
// is asked. Whoever needs a fact waits a moment for it at the most; what comes later is told to those who listen.
import { fetchModelList, type ListSource, type ModelList } from './model-list';
import { isLoopback } from './model-errors';
import type { ServedModel } from './model-lists/served-model';
import { waited } from './waited';

export type ListedAt = Omit<ListSource, 'key'> & { key(): Promise<string | undefined> };

type Kept = { list: ModelList; at: number };

export type KeptModelListsOptions = {
  now?: () => number;
  /** The longest that `served` waits. */
  patienceMs?: number;
  /** How long a server has for its list. */
  timeoutMs?: number;
  /** A bug: what the network and the server do is in the list. */
  reportBug(error: unknown): void;
};

export class KeptModelLists {
  readonly #kept = new Map<string, Kept>();
  readonly #asked = new Map<string, Promise<ModelList>>();
  readonly #listeners = new Set<() => void>();
  readonly #now: () => number;
  readonly #patienceMs: number;
  readonly #timeoutMs: number | undefined;
  readonly #reportBug: (error: unknown) => void;

  constructor({ now = Date.now, patienceMs = 1_000, timeoutMs, reportBug }: KeptModelListsOptions) {
    this.#now = now;
    this.#timeoutMs = timeoutMs;
    this.#reportBug = reportBug;
    this.#patienceMs = patienceMs;
  }

  /** Calls back when a list has come, or could not be had. */
  onDidChange(listener: () => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  /** Asks the server now, also where its list is kept. */
  fetch(source: ListedAt): Promise<ModelList> {
    const name = nameOf(source);
    const asked = this.#asked.get(name);
    if (asked) return asked;
    const answer = this.#ask(source);
    this.#asked.set(name, answer);
    return answer;
  }

  /** What is known of the model without waiting; a list that is missing or old is asked for meanwhile. */
  kept(source: ListedAt, model: string): ServedModel | null {
    const kept = this.#kept.get(nameOf(source));
    if (kept === undefined || this.#now() - kept.at > freshMs(source, kept.list)) this.fetch(source).catch(this.#reportBug);
    return kept === undefined ? null : find(kept.list, model);
  }

  /** The same; waits a moment where no list was ever asked for. */
  async served(source: ListedAt, model: string, signal: AbortSignal = new AbortController().signal): Promise<ServedModel | null> {
    const known = this.kept(source, model);
    if (this.#kept.has(nameOf(source))) return known;
    const enough = new AbortController();
    const both = AbortSignal.any([signal, enough.signal]);
    await Promise.race([this.fetch(source).catch(this.#reportBug), waited(this.#patienceMs, both)]);
    enough.abort();
    return this.kept(source, model);
  }

  async #ask(source: ListedAt): Promise<ModelList> {
    const name = nameOf(source);
    try {
      const list = await fetchModelList({ ...source, key: await source.key() }, this.#timeoutMs);
      const before = this.#kept.get(name)?.list;
      this.#kept.set(name, { list: before === undefined ? list : renewed(before, list), at: this.#now() });
      return list;
    } finally {
      this.#asked.delete(name);
      for (const listener of this.#listeners) listener();
    }
  }
}

/**
 * What was true a moment ago says more than that nobody answers now, and more than a server that tells how much a model
 * holds only while it is loaded.
 */
function renewed(before: ModelList, list: ModelList): ModelList {
  if (list.kind === 'failed' || before.kind === 'failed') return list.kind === 'failed' ? before : list;
  const held = new Map(before.models.map(({ id, context_tokens }) => [id, context_tokens]));
  return { ...list, models: list.models.map((model) => ({ ...model, context_tokens: model.context_tokens ?? held.get(model.id) ?? null })) };
}

/** A server on this machine is asked often: what it has loaded, and how, changes. */
function freshMs(source: ListedAt, list: ModelList): number {
  if (list.kind === 'failed') return 10_000;
  return isLoopback(source.baseUrl) ? 20_000 : 600_000;
}

function nameOf({ dialect, baseUrl }: ListedAt): string {
  return `${dialect} ${baseUrl}`;
}

/** Ollama answers to a name without a tag as to that with `latest`. */
function find(list: ModelList, model: string): ServedModel | null {
  if (list.kind === 'failed') return null;
  return list.models.find(({ id }) => id === model) ?? list.models.find(({ id }) => id === `${model}:latest`) ?? null;
}
