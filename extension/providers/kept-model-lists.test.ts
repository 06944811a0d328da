import assert from 'node:assert/strict';
import { startJsonServer, type JsonAnswer, type JsonServer } from '../../test/support/json-server';
import { KeptModelLists, type ListedAt } from './kept-model-lists';

const ofContext = (context_length: number): JsonAnswer => ({ body: { data: [{ id: 'some', context_length }, { id: 'tagged:latest', context_length: 7 }] } });

describe('kept lists of models', () => {
  let server: JsonServer;
  let answer: JsonAnswer;
  let source: ListedAt;
  let now: number;
  let lists: KeptModelLists;

  beforeEach(async () => {
    answer = ofContext(1);
    now = 0;
    server = await startJsonServer(() => answer);
    source = { label: 'The server', dialect: 'openai', baseUrl: `${server.url}/v1`, ifSilent: '', key: () => Promise.resolve(undefined) };
    lists = new KeptModelLists({
      now: () => now,
      patienceMs: 50,
      reportBug: (error) => {
        throw error;
      },
    });
  });
  afterEach(() => server.close());

  const come = (): Promise<void> =>
    new Promise((resolve) => {
      const heard = lists.onDidChange(() => {
        heard.dispose();
        resolve();
      });
    });

  it('are asked for once at first, and waited for', async () => {
    const found = await Promise.all(['some', 'some', 'tagged', 'other'].map((model) => lists.served(source, model)));
    assert.deepEqual(found.map((model) => model?.context_tokens), [1, 1, 7, undefined]);
    assert.equal(server.asked.length, 1);
  });

  it('hold nobody up: what comes late is told', async () => {
    answer = { silent: true };
    assert.equal(await lists.served(source, 'some'), null);
    answer = ofContext(3);
    const other = { ...source, baseUrl: `${server.url}/other/v1` };
    const heard = come();
    assert.equal(lists.kept(other, 'some'), null);
    await heard;
    assert.equal(lists.kept(other, 'some')?.context_tokens, 3);
  });

  it('are asked for anew after a while, without waiting, and survive that nobody answers', async () => {
    await lists.served(source, 'some');
    answer = ofContext(2);
    now = 20_001;
    const renewed = come();
    assert.equal((await lists.served(source, 'some'))?.context_tokens, 1);
    await renewed;
    assert.equal(lists.kept(source, 'some')?.context_tokens, 2);
    answer = { status: 500 };
    now = 40_003;
    const failed = come();
    lists.kept(source, 'some');
    await failed;
    assert.equal(lists.kept(source, 'some')?.context_tokens, 2);
    assert.equal((await lists.fetch(source)).kind, 'failed');
  });

  it('keep what a model holds when its server tells that no more, and forget models that are gone', async () => {
    await lists.fetch(source);
    answer = { body: { data: [{ id: 'some' }] } };
    await lists.fetch(source);
    assert.deepEqual([lists.kept(source, 'some')?.context_tokens, lists.kept(source, 'tagged')], [1, null]);
    answer = ofContext(4);
    await lists.fetch(source);
    assert.equal(lists.kept(source, 'some')?.context_tokens, 4);
  });
});
