// Writes the disk did not take: held in memory, in their order, until it does.
import type { Blob } from './blobs';
import { journalPayload, type JournalWrite } from './journal-content';

/** One write with what must be on disk before its record. */
export type PreparedWrite = { content: JournalWrite; blobs: readonly Blob[] };

/** Beyond this a write is refused: memory is not a disk. */
const maxBytes = 64 * 1024 * 1024;

export class Unsaved {
  #writes: PreparedWrite[] = [];
  #bytes = 0;
  readonly #blobs = new Map<string, Buffer>();

  get count(): number {
    return this.#writes.length;
  }

  get writes(): readonly PreparedWrite[] {
    return this.#writes;
  }

  /** False, and none of them added, when there is no room for all. */
  add(writes: readonly PreparedWrite[]): boolean {
    const bytes = writes.reduce((sum, write) => sum + sizeOf(write), 0);
    if (this.#bytes + bytes > maxBytes) return false;
    this.#bytes += bytes;
    for (const write of writes) {
      this.#writes.push(write);
      for (const blob of write.blobs) this.#blobs.set(blob.sha256, blob.bytes);
    }
    return true;
  }

  blob(sha256: string): Buffer | undefined {
    return this.#blobs.get(sha256);
  }

  clear(): void {
    this.#writes = [];
    this.#bytes = 0;
    this.#blobs.clear();
  }
}

function sizeOf({ content, blobs }: PreparedWrite): number {
  return journalPayload(content).length + blobs.reduce((sum, { bytes }) => sum + bytes.length, 0);
}
