// What every provider promises (see model.ts), as tests each of them runs. Test code: nothing that ships imports it.
import assert from 'node:assert/strict';
import type { ModelAnswer, ModelMessage, ModelPart, ModelProvider, ModelRequest } from './model';

export const someTools: ModelRequest['tools'] = [
  { name: 'list_files', description: 'Lists files.', parameters: { type: 'object', properties: { path: { type: 'string' } }, required: [] } },
  { name: 'search_files', description: 'Searches files.', parameters: { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] } },
];

export function someRequest(messages: readonly ModelMessage[] = [{ role: 'user', text: 'Look around.' }]): ModelRequest {
  return { model: 'some-model', system: 'You are a test.', tools: someTools, messages, session_id: '3f0c5a52-7f0e-4d40-9d3a-6d3c0e2a5b11' };
}

export async function collect(provider: ModelProvider, request: ModelRequest, signal = new AbortController().signal): Promise<ModelPart[]> {
  const parts: ModelPart[] = [];
  for await (const part of provider.stream(request, signal)) parts.push(part);
  return parts;
}

export function answerOf(parts: readonly ModelPart[]): ModelAnswer {
  const last = parts.at(-1);
  if (last?.type !== 'end') assert.fail(`expected an answer, got ${JSON.stringify(last)}`);
  const { type: _, ...answer } = last;
  return answer;
}

/** The messages that follow an answer, each of its calls having succeeded. */
export function followUp(answer: ModelAnswer): ModelMessage[] {
  const { text, reasoning, tool_calls } = answer;
  const results = tool_calls.map(({ tool_call_id, tool_name }): ModelMessage => ({ role: 'tool', tool_call_id, tool_name, text: 'nothing here' }));
  return [{ role: 'assistant', text, reasoning, tool_calls }, ...results];
}

/** `create` makes a provider whose answer to `someRequest()` has text of several pieces and at least one tool call. */
export function providerSuite(create: () => Promise<{ provider: ModelProvider; close(): Promise<void> }>): void {
  describe('as every provider', () => {
    let provider: ModelProvider;
    let close: () => Promise<void>;
    beforeEach(async () => ({ provider, close } = await create()));
    afterEach(() => close());

    it('ends with one answer that holds everything it handed out', async () => {
      const parts = await collect(provider, someRequest());
      const answer = answerOf(parts);
      const joined = (type: 'text' | 'reasoning'): string => parts.map((part) => (part.type === type ? part.delta : '')).join('');
      assert.deepEqual(
        { finals: parts.filter(({ type }) => type === 'end' || type === 'error').length, text: joined('text'), reasoning: joined('reasoning') },
        { finals: 1, text: answer.text, reasoning: answer.reasoning },
      );
      assert.ok(parts.filter(({ type }) => type === 'text').length > 1, 'the text comes in pieces');
      assert.equal(answer.finish_reason, 'tool_calls');
    });

    it('says that it waits before anything else, and that it streams before the first piece', async () => {
      const parts = await collect(provider, someRequest());
      const statuses = parts.flatMap((part) => (part.type === 'status' ? [part.status] : []));
      assert.deepEqual(statuses, ['waiting', 'streaming']);
      assert.deepEqual(
        parts.slice(0, 2).map(({ type }) => type),
        ['status', 'status'],
      );
    });

    it('gives tool calls ids that no other call of the session has', async () => {
      const request = someRequest();
      const first = answerOf(await collect(provider, request));
      const second = answerOf(await collect(provider, someRequest([...request.messages, ...followUp(first), { role: 'user', text: 'Again.' }])));
      const ids = [...first.tool_calls, ...second.tool_calls].map((call) => call.tool_call_id);
      assert.ok(ids.length > 1);
      assert.ok(!ids.includes(''));
      assert.equal(new Set(ids).size, ids.length);
    });

    it('answers an abort before the start with nothing but that', async () => {
      const parts = await collect(provider, someRequest(), AbortSignal.abort());
      assert.deepEqual(parts.map((part) => (part.type === 'error' ? part.error.code : part.type)), ['aborted']);
    });

    it('ends at once when aborted in the middle', async () => {
      const stop = new AbortController();
      const parts: ModelPart[] = [];
      for await (const part of provider.stream(someRequest(), stop.signal)) {
        parts.push(part);
        if (part.type === 'text') stop.abort();
      }
      assert.deepEqual(
        parts.slice(parts.findIndex(({ type }) => type === 'text') + 1).map((part) => (part.type === 'error' ? part.error.code : part.type)),
        ['aborted'],
      );
    });

    it('can be left in the middle and asked again', async () => {
      for await (const part of provider.stream(someRequest(), new AbortController().signal)) if (part.type === 'text') break;
      answerOf(await collect(provider, someRequest()));
    });

    it('tells the parts of a request, those of equal messages as the same object, however it goes on', async () => {
      const request = someRequest();
      const first = provider.requestParts(request);
      const messages = [...request.messages, ...followUp(answerOf(await collect(provider, request))), { role: 'user' as const, text: 'Again.' }];
      const second = provider.requestParts({ ...request, messages });
      assert.deepEqual({ ...second, messages: first.messages }, first);
      assert.equal(second.messages.length, messages.length);
      assert.ok(first.messages.every((bytes, place) => bytes === second.messages[place] && bytes.length > 0));
      const others = [{ ...request, model: 'another' }, { ...request, tools: someTools.slice(1) }, { ...request, system: 'You are another.' }].map((other) => provider.requestParts(other));
      const changed = others.map((other) => [other.head !== first.head, !other.tools.equals(first.tools), !other.system.equals(first.system)]);
      assert.deepEqual(changed, [[true, false, false], [false, true, false], [false, false, true]]);
    });

    it('leaves the request as it was', async () => {
      const request = someRequest();
      const before = structuredClone(request);
      await collect(provider, request);
      assert.deepEqual(request, before);
    });
  });
}
