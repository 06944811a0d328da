// What requests begin with, the system prompt and the tools, kept once each under its digest: so that it can be said later
// what was sent then.
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { canonicalJson } from '../providers/canonical-json';
import type { ModelRequest, ToolSchema } from '../providers/model';
import { StoreError, type Store } from '../store/store';
import type { RequestOpening } from '../store/tables/request-openings';

type Opening = Pick<ModelRequest, 'system' | 'tools'>;

const toolSchemas = z.array(z.object({ name: z.string(), description: z.string(), parameters: z.record(z.string(), z.unknown()) }));

const written = new WeakMap<readonly ToolSchema[], RequestOpening>();

/** `tools` is canonical JSON, by their names. */
export function requestOpening({ system, tools }: Opening): RequestOpening {
  const before = written.get(tools);
  if (before?.system === system) return before;
  const text = canonicalJson([...tools].sort((a, b) => (a.name < b.name ? -1 : 1)));
  const opening = { digest: shortDigest(canonicalJson([system, text])), system, tools: text };
  written.set(tools, opening);
  return opening;
}

/** SHA-256, its first 16 hex digits. */
export function shortDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Null when it was not kept, or is none. Rejects with a StoreError. */
export async function readOpening(store: Store, digest: string): Promise<Opening | null> {
  const row = await store.read('request_openings.get', { digest });
  if (row === null) return null;
  try {
    return { system: row.system, tools: toolSchemas.parse(JSON.parse(row.tools)) };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}

/** One for a workspace: asks the store once for each, and never holds a request up. */
export class RequestOpenings {
  readonly #store: Store;
  readonly #redact: (text: string) => string;
  readonly #reportBug: (error: unknown, where: string) => void;
  readonly #kept = new Set<string>();

  constructor(store: Store, redact: (text: string) => string, reportBug: (error: unknown, where: string) => void) {
    this.#store = store;
    this.#redact = redact;
    this.#reportBug = reportBug;
  }

  keep({ digest, system, tools }: RequestOpening): void {
    if (this.#kept.has(digest)) return;
    this.#kept.add(digest);
    const value = { digest, system: this.#redact(system), tools: this.#redact(tools) };
    // Owned here. A store that takes nothing says so itself; the next request tries again.
    this.#store.write([{ op: 'request_openings.put', value }]).catch((error: unknown) => {
      this.#kept.delete(digest);
      if (!(error instanceof StoreError)) this.#reportBug(error, 'keeping what requests begin with');
    });
  }
}
