// What the payload of a journal record says. Read back from disk, so it is checked: by hand, because thousands of
// records are read when a database is opened, and a schema took longer than everything else about them.
import { isFields, isWhole, parseFields, type Fields } from '../fields';
import { toProcessIdentity, type ProcessIdentity } from '../files/process-identity';

/** A file of blobs.ts that a write needs, and the chat it is needed for. */
export type BlobUse = { chat_id: string; sha256: string; bytes: number };

/** The first record: who writes this journal, and with which schema. */
type JournalOpened = { kind: 'opened'; schema_version: number; owner: ProcessIdentity };
/** One write: operation names with their values, applied together. Its blobs are on disk before this record. */
export type JournalWrite = { kind: 'write'; stamp: number; ops: [name: string, value: unknown][]; blobs?: BlobUse[] };
/** The last record: its owner will write nothing more into this journal. */
type JournalClosed = { kind: 'closed' };

export type JournalContent = JournalOpened | JournalWrite | JournalClosed;

export function journalPayload(content: JournalContent): string {
  return JSON.stringify(content);
}

/** Null when it is not what this version knows. */
export function parseJournalPayload(payload: string): JournalContent | null {
  const content = parseFields(payload);
  switch (content?.['kind']) {
    case 'write':
      return toWrite(content);
    case 'closed':
      return { kind: 'closed' };
    case 'opened':
      return toOpened(content);
    default:
      return null;
  }
}

function toOpened({ schema_version, owner }: Fields): JournalOpened | null {
  const identity = toProcessIdentity(owner);
  return isWhole(schema_version) && identity !== null ? { kind: 'opened', schema_version, owner: identity } : null;
}

function toWrite({ stamp, ops, blobs }: Fields): JournalWrite | null {
  if (!isWhole(stamp) || !Array.isArray(ops) || !ops.every(isOp)) return null;
  if (blobs === undefined) return { kind: 'write', stamp, ops };
  return Array.isArray(blobs) && blobs.every(isBlobUse) ? { kind: 'write', stamp, ops, blobs } : null;
}

function isOp(op: unknown): op is [name: string, value: unknown] {
  return Array.isArray(op) && op.length === 2 && typeof op[0] === 'string';
}

const sha256Pattern = /^[0-9a-f]{64}$/;

function isBlobUse(use: unknown): use is BlobUse {
  if (!isFields(use)) return false;
  const { chat_id, sha256, bytes } = use;
  return typeof chat_id === 'string' && typeof sha256 === 'string' && sha256Pattern.test(sha256) && isWhole(bytes) && bytes >= 0;
}
