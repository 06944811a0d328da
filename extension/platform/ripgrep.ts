// Runs ripgrep and hands out its lines. No configuration file is read and no preprocessor is ever run: the caller's
// values stand after `=` or `--`, so none of them can become an option.
import { spawn } from 'node:child_process';
import { refuse, type Outcome } from './outcome';

export type RipgrepErrorCode = 'no_ripgrep' | 'bad_pattern' | 'search_failed';

export type RipgrepRun = {
  program: string;
  args: readonly string[];
  cwd: string;
  timeoutMs: number;
  signal: AbortSignal;
  /** Ends each record: a newline, or a zero byte under --null. */
  separator: '\n' | '\0';
  /** Return false to stop the search: enough was found. */
  onRecord(record: string): boolean;
};

/** How a search that worked ended. `oversized` counts records too long to be read. */
export type RipgrepEnd = { ended: 'all' | 'enough' | 'timeout'; oversized: number };

const maxRecordBytes = 1024 * 1024;
const maxComplaint = 600;

/** Rejects only with the signal's reason. */
export async function runRipgrep(run: RipgrepRun): Promise<Outcome<RipgrepEnd, RipgrepErrorCode>> {
  run.signal.throwIfAborted();
  const child = spawn(run.program, ['--no-config', '--no-messages', ...run.args], {
    cwd: run.cwd,
    env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  let ended: RipgrepEnd['ended'] = 'all';
  let sawRecord = false;
  const stop = (why: RipgrepEnd['ended']): void => {
    ended = why;
    child.kill('SIGKILL');
  };
  const timer = setTimeout(() => stop('timeout'), run.timeoutMs);
  const onAbort = (): void => stop('enough');
  run.signal.addEventListener('abort', onAbort, { once: true });

  const splitter = new RecordSplitter(run.separator, maxRecordBytes);
  let complaint = '';
  child.stdout.on('data', (chunk: Buffer) => {
    for (const record of splitter.push(chunk)) {
      if (ended !== 'all') return;
      sawRecord = true;
      if (!run.onRecord(record)) stop('enough');
    }
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    if (complaint.length < maxComplaint) complaint += chunk;
  });

  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    run.signal.throwIfAborted();
    if (exitCode === 2 && !sawRecord && complaint !== '') {
      const said = complaint.slice(0, maxComplaint).replace(/^rg: /, '').trim();
      return refuse('bad_pattern', `ripgrep does not take this pattern: ${said}`, 'Correct it, or search for plain text.');
    }
    return { ok: true, value: { ended, oversized: splitter.oversized } };
  } catch (error) {
    run.signal.throwIfAborted();
    const said = error instanceof Error ? error.message : String(error);
    return refuse('search_failed', `ripgrep could not run: ${said}`, 'Read files directly, or tell the user.');
  } finally {
    clearTimeout(timer);
    run.signal.removeEventListener('abort', onAbort);
  }
}

/** Cuts a stream into records. One that grows past the limit is dropped and counted. */
class RecordSplitter {
  readonly #separator: number;
  readonly #limit: number;
  #pieces: Buffer[] = [];
  #bytes = 0;
  #dropping = false;
  oversized = 0;

  constructor(separator: '\n' | '\0', limit: number) {
    this.#separator = separator.charCodeAt(0);
    this.#limit = limit;
  }

  *push(chunk: Buffer): Generator<string> {
    let from = 0;
    for (;;) {
      const at = chunk.indexOf(this.#separator, from);
      this.#take(chunk.subarray(from, at === -1 ? chunk.length : at));
      if (at === -1) return;
      from = at + 1;
      const record = this.#dropping ? null : Buffer.concat(this.#pieces).toString('utf8');
      this.#pieces = [];
      this.#bytes = 0;
      this.#dropping = false;
      if (record !== null) yield record;
    }
  }

  #take(piece: Buffer): void {
    if (this.#dropping || piece.length === 0) return;
    this.#bytes += piece.length;
    if (this.#bytes > this.#limit) {
      this.#dropping = true;
      this.#pieces = [];
      this.oversized++;
      return;
    }
    this.#pieces.push(piece);
  }
}
