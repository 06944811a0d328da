// Writes of which a test can tell afterwards whether they are there, whole and unmixed: each puts the same event
// into two chats, with a text that no other event has.
import assert from 'node:assert/strict';
import type { ReadName, WriteOp } from '../../../extension/store/store';
import type { Reads } from '../../../extension/store/tables/registry';

/** A store of any kind, synchronous or not. */
export type Reader = { read<N extends ReadName>(name: N, params: Reads[N][0]): Reads[N][1] | Promise<Reads[N][1]> };

export function twinOf(chatId: string): string {
  return `${chatId}-twin`;
}

/** That many bytes and a few more. */
export function textOf(chatId: string, seq: number, bytes: number): string {
  const words = `${chatId.replace(/-twin$/, '')} ${seq} `;
  return words.repeat(Math.ceil(bytes / words.length));
}

const bodies = new Map<string, string>();

function bodyOf(chatId: string, seq: number, bytes: number): string {
  const key = `${chatId.replace(/-twin$/, '')} ${seq} ${bytes}`;
  const body = bodies.get(key) ?? JSON.stringify({ text: textOf(chatId, seq, bytes), bytes });
  if (bodies.size > 5_000) bodies.clear();
  bodies.set(key, body);
  return body;
}

/** The `seq`-th write to the chat; its time is its seq. */
export function pairedWrite(chatId: string, seq: number, bytes = 50): WriteOp[] {
  const body = bodyOf(chatId, seq, bytes);
  return [chatId, twinOf(chatId)].map((chat_id) => ({
    op: 'events.append',
    value: { chat_id, seq, session_id: 'session', at: seq, type: 'notice', body, trace_id: null },
  }));
}

export type PairsOptions = {
  /** Gets the seqs of events whose text is said to be missing; without it that is a failure. */
  textless?: Set<number>;
};

async function seqsOf(reader: Reader, chatId: string, hint: string, { textless }: PairsOptions): Promise<number[]> {
  const seqs: number[] = [];
  for (;;) {
    const events = await reader.read('events.after', { chat_id: chatId, after_seq: seqs.at(-1) ?? 0, limit: 500 });
    if (events.length === 0) return seqs;
    for (const { seq, body } of events) {
      seqs.push(seq);
      // Every event of these chats is a paired write.
      const { text, bytes } = JSON.parse(body) as { text: string; bytes: number };
      if (textless !== undefined && /^\[\d+ bytes of text are missing here/.test(text)) textless.add(seq);
      else assert.ok(body === bodyOf(chatId, seq, bytes), `${hint}: event ${seq} of ${chatId} is not what was written`);
    }
  }
}

/** Seqs of the paired writes that are there. Fails when one is there in half or with another content. */
export async function pairsIn(reader: Reader, chatId: string, hint: string, options: PairsOptions = {}): Promise<number[]> {
  const seqs = await seqsOf(reader, chatId, hint, options);
  assert.deepEqual(await seqsOf(reader, twinOf(chatId), hint, options), seqs, `${hint}: half a write`);
  return seqs;
}
