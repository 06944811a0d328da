// The queryable image: a sql.js database in memory. It can always be rebuilt from disk, so nothing here is precious.
import type { BindParams, Database, SqlJsStatic, Statement } from 'sql.js';
import type { Connection, SqlValue } from '../tables/table';

/** Durability is the journal's, a rollback needs no file, and nobody else has this file open. */
const settings = ['journal_mode = MEMORY', 'temp_store = MEMORY', 'synchronous = OFF', 'locking_mode = EXCLUSIVE'];

export class Image implements Connection {
  readonly #database: Database;
  readonly #statements = new Map<string, Statement>();

  /** Without bytes: an empty database. Throws when the bytes are not a database. */
  constructor(sql: SqlJsStatic, bytes?: Uint8Array) {
    this.#database = new sql.Database(bytes);
    for (const setting of settings) this.#database.run(`PRAGMA ${setting}`);
  }

  run(sql: string, params: readonly SqlValue[] = []): number {
    const statement = this.#prepared(sql);
    try {
      statement.bind(params as BindParams);
      statement.step();
    } finally {
      statement.reset();
    }
    return this.#database.getRowsModified();
  }

  all<Row>(sql: string, params: readonly SqlValue[] = []): Row[] {
    return [...this.each<Row>(sql, params)];
  }

  first<Row>(sql: string, params: readonly SqlValue[] = []): Row | null {
    for (const row of this.each<Row>(sql, params)) return row;
    return null;
  }

  *each<Row>(sql: string, params: readonly SqlValue[] = []): Generator<Row, void, void> {
    const statement = this.#prepared(sql);
    try {
      statement.bind(params as BindParams);
      let columns: string[] | null = null;
      while (statement.step()) {
        // Asked once a query: sql.js would read every name from the engine's memory again for every row.
        columns ??= statement.getColumnNames();
        yield toRow<Row>(columns, statement.get());
      }
    } finally {
      statement.reset();
    }
  }

  /** Runs `action` so that either all of it or nothing of it stays. May be nested. */
  atomically<T>(action: () => T): T {
    this.run('SAVEPOINT step');
    try {
      const result = action();
      this.run('RELEASE step');
      return result;
    } catch (error) {
      this.run('ROLLBACK TO step');
      this.run('RELEASE step');
      throw error;
    }
  }

  /** The database file as bytes. Not within a transaction. */
  export(): Uint8Array {
    return this.#database.export();
  }

  close(): void {
    for (const statement of this.#statements.values()) statement.free();
    this.#statements.clear();
    this.#database.close();
  }

  #prepared(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.#database.prepare(sql)));
    return statement;
  }
}

// The row type is the caller's word for what its own SQL yields.
function toRow<Row>(columns: readonly string[], values: readonly unknown[]): Row {
  const row: Record<string, unknown> = {};
  for (let index = 0; index < columns.length; index++) row[columns[index] ?? ''] = values[index];
  return row as Row;
}
