// BooCode's own models as another extension finds and asks them through VS Code.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { demoModel } from '../../extension/providers/demo';
import { Redactor } from '../../extension/trace/redaction';
import { ApiKeys } from '../../extension/vscode/api-keys';
import type { Log } from '../../extension/vscode/log';
import { ModelProviders } from '../../extension/vscode/model-providers';
import { OfferedModels } from '../../extension/vscode/language-models/offered-models';
import { VsCodeModels } from '../../extension/vscode/language-models/vscode-models';
import { readMessages } from '../../extension/vscode/language-models/from-vscode-messages';
import { answer, fault, type Reply } from '../support/model-server/reply';
import { startModelServer, type ModelServer } from '../support/model-server/server';
import { pixel, plainAnswer, say, scriptedModels, type ScriptedModels } from './scripted-models';

const { User, Assistant } = vscode.LanguageModelChatMessage;

describe('BooCode’s models, asked by another extension', () => {
  let scripted: ScriptedModels;
  const configuration = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('boocode');

  const set = async (values: Readonly<Record<string, unknown>>): Promise<void> => {
    for (const [name, value] of Object.entries(values)) await configuration().update(name, value, vscode.ConfigurationTarget.Global);
  };

  before(async () => {
    scripted = await scriptedModels();
  });

  const offered = (): Promise<vscode.LanguageModelChat[]> => scripted.select({ vendor: 'boocode' });
  const named = async (id: string): Promise<vscode.LanguageModelChat> => {
    const model = (await offered()).find((one) => one.id === id);
    assert.ok(model, `${id} is offered`);
    return model;
  };

  it('are the demo where nothing else is set up, and never among those BooCode may choose', async () => {
    const [demo, ...others] = await offered();
    assert.deepEqual([demo?.id, demo?.name, others], [`demo/${demoModel}`, 'BooCode demo (scripted)', []]);
    const models = new VsCodeModels();
    const listed = await models.list();
    models.dispose();
    assert.deepEqual(listed.filter(({ vendor }) => vendor === 'boocode'), []);
  });

  it('are not told anew because another extension has other models', async () => {
    const { models, providers, end } = ownModels();
    let told = 0;
    models.onDidChangeLanguageModelChatInformation(() => told++);
    const all = scripted.models;
    const others = new Promise<void>((resolve) => void providers.onDidChange(resolve));
    scripted.models = [];
    try {
      scripted.changed();
      await others;
    } finally {
      scripted.models = all;
      scripted.changed();
      end();
    }
    assert.equal(told, 0);
  });

  it('answer with text and tool calls', async () => {
    const demo = await named(`demo/${demoModel}`);
    const tools = ['list_files', 'search_files'].map((name) => ({ name, description: name, inputSchema: { type: 'object' } }));
    const first = await plainAnswer(await demo.sendRequest([User('Fix the failing test')], { tools }));
    assert.match(first.text, /scripted demo model/);
    assert.deepEqual(first.calls.map(({ name, input }) => ({ name, input })), [{ name: 'list_files', input: {} }, { name: 'search_files', input: { query: 'coupon' } }]);
  });

  describe('at the chosen endpoint', () => {
    let server: ModelServer;
    let model: vscode.LanguageModelChat;

    before(async () => {
      const calls = [{ id: 'a', name: 'look', arguments: { at: 'x' } }];
      const replies: Reply[] = [answer({ text: 'I look.', reasoning: 'Hm.', toolCalls: calls }), answer({ text: 'Seen.' }), fault.status(401), fault.status(402), fault.status(404, { message: 'no such model', code: 'model_not_found' }), fault.status(400)];
      server = await startModelServer({ script: ({ n }) => replies[n - 1] ?? fault.status(500) });
      await offered();
      const told = new Promise<void>((resolve) => void vscode.lm.onDidChangeChatModels(() => resolve()));
      await set({ 'openaiCompatible.baseUrl': server.url, model: 'served', provider: 'openai-compatible' });
      await told;
      model = await named('openai-compatible/served');
    });
    after(async () => {
      await set({ 'openaiCompatible.baseUrl': undefined, model: undefined, provider: undefined });
      await server.close();
    });

    it('get the conversation, the tools and the limit as it was given, and hand back what the API counted', async () => {
      const tools = [{ name: 'look', description: 'Looks.', inputSchema: { type: 'object', properties: { at: { type: 'string' } } } }];
      const toolMode = vscode.LanguageModelChatToolMode.Required;
      const first = await plainAnswer(await model.sendRequest([User('Look at x.')], { tools, toolMode, modelOptions: { max_tokens: 99 } }));
      assert.deepEqual([first.text, first.calls.map(({ callId, name, input }) => [callId, name, input])], ['I look.', [['a', 'look', { at: 'x' }]]]);
      assert.equal(typeof first.usage?.['prompt_tokens'], 'number');
      const call = new vscode.LanguageModelToolCallPart('a', 'look', { at: 'x' });
      const picture = vscode.LanguageModelDataPart.image(Buffer.from(pixel, 'base64'), 'image/png');
      const results = [new vscode.LanguageModelToolResultPart('a', [say('a cat'), new vscode.LanguageModelPromptTsxPart({ of: 'tsx' })]), say('What is it?'), picture];
      const { text } = await plainAnswer(await model.sendRequest([User('Look at x.'), Assistant([say('I look.'), call]), User(results)], { tools }));
      assert.equal(text, 'Seen.');
      const [one, two] = server.requests.map(({ body }) => body);
      assert.deepEqual(
        { tools: one?.tools, max_tokens: one?.['max_tokens'], messages: one?.messages },
        {
          tools: [{ type: 'function', function: { name: 'look', description: 'Looks.', parameters: { type: 'object', properties: { at: { type: 'string' } } } } }],
          max_tokens: 99,
          messages: [{ role: 'system', content: 'You are a helpful assistant.\n\nAnswer by calling one of the tools.' }, { role: 'user', content: 'Look at x.' }],
        },
      );
      assert.deepEqual(two?.messages, [
        { role: 'system', content: 'You are a helpful assistant.' },
        { role: 'user', content: 'Look at x.' },
        { role: 'assistant', content: 'I look.', tool_calls: [{ id: 'a', type: 'function', function: { name: 'look', arguments: '{"at":"x"}' } }] },
        { role: 'tool', tool_call_id: 'a', content: 'a cat{"of":"tsx"}' },
        { role: 'user', content: [{ type: 'text', text: 'What is it?' }, { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}` } }] },
      ]);
    });

    const codes: [string, string][] = [['a bad key', 'NoPermissions'], ['no balance', 'Blocked'], ['an unknown model', 'NotFound'], ['anything else', '']];
    for (const [what, code] of codes) {
      it(`fail for ${what} with VS Code's own word for it`, async () => {
        const error = await model.sendRequest([User('Hello.')]).then(plainAnswer).then(() => assert.fail('answered'), (thrown: unknown) => thrown);
        assert.ok(error instanceof vscode.LanguageModelError, String(error));
        assert.equal(error.code, code);
      });
    }
  });

  it('echo the reasoning that VS Code does not carry, to the call that it led to', async () => {
    const replies = [answer({ reasoning: 'Hm.', toolCalls: [{ id: 'a', name: 'look', arguments: {} }] }), answer({ text: 'Seen.' })];
    const server = await startModelServer({ script: ({ n }) => replies[n - 1] ?? fault.status(500) });
    const { models, end } = ownModels('a-key-of-deepseek');
    const stop = new vscode.CancellationTokenSource();
    try {
      await set({ endpoints: { deepseek: server.url } });
      const model = (await models.provideLanguageModelChatInformation()).find(({ id }) => id === 'deepseek/deepseek-flash');
      assert.ok(model);
      const parts: vscode.LanguageModelResponsePart[] = [];
      const ask = (messages: vscode.LanguageModelChatMessage[]): Promise<void> =>
        models.provideLanguageModelChatResponse(model, messages, { toolMode: vscode.LanguageModelChatToolMode.Auto }, { report: (part) => void parts.push(part) }, stop.token);
      await ask([User('Look.')]);
      const made = parts.find((part) => part instanceof vscode.LanguageModelToolCallPart);
      assert.ok(made);
      await ask([User('Look.'), Assistant([made]), User([new vscode.LanguageModelToolResultPart(made.callId, [say('a cat')])])]);
      assert.equal(server.requests[1]?.body.messages[2]?.['reasoning_content'], 'Hm.');
    } finally {
      await set({ endpoints: undefined });
      end();
      stop.dispose();
      await server.close();
    }
  });

  it('take the system prompt of VS Code’s own chat as one', () => {
    // Not in the typings of 1.106.
    const system = 3 as vscode.LanguageModelChatMessageRole;
    const { system: read, messages } = readMessages([{ role: system, content: [say('Be brief.')], name: undefined }, User('Hello.')], () => '');
    assert.deepEqual([read, messages], ['Be brief.', [{ role: 'user', text: 'Hello.' }]]);
  });

  it('count tokens by an estimate', async () => {
    assert.equal(await (await named(`demo/${demoModel}`)).countTokens('x'.repeat(300)), 100);
  });
});

/** As the extension makes them, with a key that is in no storage. */
function ownModels(deepSeekKey?: string): { models: OfferedModels; providers: ModelProviders; end(): void } {
  const nothing = (): void => undefined;
  const log: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing, show: nothing };
  const get = (name: string): Promise<string | undefined> => Promise.resolve(name.endsWith('deepseek') ? deepSeekKey : undefined);
  const secrets = { get, store: () => Promise.resolve(), delete: () => Promise.resolve(), onDidChange: new vscode.EventEmitter<vscode.SecretStorageChangeEvent>().event };
  const keys = new ApiKeys(secrets, new Redactor(), log);
  const providers = new ModelProviders(keys, log);
  const subscriptions: vscode.Disposable[] = [];
  return { models: new OfferedModels({ keys, providers }, subscriptions), providers, end: () => void vscode.Disposable.from(...subscriptions).dispose() };
}
