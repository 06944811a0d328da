// Which model answers: chosen with the keyboard in VS Code's own quick pick, and read from VS Code's own settings.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Redactor } from '../../extension/trace/redaction';
import { ApiKeys } from '../../extension/vscode/api-keys';
import type { Log } from '../../extension/vscode/log';
import { chooseModel } from '../../extension/vscode/model-choice';
import { ModelProviders, providerIds } from '../../extension/vscode/model-providers';
import { endpointUrl, saveEndpointUrl, setting } from '../../extension/vscode/settings';
import { always, pricesAt, unknownModel } from '../../extension/providers/models';
import { endpointIds } from '../../extension/providers/presets';
import { startJsonServer, type JsonServer } from '../support/json-server';

const details = { capabilities: ['completion', 'tools'], parameters: 'num_ctx 16384', model_info: {} };

describe('which model answers', () => {
  const warnings: string[] = [];
  const log: Log = { debug: () => undefined, info: () => undefined, error: () => undefined, show: () => undefined, warn: (text) => void warnings.push(text) };
  let server: JsonServer;
  let keys: ApiKeys;
  let providers: ModelProviders;

  const set = async (values: Record<string, unknown>): Promise<void> => {
    for (const [name, value] of Object.entries(values)) await vscode.workspace.getConfiguration('boocode').update(name, value, vscode.ConfigurationTarget.Global);
  };

  beforeEach(async () => {
    server = await startJsonServer((path) => {
      if (path === '/api/tags') return { body: { models: [{ name: 'qwen3-coder:30b' }] } };
      return path === '/api/show' ? { body: details } : undefined;
    });
    const kept = new Map<string, string>();
    const secrets: Pick<vscode.SecretStorage, 'get' | 'store' | 'delete' | 'onDidChange'> = {
      get: (name) => Promise.resolve(kept.get(name)),
      store: (name, value) => Promise.resolve(void kept.set(name, value)),
      delete: (name) => Promise.resolve(void kept.delete(name)),
      onDidChange: () => new vscode.Disposable(() => undefined),
    };
    keys = new ApiKeys(secrets, new Redactor(), log);
    providers = new ModelProviders(keys, log);
    warnings.length = 0;
    await set({ endpoints: { ollama: `${server.url}/v1` } });
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await set({ provider: undefined, model: undefined, endpoints: undefined, models: undefined, reasoning: undefined });
    await server.close();
  });

  /** A choice at its second step. From the demo, which is the last provider and the current one, on to the first. */
  async function atTheModels(): Promise<{ choosing: Promise<void> }> {
    const listed = new Promise<void>((resolve) => providers.onDidChange(resolve));
    const choosing = chooseModel(keys, providers);
    await settle();
    await vscode.commands.executeCommand('workbench.action.quickOpenSelectNext');
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    await listed;
    await settle();
    return { choosing };
  }

  it('can be set to each provider there is, and to no other', () => {
    type Setting = { enum?: string[]; properties?: object };
    // The manifest is this repository's own package.json, checked by VS Code itself.
    const manifest = vscode.extensions.getExtension('boocode.boocode')?.packageJSON as { contributes: { configuration: { properties: Record<string, Setting> }[] } };
    const settings: Record<string, Setting> = Object.assign({}, ...manifest.contributes.configuration.map(({ properties }) => properties));
    assert.deepEqual(settings['boocode.provider']?.enum?.toSorted(), providerIds.toSorted());
    const named = endpointIds.filter((id) => id !== 'openai-compatible');
    assert.deepEqual(Object.keys(settings['boocode.endpoints']?.properties ?? {}).toSorted(), named.toSorted());
  });

  it('is chosen from what its server lists', async () => {
    const { choosing } = await atTheModels();
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    await choosing;
    const { provider, label, model, known } = providers.chosen();
    assert.deepEqual({ provider, label, model, known }, {
      provider: 'ollama',
      label: 'Ollama',
      model: 'qwen3-coder:30b',
      known: { ...unknownModel, context_tokens: 16384, calls_tools: true, takes_images: false, reasons: false, prices: always({ input: 0, cacheRead: 0, output: 0 }) },
    });
  });

  it('stays as it was when the choice is left, also after a look at another provider', async () => {
    const { choosing } = await atTheModels();
    await vscode.commands.executeCommand('workbench.action.quickInputBack');
    await settle();
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await choosing;
    const { provider, known } = providers.chosen();
    assert.equal(provider, 'demo');
    assert.deepEqual(pricesAt(known.prices, Date.now() * 1000), { input: 0, cacheRead: 0, output: 0 }, 'which costs nothing');
  });

  it('is the same object for the same settings, so that connections are kept', async () => {
    await set({ provider: 'ollama', model: 'qwen3-coder:30b' });
    const [first, second] = [await providers.ready(), await providers.ready()];
    assert.equal(first.provider, second.provider);
    assert.equal(first.known.context_tokens, 16384);
    await set({ endpoints: { ollama: `${server.url}/other/v1` } });
    assert.notEqual((await providers.ready()).provider, first.provider);
  });

  it('is at its usual address where the settings name none that could be called', async () => {
    await set({ endpoints: { ollama: 'file:///etc/passwd', vllm: 5 } });
    assert.deepEqual([endpointUrl('ollama'), endpointUrl('vllm')], ['http://localhost:11434/v1', 'http://localhost:8000/v1']);
    await saveEndpointUrl('lmstudio', 'http://gpu:1234/v1');
    assert.equal(endpointUrl('lmstudio'), 'http://gpu:1234/v1');
    await saveEndpointUrl('lmstudio', 'http://localhost:1234/v1');
    assert.deepEqual(setting('endpoints'), { ollama: 'file:///etc/passwd', vllm: 5 });
  });

  it('is known as a person says, who is told once what makes no sense', async () => {
    await set({ provider: 'ollama', model: 'mine', models: { mine: { contextTokens: 1000 }, other: { contextTokens: 'many' } } });
    assert.deepEqual([providers.chosen().known.context_tokens, providers.chosen().known.context_tokens], [1000, 1000]);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /"other": contextTokens/);
  });
});

/** Until VS Code has shown what it was told to show. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 200));
}
