// An openai-compatible provider on a scripted server, with a clock that runs only where the provider waits for the next
// try: what it tells and how long it waits are exact.
import assert from 'node:assert/strict';
import type { ModelAnswer, ModelError, ModelPart, ModelRequest } from '../../../extension/providers/model';
import { OpenAICompatibleProvider, type OpenAICompatibleOptions } from '../../../extension/providers/openai-compatible';
import { someRequest } from '../../../extension/providers/provider-suite';
import type { Clock } from '../../../extension/providers/waited';
import { answer, type Reply } from './reply';
import { startModelServer, type ModelServer, type Script } from './server';

export const canaryKey = 'sk-very-secret-0123456789';

export const clockStart = Date.parse('2026-01-01T00:00:00Z');

export type Timeline = {
  requests: number;
  /** Each status part: `retrying 2 rate_limited in 3000 ms` is the second try, told before it is waited for. */
  statuses: string[];
  /** How long it really waited, one for each retry. */
  waits: number[];
  text: string;
  answer: ModelAnswer | null;
  error: ModelError | null;
  parts: ModelPart[];
};

export class ServedProvider {
  readonly #waits: number[] = [];
  #now = clockStart;
  readonly clock: Clock = {
    now: () => this.#now,
    wait: (ms, signal) => {
      this.#waits.push(ms);
      this.#now += ms;
      return Promise.resolve(!signal.aborted);
    },
  };

  private constructor(readonly server: ModelServer) {}

  static async start(script: Script): Promise<ServedProvider> {
    return new ServedProvider(await startModelServer({ script }));
  }

  /** Answers the n-th request with the n-th reply, and the last one for ever. */
  static inTurn(...replies: Reply[]): Promise<ServedProvider> {
    return ServedProvider.start(({ n }) => replies[Math.min(n, replies.length) - 1] ?? answer());
  }

  provider(options: Partial<OpenAICompatibleOptions> = {}): OpenAICompatibleProvider {
    return new OpenAICompatibleProvider({
      id: 'openai-compatible',
      label: 'The server',
      baseUrl: this.server.url,
      apiKey: () => Promise.resolve(canaryKey),
      requiresKey: false,
      clock: this.clock,
      ...options,
      retry: { random: () => 0.5, ...options.retry },
    });
  }

  /** One call from its first request to its end. */
  async timeline(options: Partial<OpenAICompatibleOptions> = {}, request: ModelRequest = someRequest()): Promise<Timeline> {
    const before = { requests: this.server.requests.length, waits: this.#waits.length };
    const parts: ModelPart[] = [];
    const statuses: string[] = [];
    for await (const part of this.provider(options).stream(request, new AbortController().signal)) {
      parts.push(part);
      if (part.type !== 'status') continue;
      const when = part.retry_at === null ? '' : ` ${part.code} in ${part.retry_at / 1000 - this.#now} ms`;
      statuses.push(`${part.status} ${part.attempt}${when}`);
    }
    const last = parts.at(-1);
    const ends = parts.filter(({ type }) => type === 'end' || type === 'error').length;
    assert.deepEqual([ends, last?.type === 'end' || last?.type === 'error'], [1, true], 'one end, and it is the last part');
    assert.ok(!JSON.stringify(parts).includes(canaryKey), 'the key is in no part');
    return {
      requests: this.server.requests.length - before.requests,
      statuses,
      waits: this.#waits.slice(before.waits),
      text: parts.map((part) => (part.type === 'text' ? part.delta : '')).join(''),
      answer: last?.type === 'end' ? last : null,
      error: last?.type === 'error' ? last.error : null,
      parts,
    };
  }

  close(): Promise<void> {
    return this.server.close();
  }
}
