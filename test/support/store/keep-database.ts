// Writes a database with the code of today into test/fixtures/databases/<schema version>, for later versions to open.
// To be run before a migration is added: node --import tsx test/support/store/keep-database.ts
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { nodeFiles } from '../../../extension/store/files/durable-file';
import { latestVersion } from '../../../extension/store/migrations/registry';
import type { ReadName } from '../../../extension/store/store';
import type { Reads } from '../../../extension/store/tables/registry';
import { encodeRecord, scanRecords } from '../../../extension/store/worker/record';
import { temporaryFolder } from '../temporary-folder';
import { openEngine, type DrivenEngine } from './driven-engine';
import { faultyFiles } from './faulty-files';
import { databasesFolder, shortened } from './stored-databases';
import { storedRows, storedUuid } from './stored-database-rows';

function writeAll(engine: DrivenEngine, chat: number): void {
  for (const ops of storedRows(chat)) if (engine.write(ops) !== 'saved') throw new Error('a write was refused');
}

/** The first process: chat 1 in both snapshots, chat 2 in one and in a journal, chat 3 in a journal only. */
async function writeMost(directory: string): Promise<void> {
  const engine = await openEngine(directory);
  for (const chat of [1, 2]) {
    writeAll(engine, chat);
    if (!(await engine.snapshot())) throw new Error('no snapshot was written');
  }
  writeAll(engine, 3);
  engine.close();
}

/** The second one: ends by SIGKILL when half of its first record about chat 5 is written. */
async function writeAndDie(directory: string): Promise<void> {
  // A journal is created, begun and flushed; then each write is one operation and its flush another.
  const at = 4 + 2 * storedRows(4).length;
  const { files } = faultyFiles({ at, path: 'journal-', effect: { kind: 'signal', signal: 'SIGKILL', torn: true } }, nodeFiles);
  const engine = await openEngine(directory, { files });
  writeAll(engine, 4);
  writeAll(engine, 5);
}

/** The name of the machine it was made on is nobody's business. Every byte stays in its place. */
function withoutHost(journal: Buffer): Buffer {
  const { records, end } = scanRecords(journal);
  const clean = records.map(({ seq, payload }) => encodeRecord(seq, payload.replace(/(?<="host":")[^"]*/, (host) => 'elsewhere'.padEnd(host.length, '.').slice(0, host.length))));
  return Buffer.concat([...clean, journal.subarray(end)]);
}

function keep(directory: string, folder: string): void {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const bytes = readFileSync(path);
    const kept = join(folder, 'database', `${relative(directory, path)}.gz`);
    mkdirSync(dirname(kept), { recursive: true });
    writeFileSync(kept, gzipSync(entry.name.startsWith('journal-') ? withoutHost(bytes) : bytes, { level: 9 }));
  }
}

async function expected(directory: string): Promise<string> {
  const engine = await openEngine(directory);
  const lines: string[] = [];
  const read = <N extends ReadName>(name: N, params: Reads[N][0]): void => {
    lines.push(JSON.stringify({ read: name, params, result: shortened(engine.read(name, params)) }));
  };
  read('chats.list', { query: '', limit: 100 });
  read('chats.list', { query: 'äpfel', limit: 2 });
  for (const chat_id of [1, 2, 3, 4, 5, 51, 52, 53, 54].map(storedUuid)) {
    read('chats.get', { chat_id });
    read('events.after', { chat_id, after_seq: 0, limit: 100 });
    read('events.last_seq', { chat_id });
    read('tool_traces.page', { chat_id, after: null, limit: 100, turn_number: null });
    read('tool_traces.running', { chat_id });
    read('llm_calls.by_chat', { chat_id });
  }
  const { rows } = engine.check();
  engine.close();
  return `{\n"rows": ${JSON.stringify(rows)},\n"reads": [\n${lines.join(',\n')}\n]\n}\n`;
}

async function main(): Promise<void> {
  const dying = process.argv[2];
  if (dying !== undefined) return writeAndDie(dying);
  const folder = join(databasesFolder, String(latestVersion));
  if (existsSync(folder)) throw new Error(`${folder} is there already. What was kept is never edited.`);
  const directory = join(temporaryFolder('kept'), 'database');
  await writeMost(directory);
  const { signal } = spawnSync(process.execPath, ['--import', 'tsx', fileURLToPath(import.meta.url), directory], { stdio: 'inherit' });
  if (signal !== 'SIGKILL') throw new Error('the second process did not die in its last write');
  keep(directory, folder);
  writeFileSync(join(folder, 'expected.json'), await expected(directory));
  console.log(`Written to ${folder}. Say in its README what is in it.`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
