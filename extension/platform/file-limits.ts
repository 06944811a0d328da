// How much of a file is taken at once.

export const fileLimits = {
  readLines: 2000,
  readBytes: 256 * 1024,
  lineBytes: 4000,
  /** Larger files are read by range only, and never edited. */
  editBytes: 10 * 1024 * 1024,
} as const;
