// What the payload of a journal record says. Read back from disk, so it is checked.
import * as z from 'zod';
import { processIdentity } from '../files/process-identity';

/** A file of blobs.ts that a write needs, and the chat it is needed for. */
const blobUse = z.object({ chat_id: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.int().nonnegative() });
export type BlobUse = z.infer<typeof blobUse>;

const journalContent = z.discriminatedUnion('kind', [
  /** The first record: who writes this journal, and with which schema. */
  z.object({ kind: z.literal('opened'), schema_version: z.int(), owner: processIdentity }),
  /** One write: operation names with their values, applied together. */
  z.object({
    kind: z.literal('write'),
    stamp: z.int(),
    ops: z.array(z.tuple([z.string(), z.unknown()])),
    /** On disk before this record. */
    blobs: z.array(blobUse).optional(),
  }),
  /** The last record: its owner will write nothing more into this journal. */
  z.object({ kind: z.literal('closed') }),
]);
export type JournalContent = z.infer<typeof journalContent>;
export type JournalWrite = Extract<JournalContent, { kind: 'write' }>;

export function journalPayload(content: JournalContent): string {
  return JSON.stringify(content);
}

/** Null when it is not what this version knows. */
export function parseJournalPayload(payload: string): JournalContent | null {
  const parsed = journalContent.safeParse(JSON.parse(payload));
  return parsed.success ? parsed.data : null;
}
