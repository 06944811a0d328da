// Models of another extension, through VS Code's own API: the contract of every provider, what reaches the model, and
// every way it can fail.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ModelMessage, ModelPart, ModelProvider } from '../../extension/providers/model';
import { answerOf, collect, providerSuite, someRequest } from '../../extension/providers/provider-suite';
import { unknownModel } from '../../extension/providers/models';
import { describeVsCodeFailure } from '../../extension/vscode/language-models/vscode-model-failure';
import { VsCodeModels } from '../../extension/vscode/language-models/vscode-models';
import { VsCodeProvider } from '../../extension/vscode/language-models/vscode-provider';
import { call, guarded, pixel, plain, say, scriptedModels, talker, toolless, type ScriptedAnswer, type ScriptedModels } from './scripted-models';

describe('a model of another extension', () => {
  let scripted: ScriptedModels;
  let models: VsCodeModels;
  let provider: VsCodeProvider;

  before(async () => {
    scripted = await scriptedModels();
    models = new VsCodeModels();
    provider = new VsCodeProvider(models, { retry: { minMs: 1, maxMs: 2 } });
  });
  beforeEach(() => {
    scripted.requests.length = 0;
  });
  after(() => models.dispose());

  const asked = async (answer: ScriptedAnswer, messages?: readonly ModelMessage[], model = talker): Promise<ModelPart[]> => {
    scripted.answer = answer;
    return collect(provider, { ...someRequest(messages), model });
  };
  const lastError = (parts: readonly ModelPart[]): { code: string; message: string; next_step: string } => {
    const last = parts.at(-1);
    if (last?.type !== 'error') assert.fail(`expected an error, got ${JSON.stringify(last)}`);
    return { code: last.error.code, message: last.error.message, next_step: last.error.next_step ?? '' };
  };

  providerSuite(async () => {
    scripted.answer = async (report) => {
      report(say('Looking '));
      // VS Code hands parts over together that come within a moment.
      await new Promise((resolve) => setTimeout(resolve, 60));
      report(say('around.'));
      report(call('same', 'list_files', { path: '.' }));
      report(call('same', 'search_files', { query: 'x' }));
    };
    const asTalker: ModelProvider = { id: provider.id, scripted: false, requestParts: (request) => provider.requestParts(request), stream: (request, signal) => provider.stream({ ...request, model: talker }, signal) };
    return { provider: asTalker, close: () => Promise.resolve() };
  });

  it('is listed with what VS Code says of it, and nothing else', async () => {
    const listed = await models.list();
    const size = { context_tokens: 64_000, calls_tools: true, takes_images: true };
    assert.deepEqual(
      listed.filter(({ vendor }) => vendor === 'boocode-test'),
      [
        { name: guarded, label: 'Guarded', vendor: 'boocode-test', family: 'scripted', known: { ...unknownModel, ...size } },
        { name: toolless, label: 'Toolless', vendor: 'boocode-test', family: 'scripted', known: { ...unknownModel, calls_tools: false, takes_images: false } },
        { name: talker, label: 'Talker', vendor: 'boocode-test', family: 'scripted', known: { ...unknownModel, ...size } },
      ],
    );
  });

  it('gets the whole conversation: the system prompt first, then texts, images, calls and results as VS Code has them', async () => {
    const tool_calls = [
      { tool_call_id: 'a', tool_name: 'list_files', arguments: '{"path":"."}' },
      { tool_call_id: 'b', tool_name: 'search_files', arguments: '{"query": "cut' },
    ];
    const parts = await asked((report) => report(say('Seen.')), [
      { role: 'user', text: 'Look.', context: 'Open: a.ts', images: [{ media_type: 'image/png', data: pixel }] },
      { role: 'assistant', text: '', reasoning: 'hm', tool_calls },
      { role: 'tool', tool_call_id: 'a', tool_name: 'list_files', text: 'a.ts' },
      { role: 'tool', tool_call_id: 'b', tool_name: 'search_files', text: 'not run' },
      { role: 'assistant', text: 'One file.', reasoning: '', tool_calls: [] },
      { role: 'user', text: 'And now?' },
    ]);
    assert.deepEqual(answerOf(parts), { finish_reason: 'stop', text: 'Seen.', reasoning: '', tool_calls: [], usage: null, raw_usage: null });
    const [request] = scripted.requests;
    assert.ok(request);
    assert.deepEqual(request.messages.map(plain), [
      { role: 'user', content: ['You are a test.'] },
      { role: 'user', content: ['Open: a.ts\n\nLook.', { mime: 'image/png', data: pixel }] },
      {
        role: 'assistant',
        content: [
          { call: 'a', name: 'list_files', input: { path: '.' } },
          { call: 'b', name: 'search_files', input: { invalid_json: '{"query": "cut' } },
        ],
      },
      { role: 'user', content: [{ result: 'a', content: ['a.ts'] }, { result: 'b', content: ['not run'] }] },
      { role: 'assistant', content: ['One file.'] },
      { role: 'user', content: ['And now?'] },
    ]);
    assert.deepEqual(
      request.tools?.map(({ name, description, inputSchema }) => ({ name, description, parameters: inputSchema })),
      someRequest().tools,
    );
  });

  it('reasons in parts that the API has no name for, and has its usage where its extension tells it', async () => {
    type Thinking = new (value: string) => vscode.LanguageModelTextPart;
    // Not in the typings of 1.106.
    const { LanguageModelThinkingPart } = vscode as unknown as { LanguageModelThinkingPart: Thinking };
    const usage = { prompt_tokens: 100, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 60 } };
    const parts = await asked((report) => {
      report(new LanguageModelThinkingPart('Well, '));
      report(say('Yes.'));
      report(vscode.LanguageModelDataPart.json({ kept: 'elsewhere' }));
      report(new vscode.LanguageModelDataPart(Buffer.from(JSON.stringify(usage)), 'usage'));
    });
    assert.deepEqual(answerOf(parts), {
      ...{ finish_reason: 'stop', text: 'Yes.', reasoning: 'Well, ', tool_calls: [] },
      usage: { input: 40, cache_read: 60, cache_write: 0, output: 7, reasoning: 0 },
      raw_usage: usage,
    });
  });

  it('is told to stop at once when a person stops it', async () => {
    let isTold = false;
    const told = new Promise<void>((resolve) => {
      scripted.answer = (report, token) => {
        report(say('One'));
        return new Promise(() => token.onCancellationRequested(() => resolve()));
      };
    });
    const stop = new AbortController();
    const codes: string[] = [];
    for await (const part of provider.stream({ ...someRequest(), model: talker }, stop.signal)) {
      if (part.type === 'text') stop.abort();
      if (part.type === 'error') codes.push(part.error.code);
    }
    await told.then(() => (isTold = true));
    assert.deepEqual([codes, isTold], [['aborted'], true]);
  });

  it('is cut off where the request says', async () => {
    scripted.answer = async (report, token) => {
      while (!token.isCancellationRequested) {
        report(say('继续说下去'));
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    const parts = await collect(provider, { ...someRequest(), model: talker, max_output_tokens: 5 });
    // Counted in bytes: most writings have more than one for a character.
    assert.deepEqual([answerOf(parts).finish_reason, answerOf(parts).text], ['length', '继续说下去']);
  });

  it('that takes no images is told of one that was left out', async () => {
    scripted.answer = (report) => report(say('I see none.'));
    await collect(new VsCodeProvider(models, { takesImages: false }), { ...someRequest([{ role: 'user', text: '', images: [{ media_type: 'image/png', data: pixel }] }]), model: toolless });
    assert.deepEqual(scripted.requests[0]?.messages.map(plain).at(-1), { role: 'user', content: ['[The user attached an image. This model takes none, so it was left out.]'] });
  });

  it('that a person did not allow says how to allow it', async () => {
    // VS Code asks in a dialog; in a test run it takes every dialog for refused.
    const { code, next_step } = lastError(await asked(() => assert.fail('asked'), undefined, guarded));
    assert.equal(code, 'no_permission');
    assert.match(next_step, /allow it when VS Code asks/);
  });

  for (const name of ['boocode-test/scripted/gone', 'nobody/at/all', 'boocode/demo/scripted-demo', '']) {
    it(`named ${JSON.stringify(name)} is not there to be asked`, async () => {
      assert.equal(lastError(await asked(() => assert.fail('asked'), undefined, name)).code, 'unknown_model');
    });
  }

  it('that goes away between two turns is missed, and found again when it is back', async () => {
    const all = scripted.models;
    await asked((report) => report(say('Here.')));
    const others = new Promise<void>((resolve) => void models.onDidChange(() => resolve()));
    scripted.models = all.filter(({ id }) => id !== 'talker');
    try {
      scripted.changed();
      await others;
      assert.equal(lastError(await asked(() => assert.fail('asked'))).code, 'unknown_model');
    } finally {
      scripted.models = all;
    }
    assert.equal(answerOf(await asked((report) => report(say('Back.')))).text, 'Back.');
  });

  it('is found again when its extension was started anew meanwhile', async () => {
    await asked((report) => report(say('Here.')));
    scripted.restart();
    assert.equal(answerOf(await asked((report) => report(say('Here again.')))).text, 'Here again.');
  });

  const { Blocked, NoPermissions, NotFound } = vscode.LanguageModelError;
  const thrown: [string, Error, string, number][] = [
    ['a used-up quota', Blocked('Monthly quota reached'), 'rate_limited', 1],
    ['permission taken back', NoPermissions('no'), 'no_permission', 1],
    ['a model that is gone', NotFound('gone'), 'unknown_model', 1],
    ['a bug of the extension', new TypeError('x is not a function'), 'server', 1],
    ['a lost connection', new Error('read ECONNRESET'), 'unreachable', 6],
  ];
  for (const [what, error, code, requests] of thrown) {
    it(`that fails for ${what} is asked ${requests === 1 ? 'once' : `${requests} times`}`, async () => {
      const parts = await asked(() => Promise.reject(error));
      assert.deepEqual([lastError(parts).code, scripted.requests.length], [code, requests]);
    });
  }

  it('is asked again after a passing error, while nothing came of it', async () => {
    const parts = await asked((report, _token, nth) => {
      if (nth === 1) throw new Error('fetch failed');
      report(say('There.'));
    });
    const statuses = parts.flatMap((part) => (part.type === 'status' ? [[part.status, part.attempt, part.code]] : []));
    assert.deepEqual(statuses, [['waiting', 1, ''], ['retrying', 2, 'unreachable'], ['waiting', 2, ''], ['streaming', 2, '']]);
    assert.equal(answerOf(parts).text, 'There.');
  });

  it('is not asked again once something of its answer was shown', async () => {
    const parts = await asked(async (report) => {
      report(say('Half of'));
      await new Promise((resolve) => setTimeout(resolve, 60));
      throw new Error('503 Service Unavailable');
    });
    assert.deepEqual([lastError(parts).code, scripted.requests.length, parts.filter(({ type }) => type === 'text').length], ['server', 1, 1]);
  });

  it('that falls silent is given up', async () => {
    const impatient = new VsCodeProvider(models, { silence: { first: 10_000, idle: 50 } });
    scripted.answer = (report) => {
      report(say('Well'));
      return new Promise(() => undefined);
    };
    assert.equal(lastError(await collect(impatient, { ...someRequest(), model: talker })).code, 'timeout');
  });

  it('that says nothing at all ends with an empty answer, which is none of its errors', async () => {
    assert.deepEqual(answerOf(await asked(() => undefined)), { finish_reason: 'stop', text: '', reasoning: '', tool_calls: [], usage: null, raw_usage: null });
  });
});

describe('what the extension of a model says went wrong', () => {
  const said: [string, string, boolean][] = [
    ['401 Unauthorized: sign in first', 'no_permission', false],
    ['No API key is set.', 'no_permission', false],
    ['prompt is too long: 70000 tokens', 'context_exceeded', false],
    ['insufficient credits', 'no_balance', false],
    ['Chat provider for model x is not registered.', 'unknown_model', false],
    ['429 Too Many Requests', 'rate_limited', true],
    ['TypeError: fetch failed', 'unreachable', true],
    ['Request timed out.', 'timeout', true],
    ['503 Service Unavailable', 'server', true],
    ['something else', 'server', false],
  ];
  for (const [message, code, isRetryable] of said) {
    it(`is understood: ${message}`, () => {
      const failure = describeVsCodeFailure(new Error(message), 'a/b/c');
      assert.deepEqual([failure.error.code, failure.isRetryable], [code, isRetryable]);
    });
  }

  it('is told with what it came from, on one line and cut', () => {
    const { error } = describeVsCodeFailure(new Error('It\nbroke', { cause: new Error('x'.repeat(400)) }), 'a/b/c');
    assert.equal(error.message, `a/b/c failed. The extension that offers it says: It broke (${'x'.repeat(289)}…`);
  });
});
