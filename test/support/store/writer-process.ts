// A process of its own that writes events to a database and says each time what it was promised.
// Arguments: worker, directory, chat id, first seq, number of writes (0: until killed), bytes of text in each.
import { openStore } from '../../../extension/store/open-store';

const [workerPath = '', directory = '', chatId = '', firstSeq = '1', count = '0', bytes = '100'] = process.argv.slice(2);

async function writeAll(): Promise<void> {
  const store = await openStore({ directory, workerPath });
  const last = count === '0' ? Infinity : Number(firstSeq) + Number(count) - 1;
  for (let seq = Number(firstSeq); seq <= last; seq++) {
    const body = JSON.stringify({ seq, text: 'x'.repeat(Number(bytes)) });
    await store.write([
      { op: 'events.append', value: { chat_id: chatId, seq, session_id: 'session', at: seq, type: 'notice', body, trace_id: null } },
      { op: 'events.append', value: { chat_id: `${chatId}-twin`, seq, session_id: 'session', at: seq, type: 'notice', body, trace_id: null } },
    ]);
    // Waits until the line is out, so that a kill cannot swallow what was acknowledged.
    await new Promise((resolve) => process.stdout.write(`${seq}\n`, resolve));
  }
  await store.close();
}

writeAll().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
