// ask_user: what the port is given, what the model reads of each end, and what a question may be.
import assert from 'node:assert/strict';
import type { UserAnswer, UserQuestion } from './user-questions';
import { toolNamed, ToolBench } from './testing/tool-bench';

describe('ask_user', () => {
  let bench: ToolBench;
  beforeEach(async () => {
    bench = await ToolBench.create();
  });
  afterEach(() => bench.remove());

  const answering = (answer: UserAnswer | 'unavailable' | 'dismissed', asked: UserQuestion[] = []): void => {
    bench.context = {
      ...bench.context,
      ask: (question) => {
        asked.push(question);
        return Promise.resolve(answer);
      },
    };
  };
  const question = { question: 'Which database?', choices: [{ label: 'SQLite', description: 'one file' }, { label: 'Postgres' }], multi_select: true };

  it('runs without an approval and beside nothing else', async () => {
    const { access, alone } = toolNamed('ask_user');
    assert.deepEqual([access, alone, (await bench.plan('ask_user', question)).kind], ['read', true, 'ready']);
  });

  it('hands the question on as it is and gives the answer back', async () => {
    const asked: UserQuestion[] = [];
    answering({ chosen: ['SQLite', 'Postgres'], text: ' both, for now\n' }, asked);
    assert.deepEqual(await bench.call('ask_user', question), {
      text: 'The user chose "SQLite", "Postgres".\nThe user wrote: both, for now',
      is_error: false,
      summary: 'SQLite, Postgres',
      details: { chosen: ['SQLite', 'Postgres'], text: 'both, for now' },
    });
    answering({ chosen: [], text: 'neither' }, asked);
    assert.deepEqual([(await bench.call('ask_user', { question: 'Go on?' })).text], ['The user wrote: neither']);
    assert.deepEqual(asked, [
      { question: 'Which database?', choices: [{ label: 'SQLite', description: 'one file' }, { label: 'Postgres', description: '' }], multi_select: true },
      { question: 'Go on?', choices: [], multi_select: false },
    ]);
  });

  it('tells the model to decide by itself where nobody answers', async () => {
    const decide = 'Decide by yourself what is most likely wanted and least hard to undo, and say in your answer what you assumed.';
    assert.deepEqual(await bench.refusal('ask_user', question), { code: 'unavailable', text: `Nobody is there to answer. ${decide}` });
    answering('unavailable');
    assert.equal((await bench.refusal('ask_user', question)).code, 'unavailable');
    answering('dismissed');
    assert.deepEqual(await bench.refusal('ask_user', question), {
      code: 'dismissed', text: `The user closed the question without an answer. Do not ask it again. ${decide}`,
    });
  });

  it('ends as data when the run is stopped while it waits', async () => {
    const stop = new AbortController();
    bench.context = {
      ...bench.context,
      signal: stop.signal,
      ask: (_, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve('dismissed'));
          stop.abort();
        }),
    };
    assert.equal((await bench.refusal('ask_user', question)).code, 'stopped');
  });

  it('takes a question with none or two to six choices', () => {
    const { input } = toolNamed('ask_user');
    const choices = (count: number): unknown => ({ question: 'q', choices: Array.from({ length: count }, (_, index) => ({ label: `c${index}` })) });
    const fits = [{ question: 'q' }, choices(2), choices(6), choices(1), choices(7), choices(0), { question: '' }, {}].map((one) => input.safeParse(one).success);
    assert.deepEqual(fits, [true, true, true, false, false, false, false, false]);
  });

  it('has one line for its card', () => {
    assert.equal(toolNamed('ask_user').subject({ question: 'Which\n  database? '.repeat(30) }).length, 200);
  });
});
