// `trace-export`: the trace of a chat as one document on stdout, whether or not JSON was asked for.
import { exportTrace, traceFormats } from '../trace/export/export-trace';
import { UsageError, type HeadlessOptions } from './options';
import type { Output } from './output';
import type { HeadlessSession } from './session';

/** Throws UsageError without a format, and QueryError for a chat that is not in this workspace. */
export async function writeTrace(session: Pick<HeadlessSession, 'store' | 'redactor'>, chatId: string, options: HeadlessOptions, version: string, output: Output, stop: AbortSignal): Promise<number> {
  const { format } = options;
  if (format === undefined) throw new UsageError(`trace-export needs --format: ${traceFormats.join(', ')}.`);
  const request = { chat_id: chatId, format, content: options.content !== 'off', version, signal: stop };
  try {
    const { cancelled, redacted_now } = await exportTrace(session.store, session.redactor, request, (text) => output.document(text));
    if (cancelled) {
      output.problem('The export was stopped, so the document is not whole.', 'Run it again to have all of it.');
      return 130;
    }
    if (redacted_now > 0) output.progress(`${redacted_now} secret(s) were taken out.`);
    return 0;
  } catch (error) {
    if (!isClosedPipe(error)) throw error;
    output.problem('Whoever read the document stopped before its end.', 'Write it to a file to have all of it.');
    return 1;
  }
}

function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}
