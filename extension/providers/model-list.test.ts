// Lists of models over real HTTP, in the form that each server really has.
import assert from 'node:assert/strict';
import { startJsonServer, type JsonAnswer, type JsonServer } from '../../test/support/json-server';
import { fetchModelList, type ModelList } from './model-list';
import { maxListedModels, unknownServed, type ListDialect, type ServedModel } from './model-lists/served-model';
import { always } from './models';

const served = (id: string, more: Partial<ServedModel> = {}): ServedModel => ({ ...unknownServed, id, ...more });

describe('the list of models', () => {
  let server: JsonServer | undefined;

  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  async function list(dialect: ListDialect, answers: Record<string, JsonAnswer> | ((path: string, body: string) => JsonAnswer | undefined), path = '/v1', timeoutMs?: number): Promise<ModelList> {
    server = await startJsonServer(typeof answers === 'function' ? answers : (asked) => answers[asked]);
    return fetchModelList({ label: 'The server', dialect, baseUrl: `${server.url}${path}`, key: 'sk-secret', ifSilent: 'Start it.' }, timeoutMs);
  }

  async function models(...args: Parameters<typeof list>): Promise<readonly ServedModel[]> {
    const answer = await list(...args);
    if (answer.kind === 'failed') assert.fail(JSON.stringify(answer.problem));
    return answer.models;
  }

  it('of OpenRouter tells contexts, capabilities and prices, and leaves out what answers in pictures only', async () => {
    const text = { modality: 'text->text', input_modalities: ['text'], output_modalities: ['text'], tokenizer: 'Other', instruct_type: null };
    const found = await models(
      'openrouter',
      {
        '/api/v1/models': {
          body: {
            data: [
              {
                id: 'deepseek/deepseek-v4',
                canonical_slug: 'deepseek/deepseek-v4-0816',
                name: 'DeepSeek: V4',
                created: 1786752000,
                context_length: 163840,
                architecture: text,
                pricing: { prompt: '0.00000027', completion: '0.0000011', request: '0', image: '0', input_cache_read: '0.000000027' },
                top_provider: { context_length: 163840, max_completion_tokens: 65536, is_moderated: false },
                per_request_limits: null,
                supported_parameters: ['max_tokens', 'reasoning', 'include_reasoning', 'tools', 'tool_choice'],
              },
              {
                id: 'some/eyes',
                context_length: 32768,
                architecture: { ...text, input_modalities: ['text', 'image'] },
                pricing: { prompt: '0.0000001', completion: '0.0000004' },
                top_provider: { max_completion_tokens: null },
                supported_parameters: ['max_tokens'],
              },
              { id: 'openrouter/auto', context_length: 2000000, architecture: text, pricing: { prompt: '-1', completion: '-1' }, supported_parameters: [] },
              { id: 'some/search', pricing: { prompt: '0.000001', completion: '0.000001', request: '0.005' } },
              { id: 'some/painter', architecture: { ...text, output_modalities: ['image'] } },
            ],
          },
        },
      },
      '/api/v1',
    );
    assert.deepEqual(found, [
      served('deepseek/deepseek-v4', { context_tokens: 163840, max_output_tokens: 65536, calls_tools: true, takes_images: false, reasons: true, prices: always({ input: 0.27, cacheRead: 0.027, output: 1.1 }) }),
      served('some/eyes', { context_tokens: 32768, calls_tools: false, takes_images: true, reasons: false, prices: always({ input: 0.1, cacheRead: 0.1, output: 0.4 }) }),
      served('openrouter/auto', { context_tokens: 2000000, takes_images: false }),
      served('some/search'),
    ]);
    assert.deepEqual(server?.asked, [{ method: 'GET', path: '/api/v1/models', authorization: 'Bearer sk-secret', body: '' }]);
  });

  it('of Ollama tells what a model can do, and its context only where that is sure', async () => {
    const details = { parent_model: '', format: 'gguf', family: 'qwen3', families: ['qwen3'], parameter_size: '8.2B', quantization_level: 'Q4_K_M' };
    const info = { 'general.architecture': 'qwen3', 'qwen3.context_length': 131072, 'tokenizer.ggml.tokens': null };
    const shown: Record<string, unknown> = {
      'own-context:latest': { parameters: 'stop                           "<|im_end|>"\nnum_ctx                        32768', details, model_info: info, capabilities: ['completion', 'tools', 'thinking'] },
      'asks-for-too-much:latest': { parameters: 'num_ctx 999999', details, model_info: info, capabilities: ['completion'] },
      'loaded:8b': { details, model_info: info, capabilities: ['completion', 'vision', 'tools'] },
      'not-loaded:8b': { details, model_info: info, capabilities: ['completion', 'tools'] },
      'gpt-oss:120b-cloud': { remote_model: 'gpt-oss:120b', remote_host: 'https://ollama.com:443', model_info: { 'gptoss.context_length': 131072 }, capabilities: ['completion', 'tools'] },
      'embeds:latest': { details, model_info: {}, capabilities: ['embedding'] },
    };
    const names = [...Object.keys(shown), 'untold:latest'];
    const found = await models('ollama', (path, body) => {
      if (path === '/api/tags') return { body: { models: names.map((name) => ({ name, model: name, modified_at: '2026-10-04T14:56:49Z', size: 1, digest: 'x', details })) } };
      if (path === '/api/ps') return { body: { models: [{ name: 'loaded:8b', model: 'loaded:8b', size: 6591830464, size_vram: 5333539264, context_length: 4096 }] } };
      const { model } = JSON.parse(body) as { model: string }; // what Ollama is asked
      return shown[model] === undefined ? { status: 500, body: { error: 'broken' } } : { body: shown[model] };
    });
    assert.deepEqual(found, [
      served('own-context:latest', { context_tokens: 32768, calls_tools: true, takes_images: false, reasons: true }),
      served('asks-for-too-much:latest', { context_tokens: 131072, calls_tools: false, takes_images: false, reasons: false }),
      served('loaded:8b', { context_tokens: 4096, calls_tools: true, takes_images: true, reasons: false }),
      served('not-loaded:8b', { calls_tools: true, takes_images: false, reasons: false }),
      served('gpt-oss:120b-cloud', { context_tokens: 131072, calls_tools: true, takes_images: false, reasons: false, isRemote: true }),
      served('untold:latest'),
    ]);
  });

  it('of Ollama has every model, and asks about no more of them than it can', async () => {
    const names = Array.from({ length: 105 }, (_, n) => `model-${n}`);
    const found = await models('ollama', (path) => ({ body: path === '/api/show' ? { capabilities: ['completion', 'tools'] } : { models: path === '/api/tags' ? names.map((name) => ({ name })) : [] } }));
    assert.deepEqual(found.map(({ id }) => id), names);
    assert.deepEqual([found.filter((model) => model.calls_tools).length, server?.asked.filter(({ path }) => path === '/api/show').length], [100, 100]);
  });

  it('of LM Studio tells the context of what is loaded', async () => {
    const found = await models('lmstudio', {
      '/api/v1/models': {
        body: {
          models: [
            { type: 'llm', key: 'qwen/qwen3.5-9b', loaded_instances: [{ id: 'a', config: { context_length: 8192 } }, { id: 'b', config: { context_length: 4096 } }], max_context_length: 262144, capabilities: { vision: true, trained_for_tool_use: true } },
            { type: 'llm', key: 'gemma-3-270m', loaded_instances: [], max_context_length: 32768, capabilities: { vision: false, trained_for_tool_use: false } },
            { type: 'embedding', key: 'nomic', loaded_instances: [], max_context_length: 2048 },
          ],
        },
      },
    });
    assert.deepEqual(found, [served('qwen/qwen3.5-9b', { context_tokens: 4096, calls_tools: true, takes_images: true }), served('gemma-3-270m', { takes_images: false })]);
  });

  it('of an older LM Studio, and of one without either', async () => {
    const unexpected = { body: { error: 'Unexpected endpoint or method. (GET /api/v1/models)' } };
    const v0 = [
      { id: 'qwen2-vl-7b', object: 'model', type: 'vlm', state: 'loaded', max_context_length: 32768, loaded_context_length: 16384, capabilities: ['tool_use'] },
      { id: 'llama-3.1-8b', object: 'model', type: 'llm', state: 'not-loaded', max_context_length: 131072 },
      { id: 'nomic', object: 'model', type: 'embeddings', state: 'not-loaded', max_context_length: 2048 },
    ];
    assert.deepEqual(await models('lmstudio', { '/api/v1/models': unexpected, '/api/v0/models': { body: { object: 'list', data: v0 } } }), [
      served('qwen2-vl-7b', { context_tokens: 16384, calls_tools: true, takes_images: true }),
      served('llama-3.1-8b', { takes_images: false }),
    ]);
    await server?.close();
    assert.deepEqual(await models('lmstudio', { '/v1/models': { body: { object: 'list', data: [{ id: 'old', object: 'model' }] } } }), [served('old')]);
  });

  it('of vLLM tells the context that it serves, and believes no price whose unit is not known', async () => {
    const card = { id: 'Qwen/Qwen3-Coder', object: 'model', created: 1760000000, owned_by: 'vllm', root: 'Qwen/Qwen3-Coder', parent: null, max_model_len: 65536, permission: [], pricing: { prompt: '0.2', completion: '0.8' } };
    assert.deepEqual(await models('openai', { '/v1/models': { body: { object: 'list', data: [card] } } }), [served('Qwen/Qwen3-Coder', { context_tokens: 65536 })]);
  });

  it('of llama.cpp tells the context that a model runs with and what its template takes, and loads none', async () => {
    const meta = { n_ctx_train: 262144, n_params: 34660610688 };
    const found = await models('llamacpp', {
      '/v1/models': {
        body: {
          object: 'list',
          data: [
            { id: 'qwen3.6', object: 'model', owned_by: 'llamacpp', meta, status: { value: 'loaded' } },
            { id: 'smol lm', object: 'model', owned_by: 'llamacpp', meta: null },
            { id: 'asleep', object: 'model', architecture: { input_modalities: ['text', 'image'], output_modalities: ['text'] }, status: { value: 'unloaded' } },
          ],
        },
      },
      '/props?model=qwen3.6&autoload=false': {
        body: { default_generation_settings: { id: 0, n_ctx: 65536, params: {} }, total_slots: 4, model_path: 'm.gguf', chat_template: '…', chat_template_caps: { supports_tools: true, supports_tool_calls: true }, modalities: { vision: true, audio: false } },
      },
      '/props?model=smol%20lm&autoload=false': { body: { default_generation_settings: { n_ctx: 4096 }, chat_template_caps: { supports_tools: false }, modalities: { vision: false } } },
    });
    assert.deepEqual(found, [
      served('qwen3.6', { context_tokens: 65536, calls_tools: true, takes_images: true }),
      served('smol lm', { context_tokens: 4096, calls_tools: false, takes_images: false }),
      served('asleep', { takes_images: true }),
    ]);
    assert.ok(!server?.asked.some(({ path }) => path.includes('asleep')));
  });

  it('takes from a hostile answer what can be read, and no more than that', async () => {
    const hostile: unknown[] = [
      null,
      'text',
      { id: '' },
      { id: 'x'.repeat(301) },
      { id: 5 },
      { id: 'good', max_model_len: 'many', context_length: -1, architecture: 'none', supported_parameters: [1], pricing: 7 },
      { id: 'good', context_length: 1e300 },
    ];
    assert.deepEqual(await models('openrouter', { '/v1/models': { body: { data: hostile } } }), [served('good')]);
    await server?.close();
    const many = Array.from({ length: maxListedModels + 5 }, (_, n) => ({ id: `model-${n}` }));
    assert.equal((await models('openai', { '/v1/models': { body: { data: many } } })).length, maxListedModels);
  });

  const failures: [string, JsonAnswer, RegExp, RegExp][] = [
    ['is refused without a key', { status: 401, body: { error: { message: 'sk-secret is wrong' } } }, /refused to list its models/, /Set API Key/],
    ['is not there', { status: 404 }, /There is no list of models at/, /\/v1/],
    ['is broken', { status: 503, text: '<html>sk-secret</html>' }, /could not list its models \(status 503\)/, /Try again/],
    ['is elsewhere', { status: 302, headers: { location: 'http://127.0.0.1:1/v1/models' } }, /does not follow, so that the key stays here/, /Set the address/],
    ['is no JSON', { text: '<html>hello</html>' }, /is no list of models/, /\/v1/],
    ['is another JSON', { body: { hello: 'world' } }, /is no list of models/, /\/v1/],
    ['is huge', { text: `{"data":["${'x'.repeat(6 * 1024 * 1024)}"]}` }, /larger than BooCode reads/, /Type the name/],
    ['never comes', { silent: true }, /did not list its models in time/, /Start it/],
  ];
  for (const [what, answer, message, nextStep] of failures) {
    it(`says what to do when it ${what}, and not what the key is`, async () => {
      const failed = await list('openai', { '/v1/models': answer }, '/v1', answer.silent ? 100 : undefined);
      if (failed.kind !== 'failed') assert.fail('it was listed');
      assert.match(failed.problem.message, message);
      assert.match(failed.problem.next_step, nextStep);
      assert.doesNotMatch(JSON.stringify(failed), /sk-secret/);
    });
  }

  it('shows no password that stands in an address', async () => {
    const failed = await fetchModelList({ label: 'The server', dialect: 'openai', baseUrl: 'http://user:hunter2@127.0.0.1:1/v1', key: undefined, ifSilent: 'Start it.' });
    assert.deepEqual(failed, { kind: 'failed', problem: { message: 'http://127.0.0.1:1/v1 cannot be reached.', next_step: 'Start it.' } });
  });

  it('says that nothing answers, and what to start', async () => {
    const gone = await startJsonServer(() => undefined);
    await gone.close();
    const source = { label: 'Ollama', dialect: 'ollama', baseUrl: `${gone.url}/v1`, key: undefined, ifSilent: 'Start Ollama.' } as const;
    assert.deepEqual(await fetchModelList(source), { kind: 'failed', problem: { message: `Nothing answers at ${gone.url}/v1.`, next_step: 'Start Ollama.' } });
  });
});
