// The yardstick: node:sqlite with the same schema, the same statements and the same rows, in WAL with
// synchronous=FULL, which is as durable as the store. It runs in the thread that asks, and blocks it.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '../../../extension/store/migrations/registry';
import type { WriteOp } from '../../../extension/store/store';
import { readHandlers, writeHandlers } from '../../../extension/store/tables/registry';
import type { Connection, SqlValue, WriteContext } from '../../../extension/store/tables/table';
import { BareFile } from './bare-file';
import { memory, serveCommands, type Opened } from './commands';
import { grownCall, kilobyteEvent, pageAt } from './workload';

// What is used of node:sqlite; the types of the Node that BooCode is written against do not have it.
type Statement = { run(...values: SqlValue[]): { changes: number | bigint }; all(...values: SqlValue[]): unknown[]; iterate(...values: SqlValue[]): Iterable<unknown> };
type Database = { exec(sql: string): void; prepare(sql: string): Statement; close(): void };
type Sqlite = { DatabaseSync: new (path: string) => Database };

class SqliteConnection implements Connection {
  readonly #database: Database;
  readonly #statements = new Map<string, Statement>();

  constructor(path: string) {
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite') as unknown as Sqlite; // as the types above say
    this.#database = new DatabaseSync(path);
    for (const pragma of ['journal_mode = WAL', 'synchronous = FULL']) this.#database.exec(`PRAGMA ${pragma}`);
  }

  run(sql: string, params: readonly SqlValue[] = []): number {
    return Number(this.#prepared(sql).run(...params).changes);
  }

  // The row types are the callers' word, as for the store's own image.
  all<Row>(sql: string, params: readonly SqlValue[] = []): Row[] {
    return this.#prepared(sql).all(...params) as Row[];
  }

  first<Row>(sql: string, params: readonly SqlValue[] = []): Row | null {
    return this.all<Row>(sql, params)[0] ?? null;
  }

  each<Row>(sql: string, params: readonly SqlValue[] = []): Iterable<Row> {
    return this.#prepared(sql).iterate(...params) as Iterable<Row>;
  }

  close(): void {
    this.#database.close();
  }

  #prepared(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.#database.prepare(sql)));
    return statement;
  }
}

let opened: { db: SqliteConnection; directory: string } | null = null;
let stamp = 0;

function db(): SqliteConnection {
  if (opened === null) throw new Error('the database is not open');
  return opened.db;
}

function timed(action: () => unknown): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}

function write(ops: readonly WriteOp[]): void {
  db().run('BEGIN IMMEDIATE');
  for (const { op, value } of ops) {
    // WriteOp ties each name to its value; through a union the compiler cannot follow that.
    const apply = writeHandlers[op] as (db: Connection, value: unknown, context: WriteContext) => void;
    apply(db(), value, { stamp: ++stamp });
  }
  db().run('COMMIT');
}

function page(share: number, calls: number): unknown {
  return readHandlers['tool_traces.page'](db(), pageAt(share, calls), { whole: (text) => text });
}

function open(directory: string, calls: number): Opened {
  const before = memory();
  mkdirSync(directory, { recursive: true });
  const ms = timed(() => {
    opened = { db: new SqliteConnection(join(directory, 'yardstick.db')), directory };
    migrate(opened.db);
    readHandlers['chats.list'](db(), { query: '', limit: 50 }, { whole: (text) => text });
  });
  const firstPageMs = timed(() => page(0.5, calls));
  return { ms, firstPageMs, before, after: memory() };
}

serveCommands({
  open: ({ directory, calls }) => open(directory, calls),
  fill: ({ calls }) =>
    timed(() => {
      for (let first = 0; first < calls; first += 100) {
        write(Array.from({ length: Math.min(100, calls - first) }, (_, index) => grownCall(first + index)).flat());
      }
    }),
  append: ({ count, firstSeq }) => {
    if (opened === null) throw new Error('the database is not open');
    const file = new BareFile(opened.directory);
    const taken = { bare: new Array<number>(), own: new Array<number>() };
    for (let round = 0; round < count; round++) {
      taken.bare.push(file.append());
      taken.own.push(timed(() => write([kilobyteEvent(firstSeq + round)])));
    }
    file.remove();
    return taken;
  },
  pages: ({ shares, calls }) => shares.map((share) => timed(() => page(share, calls))),
  memory: () => memory(),
  close: () => {
    db().close();
    return null;
  },
});
