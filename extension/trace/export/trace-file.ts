// A trace as a file, which is there in the end or not at all.
import { randomUUID } from 'node:crypto';
import { open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Store } from '../../store/store';
import type { Redactor } from '../redaction';
import { exportTrace, type TraceExport, type TraceExported } from './export-trace';

/** What was there before stays until the new file is whole, and when it is cancelled. Errors as of `exportTrace`, and the disk's. */
export async function exportTraceToFile(store: Store, redactor: Redactor, request: TraceExport, path: string): Promise<TraceExported> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  const file = await open(temporary, 'wx', 0o600);
  try {
    let exported: TraceExported;
    try {
      exported = await exportTrace(store, redactor, request, (text) => file.writeFile(text));
      await file.sync();
    } finally {
      await file.close();
    }
    if (exported.cancelled) await unlink(temporary);
    else await rename(temporary, path);
    return exported;
  } catch (error) {
    // What went wrong first is what matters; a temporary file that stays is only untidy.
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
}
