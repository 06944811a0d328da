import assert from 'node:assert/strict';
import { breather } from './breather';

describe('a breather', () => {
  it('lets others have their turn only when work has gone on for long enough', async () => {
    let turns = 0;
    const rest = breather();
    const waiting = setImmediate(() => turns++);
    for (let n = 0; n < 10; n++) await rest();
    assert.equal(turns, 0);
    for (const from = performance.now(); performance.now() - from < 10; );
    await rest();
    clearImmediate(waiting);
    assert.equal(turns, 1);
  });
});
