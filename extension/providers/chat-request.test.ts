import assert from 'node:assert/strict';
import { answer, type AnswerOptions } from '../../test/support/model-server/reply';
import { canaryKey, ServedProvider } from '../../test/support/model-server/served-provider';
import type { WireQuirks } from './chat-request';
import type { ModelImage, ModelMessage, ModelRequest } from './model';
import { answerOf, collect, followUp, someRequest, someTools } from './provider-suite';

const whole: AnswerOptions = {
  reasoning: 'Hm, let me see.',
  text: 'I look around. Größe: 10 €, 日本語 🙂.',
  toolCalls: [
    { id: 'a', name: 'list_files', arguments: { path: 'src' } },
    { id: 'b', name: 'search_files', arguments: { query: 'coupon “twice”' } },
  ],
};

describe('a chat request', () => {
  let served: ServedProvider;
  afterEach(() => served.close());

  it('starts every request with the bytes of the one before', async () => {
    served = await ServedProvider.start(({ n }) => (n <= 12 ? answer({ ...whole, toolCalls: whole.toolCalls?.map((call) => ({ ...call, id: n % 3 === 0 ? '' : `${call.id}${n}` })) }) : answer({ text: 'done' })));
    const model = served.provider({ quirks: { echoReasoning: true, sessionField: 'user_id' } });
    const images: ModelImage[] = [{ media_type: 'image/png', data: 'aGk=' }];
    let messages: ModelMessage[] = [{ role: 'user', text: 'Go, with half a pair: \ud83d.', context: 'Facts.', images }];
    for (let turn = 1; turn <= 13; turn += 1) {
      // Rebuilt each time, as a resumed session does: equal content must give equal bytes.
      const { tool_calls, ...rest } = answerOf(await collect(model, { ...someRequest(structuredClone(messages)), max_output_tokens: 1000 - turn }));
      messages = [...messages, ...followUp({ ...rest, tool_calls })];
      if (turn === 6) messages.push({ role: 'user', text: 'Go on.' });
    }
    const bodies = served.server.requests.map(({ rawBody }) => rawBody);
    assert.equal(bodies.length, 13);
    for (const [n, body] of bodies.entries()) {
      const before = bodies[n - 1];
      if (before !== undefined) assert.ok(body.startsWith(before.slice(0, before.lastIndexOf('],"max_tokens"'))), `request ${n + 1} does not continue request ${n}`);
    }
    const last = served.server.requests.at(-1)?.prompt;
    const previous = served.server.requests.at(-2)?.prompt;
    assert.ok(last && previous && last.hit_tokens > previous.prompt_tokens - 64, 'the prefix cache is hit up to its unit');
  });

  it('is told by its parts: together they are what is sent, but for what stands after the messages', async () => {
    served = await ServedProvider.start(() => answer({ text: 'ok' }));
    const model = served.provider({ quirks: { echoReasoning: true, sessionField: 'user_id', extraBody: { thinking: { type: 'enabled' } } } });
    const requests: ModelRequest[] = [{ ...someRequest([{ role: 'user', text: 'Go, “now”.' }, { role: 'assistant', text: 'ok', reasoning: 'r', tool_calls: [] }]), max_output_tokens: 9 }, { ...someRequest([]), tools: [] }];
    for (const request of requests) await collect(model, request);
    const told = requests.map((request) => {
      const { head, tools, system, messages } = model.requestParts(request);
      return Buffer.concat([Buffer.from(head), tools, system, ...messages]).toString();
    });
    assert.deepEqual(served.server.requests.map(({ rawBody }) => rawBody), [`${told[0]}],"max_tokens":9}`, `${told[1]}]}`]);
    const { head, tools } = model.requestParts(requests[0] ?? someRequest());
    assert.match(head, /"model":"some-model".*"thinking":.*"user_id"/);
    assert.equal(JSON.parse(`{${tools.subarray(1).toString()}}`).tools.length, 2);
  });

  it('is written for each server as that one wants it, the same request too', async () => {
    served = await ServedProvider.start(() => answer({ text: 'ok' }));
    const request = someRequest();
    const heads = [{ think: true }, { think: false }].map((extraBody) => served.provider({ quirks: { extraBody } }).requestParts(request).head);
    assert.deepEqual(heads.map((head) => /"think":(\w+)/.exec(head)?.[1]), ['true', 'false']);
  });

  it('spells the tools the same whatever order they and their fields come in', async () => {
    served = await ServedProvider.start(() => answer({ text: 'ok' }));
    const reordered = [...someTools].reverse().map(({ name, description, parameters }) => ({ parameters: Object.fromEntries(Object.entries(parameters).reverse()), description, name }));
    await collect(served.provider(), someRequest());
    await collect(served.provider(), { ...someRequest(), tools: reordered });
    assert.equal(served.server.requests[1]?.rawBody, served.server.requests[0]?.rawBody);
  });

  it('is a plain streamed chat-completions request with the key and nothing about the machine', async () => {
    served = await ServedProvider.start(() => answer({ text: 'ok' }));
    await collect(served.provider(), { ...someRequest(), tools: [] });
    const [request] = served.server.requests;
    assert.deepEqual(JSON.parse(request?.rawBody ?? ''), {
      model: 'some-model',
      stream: true,
      stream_options: { include_usage: true },
      messages: [
        { role: 'system', content: 'You are a test.' },
        { role: 'user', content: 'Look around.' },
      ],
    });
    const { host: _host, 'content-length': _length, ...headers } = request?.headers ?? {};
    assert.deepEqual(headers, {
      accept: 'text/event-stream',
      authorization: `Bearer ${canaryKey}`,
      connection: 'keep-alive',
      'content-type': 'application/json',
      'user-agent': 'BooCode',
    });
  });

  it('sends reasoning back only where the API wants it, also when it was empty', async () => {
    const call = { tool_call_id: 'a', tool_name: 'list_files', arguments: '{}' };
    const messages: ModelMessage[] = [
      { role: 'user', text: '1' },
      { role: 'assistant', text: 'no tools', reasoning: 'r1', tool_calls: [] },
      { role: 'user', text: '2' },
      { role: 'assistant', text: '', reasoning: '', tool_calls: [call] },
      { role: 'tool', tool_call_id: 'a', tool_name: 'list_files', text: 'x' },
      { role: 'assistant', text: 'done', reasoning: 'r3', tool_calls: [] },
      { role: 'user', text: '3' },
    ];
    served = await ServedProvider.start(() => answer({ text: 'ok' }));
    await collect(served.provider({ quirks: { echoReasoning: true } }), someRequest(messages));
    await collect(served.provider(), someRequest(messages));
    const sent = served.server.requests.map(({ body }) => body.messages.filter(({ role }) => role === 'assistant').map((message) => message.reasoning_content));
    assert.deepEqual(sent, [
      [undefined, '', 'r3'],
      [undefined, undefined, undefined],
    ]);
  });

  it('never replays arguments a server could not parse', async () => {
    const messages: ModelMessage[] = [
      { role: 'user', text: '1' },
      { role: 'assistant', text: '', reasoning: '', tool_calls: [{ tool_call_id: 'a', tool_name: 'list_files', arguments: '{"pa' }, { tool_call_id: 'b', tool_name: 'list_files', arguments: '' }] },
    ];
    served = await ServedProvider.start(() => answer({ text: 'ok' }));
    await collect(served.provider(), someRequest(messages));
    const sent = served.server.requests[0]?.body.messages.at(-1)?.tool_calls?.map((call) => call.function.arguments);
    assert.deepEqual(sent, ['{"invalid_json":"{\\"pa"}', '{}']);
  });

  const sentMessages = async (messages: readonly ModelMessage[], more: Partial<ModelRequest> = {}, quirks: Partial<WireQuirks> = {}): Promise<string> => {
    served = await ServedProvider.start(() => answer({ text: 'ok' }));
    await collect(served.provider({ quirks }), { ...someRequest(messages), tools: [], ...more });
    return served.server.requests[0]?.rawBody.replace(/^.*?"messages":\[\{"role":"system","content":"You are a test."\},/, '') ?? '';
  };

  it('puts the context of a user message before its text', async () => {
    const sent = await sentMessages([
      { role: 'user', text: 'Fix it.', context: 'AGENTS.md says: be brief.' },
      { role: 'user', text: '', context: 'Only facts.' },
    ]);
    assert.equal(sent, '{"role":"user","content":"AGENTS.md says: be brief.\\n\\nFix it."},{"role":"user","content":"Only facts."}]}');
  });

  it('sends images as parts after the text, and alone when there is no text', async () => {
    const images: ModelImage[] = [{ media_type: 'image/png', data: 'aGk=' }, { media_type: 'image/webp', data: 'eW8=' }];
    const sent = JSON.parse(`[${await sentMessages([{ role: 'user', text: 'Like this?', context: 'Facts.', images }, { role: 'user', text: '', images: images.slice(0, 1) }])}`.replace(/\}$/, ''));
    const [png, webp] = ['data:image/png;base64,aGk=', 'data:image/webp;base64,eW8='].map((url) => ({ type: 'image_url', image_url: { url } }));
    assert.deepEqual(sent, [
      { role: 'user', content: [{ type: 'text', text: 'Facts.\n\nLike this?' }, png, webp] },
      { role: 'user', content: [png] },
    ]);
  });

  it('says the output limit after the messages, under the name the API knows', async () => {
    const messages: ModelMessage[] = [{ role: 'user', text: 'Go.' }];
    assert.equal(await sentMessages(messages, { max_output_tokens: 7 }), '{"role":"user","content":"Go."}],"max_tokens":7}');
    await served.close();
    assert.equal(await sentMessages(messages, { max_output_tokens: 7 }, { outputLimitField: 'max_completion_tokens' }), '{"role":"user","content":"Go."}],"max_completion_tokens":7}');
  });
});
