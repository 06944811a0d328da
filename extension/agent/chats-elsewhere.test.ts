import assert from 'node:assert/strict';
import { ChatsElsewhere } from './chats-elsewhere';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('ChatsElsewhere', () => {
  it('takes a chat for worked on until nothing was written in it for a while, and says so once', async () => {
    const quiet: string[] = [];
    const elsewhere = new ChatsElsewhere((chatId) => quiet.push(chatId), 200);
    elsewhere.wroteIn('a');
    elsewhere.wroteIn('b');
    for (let n = 0; n < 10; n++) {
      await pause(40);
      elsewhere.wroteIn('a');
    }
    assert.deepEqual([elsewhere.isActive('a'), elsewhere.isActive('b'), quiet], [true, false, ['b']]);
    while (quiet.length < 2) await pause(10);
    assert.deepEqual([elsewhere.isActive('a'), quiet], [false, ['b', 'a']]);
    elsewhere.wroteIn('b');
    assert.equal(elsewhere.isActive('b'), true, 'it may begin again');
  });

  it('says nothing of a chat that is forgotten', async () => {
    const quiet: string[] = [];
    const elsewhere = new ChatsElsewhere((chatId) => quiet.push(chatId), 20);
    elsewhere.wroteIn('a');
    elsewhere.forget('a');
    await pause(100);
    assert.deepEqual([elsewhere.isActive('a'), quiet], [false, []]);
  });
});
