// File operations without the waiting for the disk. For tests that end a store in its own process, where nothing can
// tell what was flushed from what was only written; a crash of the machine is none of theirs.
import { nodeFiles, type FileOperations } from '../../../extension/store/files/durable-file';

export const quickFiles: FileOperations = {
  ...nodeFiles,
  flush: () => undefined,
  flushLater: () => Promise.resolve(),
  flushDirectory: () => undefined,
};
