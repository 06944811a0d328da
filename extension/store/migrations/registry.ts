// The migrations in their order, and how they are applied. Forward only; the version is PRAGMA user_version.
import type { Connection } from '../tables/table';
import { initial } from './0001-initial';
import { blobUses } from './0002-blob-uses';
import { approvalGrants } from './0003-approval-grants';
import { spending } from './0004-spending';
import { traceIndex } from './0005-trace-index';
import type { Migration } from './migration';

export const migrations: readonly Migration[] = [initial, blobUses, approvalGrants, spending, traceIndex];

export const latestVersion = Math.max(...migrations.map((migration) => migration.version));

export function schemaVersion(db: Connection): number {
  return db.first<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0;
}

/** Brings the schema to the latest version in one transaction a step. A second run changes nothing. */
export function migrate(db: Connection): void {
  const current = schemaVersion(db);
  for (const { version, statements } of migrations) {
    if (version <= current) continue;
    db.run('BEGIN');
    try {
      for (const statement of statements) db.run(statement);
      // A pragma takes no parameters; the version is a number of ours.
      db.run(`PRAGMA user_version = ${version}`);
      db.run('COMMIT');
    } catch (error) {
      db.run('ROLLBACK');
      throw error;
    }
  }
}
