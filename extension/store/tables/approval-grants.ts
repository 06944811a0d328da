// The approval_grants table: what was allowed for good in this workspace. A revoked grant stays as a row, so that the
// journal of another process cannot bring it back.
import type { Connection, Table } from './table';

export type ApprovalGrantRow = {
  /** What it is bound to; see agent/approval-policy.ts. */
  grant_key: string;
  tool_name: string;
  /** What was asked, for the list. */
  title: string;
  granted_at: number;
};

export interface ApprovalGrantWrites {
  'approval_grants.put': ApprovalGrantRow;
  'approval_grants.revoke': { grant_key: string };
}

export interface ApprovalGrantReads {
  'approval_grants.has': [params: { grant_key: string }, result: boolean];
  /** Newest first, without the revoked. */
  'approval_grants.list': [params: Record<string, never>, result: ApprovalGrantRow[]];
}

function put(db: Connection, row: ApprovalGrantRow, stamp: number): void {
  db.run(
    `INSERT INTO approval_grants (grant_key, tool_name, title, granted_at, revoked, stamp) VALUES (?, ?, ?, ?, 0, ?)
     ON CONFLICT (grant_key) DO UPDATE SET
       tool_name = excluded.tool_name, title = excluded.title, granted_at = excluded.granted_at, revoked = 0, stamp = excluded.stamp
     WHERE excluded.stamp >= approval_grants.stamp`,
    [row.grant_key, row.tool_name, row.title, row.granted_at, stamp],
  );
}

function revoke(db: Connection, grantKey: string, stamp: number): void {
  db.run(
    `INSERT INTO approval_grants (grant_key, tool_name, title, granted_at, revoked, stamp) VALUES (?, '', '', 0, 1, ?)
     ON CONFLICT (grant_key) DO UPDATE SET
       tool_name = excluded.tool_name, title = excluded.title, granted_at = excluded.granted_at, revoked = 1, stamp = excluded.stamp
     WHERE excluded.stamp >= approval_grants.stamp`,
    [grantKey, stamp],
  );
}

export const approvalGrants: Table<ApprovalGrantWrites, ApprovalGrantReads> = {
  name: 'approval_grants',
  writes: {
    'approval_grants.put': (db, row, { stamp }) => put(db, row, stamp),
    'approval_grants.revoke': (db, { grant_key }, { stamp }) => revoke(db, grant_key, stamp),
  },
  reads: {
    'approval_grants.has': (db, { grant_key }) => db.first('SELECT 1 FROM approval_grants WHERE grant_key = ? AND revoked = 0', [grant_key]) !== null,
    'approval_grants.list': (db) =>
      db.all('SELECT grant_key, tool_name, title, granted_at FROM approval_grants WHERE revoked = 0 ORDER BY granted_at DESC, grant_key'),
  },
};
