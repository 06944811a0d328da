/** Whether an error comes from the file system, so that it may pass. */
export function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string'; // may be any error
}
