// A process of its own that writes to a database, says each time what it was promised, and may wait until it sees
// what others write. Its task comes as JSON in the first argument.
import { openStore } from '../../../extension/store/open-store';
import type { Store } from '../../../extension/store/store';
import { pairedWrite, pairsIn } from './paired-writes';

export type WriterTask = {
  directory: string;
  chatId: string;
  firstSeq: number;
  /** Null: writes until it is killed. */
  count: number | null;
  /** Of text in each write. */
  bytes: number;
  /** Between two writes. */
  pauseMs?: number;
  /** After so many writes each time everything is written anew; 0 or nothing: never. */
  compactEvery?: number;
  /** Put before each of these times, and deleted. */
  deleteChat?: string;
  /** Before it ends: waits until each of these chats has as many writes as this one has, then reads them all. */
  untilSeen?: string[];
};

function say(line: string): Promise<void> {
  // Waits until the line is out, so that a kill cannot swallow what was acknowledged.
  return new Promise((resolve) => process.stdout.write(`${line}\n`, () => resolve()));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function seeAll(store: Store, chats: readonly string[], last: number): Promise<void> {
  let seen = 0;
  for (const chat of chats) {
    while ((await store.read('events.last_seq', { chat_id: chat })) < last) await pause(20);
    seen += (await pairsIn(store, chat, `as seen by process ${process.pid}`)).length;
  }
  await say(`saw ${seen}`);
}

async function rewrite(store: Store, deleted: string | undefined): Promise<void> {
  if (deleted !== undefined) {
    // The length is that of a text kept in a blob.
    await store.write(pairedWrite(deleted, 1, 20_000));
    await store.write([{ op: 'chats.delete', value: { chat_id: deleted } }]);
  }
  await store.compact();
}

async function work(workerPath: string, task: WriterTask): Promise<void> {
  const { directory, chatId, firstSeq, count, bytes, pauseMs, compactEvery = 0, deleteChat, untilSeen } = task;
  const store = await openStore({ directory, workerPath });
  const last = count === null ? Infinity : firstSeq + count - 1;
  for (let seq = firstSeq; seq <= last; seq++) {
    await store.write(pairedWrite(chatId, seq, bytes));
    await say(`wrote ${seq}`);
    if (pauseMs !== undefined) await pause(pauseMs);
    if (compactEvery > 0 && (seq - firstSeq + 1) % compactEvery === 0) await rewrite(store, deleteChat);
  }
  if (untilSeen !== undefined) await seeAll(store, untilSeen, last);
  await store.close();
}

const [workerPath = '', task = ''] = process.argv.slice(2);
// Written by writer.ts.
work(workerPath, JSON.parse(task) as WriterTask).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
