// Takes what a process writes to one pipe, makes text of it, without secrets, and hands it on; holds the process back
// while whoever keeps it is behind.
import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import { brokenEndLength } from './line-reader';
import { OutputRedaction, type Redact } from './output-redaction';

/** Where output goes. */
export type OutputSink = {
  /** Text in UTF-8, cut between characters. False when the disk is behind: nothing more until `onceWritten` calls back. */
  add(chunk: Buffer): boolean;
  onceWritten(resume: () => void): void;
};

/** Answers how to end it: what was held back is handed on, and nothing is read any more. */
export function pipeOutput(stream: Readable, redact: Redact | null, sink: OutputSink): () => void {
  const border = new CharacterBorder();
  const redaction = new OutputRedaction(redact);
  let isOver = false;
  const pass = (chunk: Buffer): void => {
    if (chunk.length === 0 || sink.add(chunk) || isOver) return;
    stream.pause();
    sink.onceWritten(() => stream.resume());
  };
  stream.on('data', (chunk: Buffer) => {
    if (!isOver) pass(redaction.take(asText(border.take(chunk))));
  });
  stream.on('error', () => undefined); // a pipe that breaks has ended; the process itself tells how
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    pass(redaction.take(asText(border.rest())));
    pass(redaction.rest());
    stream.destroy();
  };
  stream.once('end', end);
  return end;
}

/** Puts the chunks of one stream on borders of characters, so that two streams can be mixed. */
class CharacterBorder {
  #held = Buffer.alloc(0);

  take(chunk: Buffer): Buffer {
    const all = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const broken = brokenEndLength(all);
    this.#held = Buffer.from(all.subarray(all.length - broken));
    return all.subarray(0, all.length - broken);
  }

  /** What never became a whole character. */
  rest(): Buffer {
    return this.#held;
  }
}

/** What the reading tools refuse in a file is made text before it is kept: zero bytes end lines, broken bytes are marked. */
function asText(bytes: Buffer): Buffer {
  const text = isUtf8(bytes) ? bytes : Buffer.from(bytes.toString('utf8'));
  if (!text.includes(0)) return text;
  const lines = Buffer.from(text);
  for (let at = lines.indexOf(0); at !== -1; at = lines.indexOf(0, at + 1)) lines[at] = 0x0a;
  return lines;
}
