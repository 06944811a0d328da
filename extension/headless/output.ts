// What the headless command says: JSON values on stdout with --json, text for people without it; all else on stderr.
import type { RunEvent, SequencedEvent, TransientEvent } from '../../shared/events';

export class Output {
  readonly #json: boolean;
  readonly #stdout: NodeJS.WritableStream;
  readonly #stderr: NodeJS.WritableStream;
  #isInText = false;

  constructor(json: boolean, stdout: NodeJS.WritableStream, stderr: NodeJS.WritableStream) {
    this.#json = json;
    this.#stdout = stdout;
    this.#stderr = stderr;
  }

  /** One JSON value with --json; nothing otherwise. */
  value(value: unknown): void {
    if (this.#json) this.#stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** One line of text without --json; nothing otherwise. */
  text(line: string): void {
    if (!this.#json) this.#stdout.write(`${line}\n`);
  }

  event(event: SequencedEvent): void {
    if (this.#json) return this.value(event);
    this.#endText();
    switch (event.type) {
      case 'run:start':
        return this.progress(`${event.provider} ${event.model}${event.scripted ? ' (scripted, no model is asked)' : ''}`);
      case 'message:assistant':
        // Already streamed as deltas, unless it came in one piece.
        return;
      case 'tool_trace:complete':
        return this.progress(`  ${mark(event.outcome)} ${event.tool_name} ${seconds(event.latency_ms)}`);
      case 'approval:decision':
        return event.decision === 'deny' ? this.progress('  refused: needs an approval') : undefined;
      case 'notice':
        return this.progress(`${event.level}: ${event.text}`);
      default:
        return;
    }
  }

  transient(event: TransientEvent): void {
    if (this.#json) return this.value(event satisfies RunEvent);
    if (event.type === 'text:delta' && event.kind === 'text') {
      this.#isInText = true;
      this.#stdout.write(event.delta);
    } else if (event.type === 'model:status' && event.status === 'retrying') {
      this.progress(`retrying: ${event.reason}`);
    }
  }

  /** A piece of a document, as it is. Resolves when it is taken, and rejects with the error of the stream. */
  document(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      // Without a listener the error would end the process; it comes after the call below.
      this.#stdout.once('error', reject);
      this.#stdout.write(text, (error) => {
        if (error) return reject(error);
        this.#stdout.off('error', reject);
        resolve();
      });
    });
  }

  progress(line: string): void {
    this.#stderr.write(`${line}\n`);
  }

  /** What happened and what to try. */
  problem(message: string, nextStep: string): void {
    this.#endText();
    this.#stderr.write(`${message}\n${nextStep}\n`);
  }

  #endText(): void {
    if (this.#isInText) this.#stdout.write('\n');
    this.#isInText = false;
  }
}

function mark(outcome: string): string {
  return outcome === 'success' ? 'ok  ' : outcome;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
