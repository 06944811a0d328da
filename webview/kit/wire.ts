// The webview's end of the message channel: typed commands and requests up, events down, and the small view state
// that VS Code keeps. Commands need no answer; a request always settles.
import type { DownwardMessage, RequestMap, UpwardMessage } from '../../shared/messages/channel';

export interface VsCodeApi {
  postMessage(message: UpwardMessage): void;
  getState(): unknown;
  setState(state: unknown): void;
}

export class WireError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'WireError';
  }
}

export type Wire<Command, Requests extends RequestMap, Event> = {
  send(command: Command): void;
  /** Rejects with a WireError: the host's own code, or `timeout`. */
  request<N extends keyof Requests & string>(name: N, params: Requests[N][0], timeoutMs?: number): Promise<Requests[N][1]>;
  /** Returns the function that ends it. */
  onEvent(listener: (event: Event) => void): () => void;
  getState(): unknown;
  setState(state: unknown): void;
};

const defaultTimeoutMs = 15_000;

type Waiting = { resolve(result: unknown): void; reject(error: WireError): void; timer: ReturnType<typeof setTimeout> };

/** `source` is where the host's messages arrive: the window, or anything that behaves like it in a test. */
export function createWire<Command extends { type: string }, Requests extends RequestMap, Event>(
  api: VsCodeApi,
  source: Pick<EventTarget, 'addEventListener'>,
): Wire<Command, Requests, Event> {
  const waiting = new Map<number, Waiting>();
  const listeners = new Set<(event: Event) => void>();
  let lastId = 0;

  source.addEventListener('message', (message) => {
    // The webview trusts its host: only VS Code can post into this frame's origin.
    const data = (message as MessageEvent<DownwardMessage<Event> | null>).data;
    if (data?.kind === 'event') {
      for (const listener of listeners) listener(data.event);
    } else if (data?.kind === 'reply') {
      const request = waiting.get(data.id);
      if (!request) return; // Answered after its timeout.
      waiting.delete(data.id);
      clearTimeout(request.timer);
      if (data.ok) request.resolve(data.result);
      else request.reject(new WireError(data.error.code, data.error.message));
    }
  });

  return {
    send: (command) => api.postMessage({ kind: 'command', command }),
    request<N extends keyof Requests & string>(name: N, params: Requests[N][0], timeoutMs = defaultTimeoutMs) {
      const id = ++lastId;
      return new Promise<Requests[N][1]>((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(id);
          reject(new WireError('timeout', 'BooCode did not answer in time.'));
        }, timeoutMs);
        // The host answers a request with the reply type that the map declares for its name.
        waiting.set(id, { resolve, reject, timer });
        api.postMessage({ kind: 'request', id, name, params });
      });
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getState: () => api.getState(),
    setState: (state) => api.setState(state),
  };
}
