import assert from 'node:assert/strict';
import type { Store } from '../store/store';
import { EventFollower } from './event-follower';

describe('EventFollower', () => {
  it('reads once more when something was written while it read, so that nothing is left behind', async () => {
    const answers: ((rows: unknown[]) => void)[] = [];
    const read = (name: string): Promise<unknown> => (name === 'events.last_seq' ? Promise.resolve(0) : new Promise((resolve) => answers.push(resolve)));
    // It only reads, and each of its two queries is answered here.
    const store = { read } as unknown as Store;
    const follower = new EventFollower('chat', { store, take: () => undefined, room: () => null, onFailed: (error) => assert.fail(String(error)) });
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    await follower.started;
    await turn();
    assert.equal(answers.length, 1);
    follower.onChanged();
    answers[0]?.([]);
    await turn();
    assert.equal(answers.length, 2);
    answers[1]?.([]);
    await turn();
    assert.equal(answers.length, 2, 'and no more than that');
    follower.onChanged();
    await turn();
    assert.equal(answers.length, 3);
    follower.end();
    answers[2]?.([]);
  });
});
