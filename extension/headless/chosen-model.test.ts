import assert from 'node:assert/strict';
import { startJsonServer, type JsonAnswer, type JsonServer } from '../../test/support/json-server';
import { unknownModel } from '../providers/models';
import { chosenModel } from './chosen-model';
import { parseCall } from './options';

describe('the model of a headless call', () => {
  let server: JsonServer;
  let answer: JsonAnswer;

  beforeEach(async () => {
    server = await startJsonServer(() => answer);
  });
  afterEach(() => server.close());

  const choose = (...more: string[]): ReturnType<typeof chosenModel> => {
    const { options } = parseCall(['run', 'task', '--provider', 'openai-compatible', '--base-url', `${server.url}/v1`, ...more]);
    return chosenModel(options, 'sk-1', (error) => {
      throw error;
    });
  };

  it('is known as its server lists it, and is the same provider each time', async () => {
    answer = { body: { data: [{ id: 'some', max_model_len: 4096 }] } };
    const chosen = choose('--model', 'some');
    const [first, second] = [await chosen(), await chosen()];
    assert.deepEqual([first.model, first.known], ['some', { ...unknownModel, context_tokens: 4096 }]);
    assert.equal(first.provider, second.provider);
    assert.deepEqual(server.asked.map(({ path, authorization }) => [path, authorization]), [['/v1/models', 'Bearer sk-1']]);
  });

  it('is unknown where its server says nothing', async () => {
    answer = { status: 404 };
    assert.deepEqual((await choose('--model', 'some')()).known, unknownModel);
  });

  it('must be named', () => {
    assert.throws(() => choose(), /openai-compatible needs --model/);
  });
});
