// What a chat sent last, so that the next request can be compared with it. Only requests for an answer that a server began
// to give count: what it refused, or never got, it has not read. A request for a summary is compared and not kept: the
// conversation goes on from the last answer, or begins anew behind the summary, and never from the question for it.
import type { RequestShape } from '../../shared/model-request';
import type { ModelProvider, ModelRequest } from '../providers/model';
import type { RequestOpening } from '../store/tables/request-openings';
import { requestOpening, shortDigest } from './request-opening';
import { requestLengths, sharedWith, type WrittenRequest } from './request-shape';

type SentRequest = WrittenRequest & { llmCallId: string; endedAt: number };

/** What is known from the disk of the last request: enough to write it anew. */
export type StoredRequest = Pick<ModelRequest, 'messages'> & {
  /** Null: that of requests now. */
  opening: Pick<ModelRequest, 'system' | 'tools'> | null;
  llmCallId: string;
  provider: string;
  endedAt: number;
  shape: RequestShape;
};

export type ComparedRequest = {
  opening: RequestOpening;
  /** As it is recorded of a request that was made then. */
  shape(startedAt: number): RequestShape;
  /** Once a server began to answer it. Times are microseconds since the epoch. */
  answered(llmCallId: string, endedAt: number): void;
};

export class SentRequests {
  #last: SentRequest | null = null;
  #stored: StoredRequest | null;

  constructor(stored: StoredRequest | null) {
    this.#stored = stored;
  }

  /** `asksForSummary`: its last message is the question for it, which is no part of the conversation. */
  compare(provider: ModelProvider, request: ModelRequest, asksForSummary = false): ComparedRequest {
    const now: WrittenRequest = { provider: provider.id, parts: provider.requestParts(request) };
    const last = this.#last ?? this.#rewritten(provider, request);
    const opening = requestOpening(request);
    const lengths = requestLengths(now.parts);
    const { shared_bytes, changed } = last === null ? unshared : sharedWith(last, now);
    const isBeginning = asksForSummary && shared_bytes !== null && shared_bytes >= lengths.bytes - (now.parts.messages.at(-1)?.length ?? 0);
    const shape = { ...lengths, head: headDigest(now.parts.head), opening: opening.digest, previous: last?.llmCallId ?? null, shared_bytes, changed: isBeginning ? null : changed };
    return {
      opening,
      shape: (startedAt) => ({ ...shape, idle_ms: last === null ? null : Math.max(0, startedAt - last.endedAt) / 1000 }),
      answered: (llmCallId, endedAt) => {
        this.#last = { ...now, llmCallId, endedAt };
        this.#stored = null;
      },
    };
  }

  /** Null unless it comes to exactly what was sent. Of another model it is only known that it was one. */
  #rewritten(provider: ModelProvider, request: ModelRequest): SentRequest | null {
    if (this.#stored === null) return null;
    const { llmCallId, endedAt, shape, opening, messages } = this.#stored;
    const parts = provider.requestParts({ ...request, ...opening, messages });
    const isOther = this.#stored.provider !== provider.id || shape.head !== headDigest(parts.head);
    if (isOther) return { provider: this.#stored.provider, parts: { ...parts, head: '' }, llmCallId, endedAt };
    return requestLengths(parts).bytes === shape.bytes ? { provider: provider.id, parts, llmCallId, endedAt } : null;
  }
}

const unshared = { shared_bytes: null, changed: null };

let newestHead = { text: '', digest: '' };

function headDigest(text: string): string {
  if (newestHead.text !== text) newestHead = { text, digest: shortDigest(text) };
  return newestHead.digest;
}
