import assert from 'node:assert/strict';
import type { ModelPart, ModelProvider } from '../providers/model';
import { unknownModel } from '../providers/models';
import { plainRequestParts } from '../providers/plain-request-parts';
import { callModel, type ModelTurn } from './model-turn';
import type { RunPorts } from './ports';
import { SentRequests } from './sent-requests';

const status = (kind: 'waiting' | 'retrying' | 'streaming', attempt: number): ModelPart => ({ type: 'status', status: kind, attempt, retry_at: null, reason: '', code: '' });
const end: ModelPart = { type: 'end', finish_reason: 'stop', text: 'Hi', reasoning: '', tool_calls: [], usage: null, raw_usage: null };

/** What is recorded of a call whose parts come after these milliseconds each. */
async function called(...parts: readonly (readonly [ms: number, part: ModelPart])[]): Promise<ModelTurn['call']> {
  let now = 1_000_000;
  const provider: ModelProvider = {
    id: 'p',
    scripted: false,
    requestParts: plainRequestParts,
    async *stream() {
      for (const [ms, part] of parts) {
        now += ms * 1000;
        yield part;
      }
    },
  };
  const ports = {
    ...{ provider, model: 'm', known: unknownModel, toolSchemas: [] },
    requests: new SentRequests(null),
    openings: { keep: () => undefined },
    durable: () => Promise.resolve(),
    transient: () => undefined,
    nowMicros: () => now,
  } as Partial<RunPorts> as RunPorts; // it asks for nothing else
  const place = { chatId: 'c', sessionId: 's', turnNumber: 1, llmCallId: 'l', messageId: 'm' };
  const { call } = await callModel(ports, { ...place, messages: [{ role: 'user', text: 'x' }], inputTokens: 1, maxOutputTokens: null, queuedMs: 40 }, new AbortController().signal);
  return call;
}

describe('the measures of a model call', () => {
  it('tell how long it took until the last try began, and all times from the first', async () => {
    const { attempts, retry_ms, first_token_ms, duration_ms, queued_ms } = await called(
      [10, status('waiting', 1)],
      [100, status('retrying', 2)],
      [2_000, status('waiting', 2)],
      [50, status('retrying', 3)],
      [3_000, status('waiting', 3)],
      [500, status('streaming', 3)],
      [0, { type: 'text', delta: 'Hi' }],
      [250, end],
    );
    assert.deepEqual({ attempts, retry_ms, first_token_ms, duration_ms, queued_ms }, { attempts: 3, retry_ms: 5_150, first_token_ms: 5_650, duration_ms: 5_900, queued_ms: 40 });
  });

  it('tell of no tries where the first was the last', async () => {
    const call = await called([10, status('waiting', 1)], [500, end]);
    assert.deepEqual([call.duration_ms, 'attempts' in call, 'retry_ms' in call], [500, false, false]);
  });
});
