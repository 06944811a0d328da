// What a call for a summary sets aside is given back, whatever comes of it. What it changes is in make-room.test.ts.
import assert from 'node:assert/strict';
import { noBudgets, nothingSpent } from '../../shared/spent-math';
import { assistantMessage, placed, userMessage } from '../../test/support/event-samples';
import { abortedError } from '../providers/model-errors';
import type { ModelPart, ModelProvider } from '../providers/model';
import { unknownModel } from '../providers/models';
import { plainRequestParts } from '../providers/plain-request-parts';
import { History } from './history';
import type { RunPorts } from './ports';
import { Reservations } from './reservations';
import { SentRequests } from './sent-requests';
import { summarise } from './summarise';

const chatId = 'c';
const whole: ModelPart = { type: 'end', finish_reason: 'stop', text: '## Task', reasoning: '', tool_calls: [], usage: null, raw_usage: null };

/** How it ended, and what was set aside while it was asked for, when the facts were told, and at the end. */
async function heldWhen(part: ModelPart | Error, record: RunPorts['record'] = () => []): Promise<unknown[]> {
  const reservations = new Reservations();
  const held: number[] = [];
  const note = (): void => void held.push(reservations.heldIn(chatId).tokens);
  const provider: ModelProvider = {
    id: 'p',
    scripted: true,
    requestParts: plainRequestParts,
    async *stream() {
      note();
      if (part instanceof Error) throw part;
      yield part;
    },
  };
  const ports = {
    ...{ provider, model: 'm', known: unknownModel, toolSchemas: [], reservations, record },
    limits: () => ({ maxTurns: 100, budgets: { ...noBudgets, chat: { tokens: 1_000_000, usd: null } } }),
    spentInChat: () => nothingSpent,
    spentInRun: () => nothingSpent,
    requests: new SentRequests(null),
    openings: { keep: () => undefined },
    durable: () => Promise.resolve(),
    transient: () => undefined,
    tellFacts: async () => note(),
    newId: () => 'id',
    nowMicros: () => 1_000_000,
  } as Partial<RunPorts> as RunPorts; // it asks for nothing else
  const conversation = new History();
  for (const event of placed([userMessage(10, 'x'.repeat(9_000)), assistantMessage(20, { text: 'y'.repeat(9_000) }), userMessage(30, 'go on')])) conversation.apply(event);
  const request = { chatId, sessionId: 's', turnNumber: 1, spentBefore: nothingSpent, conversation, used: () => undefined };
  const limits = { window: Infinity, keep: 0, keepsUnread: true, worth: 0 };
  const ended = await summarise(ports, request, limits, new AbortController().signal).then(({ kind }) => kind, (error: unknown) => String(error));
  note();
  return [ended, ...held.map((tokens) => tokens > 0)];
}

describe('a summary', () => {
  it('gives back what was set aside for it, however it ends', async () => {
    assert.deepEqual(await heldWhen(whole), ['made', true, false, false]);
    assert.deepEqual(await heldWhen({ ...whole, text: '' }), ['failed', true, false]);
    assert.deepEqual(await heldWhen({ type: 'error', error: abortedError() }), ['failed', true, false]);
    assert.deepEqual(await heldWhen(new Error('a bug')), ['Error: a bug', true, false]);
    const refused = (): never => {
      throw new Error('the store is gone');
    };
    assert.deepEqual(await heldWhen(whole, refused), ['Error: the store is gone', true, false]);
  });
});
