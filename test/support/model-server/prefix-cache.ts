// A simulated prefix cache: per user, what a request shares from its first byte with an earlier one is a hit, in whole
// units. Tokens are bytes / 4 here, so figures compare with each other and with nothing else.
import type { ChatBody } from './chat-body';

export const bytesPerToken = 4;
const unitTokens = 64;
const keptPerUser = 8;

export type PromptTokens = { prompt_tokens: number; hit_tokens: number; miss_tokens: number };

export class PrefixCache {
  readonly #earlier = new Map<string, string[]>();

  /** Counts a request against the cache and then adds it. */
  count(user: string, body: ChatBody): PromptTokens {
    const prompt = [JSON.stringify(body.tools ?? []), ...body.messages.map((message) => JSON.stringify(message))].join('\n');
    const earlier = this.#earlier.get(user) ?? [];
    const shared = earlier.reduce((longest, other) => Math.max(longest, sharedLength(prompt, other, longest)), 0);
    this.#earlier.set(user, [prompt, ...earlier.filter((other) => !prompt.startsWith(other))].slice(0, keptPerUser));
    const prompt_tokens = Math.ceil(Buffer.byteLength(prompt) / bytesPerToken);
    const sharedTokens = Buffer.byteLength(prompt.slice(0, shared)) / bytesPerToken;
    const hit_tokens = Math.floor(sharedTokens / unitTokens) * unitTokens;
    return { prompt_tokens, hit_tokens, miss_tokens: prompt_tokens - hit_tokens };
  }
}

function sharedLength(a: string, b: string, atLeast: number): number {
  if (b.length <= atLeast) return 0;
  if (a.startsWith(b)) return b.length;
  const end = Math.min(a.length, b.length);
  let at = 0;
  while (at < end && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  return at;
}
