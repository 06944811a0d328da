import assert from 'node:assert/strict';
import { knownModel, type ModelSources } from './known-model';
import { unknownServed } from './model-lists/served-model';
import { parseModelOverrides } from './model-overrides';
import { always, modelById, unknownModel, type KnownModel } from './models';
import { modelWords } from './model-words';

const local = 'http://localhost:11434/v1';
const sources = (more: Partial<ModelSources>): ModelSources => ({ provider: 'openai-compatible', model: 'some', baseUrl: local, served: null, overrides: new Map(), ...more });
const overrides = (value: Record<string, unknown>): ModelSources['overrides'] => parseModelOverrides(value).overrides;
const free = always({ input: 0, cacheRead: 0, output: 0 });
const flash = (): KnownModel => {
  const found = modelById('deepseek-flash', 'deepseek');
  assert.ok(found);
  const { provider: _provider, id: _id, aliases: _aliases, ...known } = found;
  return known;
};

describe('what is known of a model', () => {
  const served = { ...unknownServed, id: 'some', context_tokens: 8192, calls_tools: true };
  const cases: [string, Partial<ModelSources>, KnownModel][] = [
    ['nothing where nobody says anything', {}, unknownModel],
    ['what its server says', { served }, { ...unknownModel, context_tokens: 8192, calls_tools: true }],
    ['what is written down', { provider: 'deepseek', model: 'deepseek-v4-flash' }, flash()],
    ['what is written down where the server says less', { provider: 'deepseek', model: 'deepseek-flash', served: { ...unknownServed, id: 'deepseek-flash' } }, flash()],
    ['what the server says before what is written down', { provider: 'deepseek', model: 'deepseek-flash', served: { ...served, context_tokens: 5 } }, { ...flash(), context_tokens: 5 }],
    [
      'what a person says before all of it, and only what they say',
      { served, overrides: overrides({ some: { contextTokens: 4096, images: true, prices: { input: 1, output: 2 } } }) },
      { ...unknownModel, context_tokens: 4096, calls_tools: true, takes_images: true, prices: always({ input: 1, cacheRead: 1, output: 2 }) },
    ],
    [
      'what a person says of one provider before what they say of the name',
      { overrides: overrides({ some: { tools: false, maxOutputTokens: 9 }, 'openai-compatible/some': { tools: true, reasoning: false }, 'ollama/some': { images: true } }) },
      { ...unknownModel, calls_tools: true, max_output_tokens: 9, reasons: false },
    ],
    ['the price of a model on one’s own machine', { provider: 'ollama' }, { ...unknownModel, prices: free }],
    ['no price of one elsewhere', { provider: 'ollama', baseUrl: 'http://192.168.1.20:11434/v1' }, unknownModel],
    ['no price of one that Ollama passes on, by its name', { provider: 'ollama', model: 'gpt-oss:120b-cloud' }, unknownModel],
    ['no price of one that Ollama passes on, by its list', { provider: 'ollama', served: { ...unknownServed, id: 'mine', isRemote: true } }, unknownModel],
    ['no price of what is behind any other local address', { provider: 'openai-compatible' }, unknownModel],
    ['a price that a person gives one on their own machine', { provider: 'vllm', overrides: overrides({ some: { prices: { input: 3, cacheRead: 1, output: 4 } } }) }, { ...unknownModel, prices: always({ input: 3, cacheRead: 1, output: 4 }) }],
  ];
  for (const [what, given, expected] of cases) it(`is ${what}`, () => assert.deepEqual(knownModel(sources(given)), expected));

  it('is said in a line, the unknown too', () => {
    const at = Date.parse('2026-11-22T12:00:00Z') * 1000;
    assert.deepEqual(
      [modelWords(flash(), at), modelWords(unknownModel, at), modelWords({ ...unknownModel, calls_tools: false, prices: free }, at)],
      ['1M tokens of context · tools · images · reasoning · $0.15 in, $0.0030 cached, $0.60 out a million', 'context unknown · tools unknown · price unknown', 'context unknown · no tools · free'],
    );
  });
});

describe('what a person says of models', () => {
  it('is left out where it makes no sense, with the reason', () => {
    const given = { good: { tools: true }, 'no/tokens': { contextTokens: -1 }, typo: { context: 5 }, price: { prices: { input: 1 } }, text: 'hello' };
    const { overrides: read, problems } = parseModelOverrides(given);
    assert.deepEqual([...read], [['good', { tools: true }]]);
    assert.deepEqual(
      problems.map((problem) => problem.slice(0, problem.indexOf(':') + 1)),
      ['"no/tokens":', '"typo":', '"price":', '"text":'],
    );
    assert.match(problems[0] ?? '', /contextTokens/);
    assert.match(problems[2] ?? '', /prices\.output/);
  });

  it('is nothing where it is no object', () => {
    for (const value of ['text', 5, [1]]) assert.deepEqual(parseModelOverrides(value), { overrides: new Map(), problems: ['It is no object with the names of models.'] });
  });
});
