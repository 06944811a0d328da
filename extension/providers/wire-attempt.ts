// One HTTP exchange with a model server, as the fetch function the openai client is given. It exists for what fetch
// cannot do: tell connecting, waiting for the first byte and silence apart, each with its own deadline, cap the size
// of one event, and say afterwards exactly what went wrong (the client blurs it). Sends twice only when a kept-open
// connection was already closed by the server; never follows a redirect (the key would go along).
import * as http from 'node:http';
import * as https from 'node:https';
import { FrameMeter } from './frame-meter';

export type WireLimits = {
  connectMs: number;
  /** From connected to the first byte of the body; comments such as keep-alive count. */
  firstByteMs: number;
  idleMs: number;
  /** Once the answer is complete only its usage is still awaited, and not for long. */
  tailMs: number;
  frameBytes: number;
};

export const defaultWireLimits: WireLimits = {
  connectMs: 30_000,
  firstByteMs: 120_000,
  idleMs: 300_000,
  tailMs: 5_000,
  frameBytes: 8 * 1024 * 1024,
};

export type WireFailureKind = 'connect_timeout' | 'first_byte_timeout' | 'idle_timeout' | 'frame_too_large' | 'network';

export class WireFailure extends Error {
  constructor(
    readonly kind: WireFailureKind,
    /** Node's error code for a network failure: ECONNREFUSED, ENOTFOUND, ECONNRESET… */
    readonly nodeCode: string | null,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'WireFailure';
  }
}

export class WireAttempt {
  readonly #limits: WireLimits;
  #failure: WireFailure | null = null;
  #isComplete = false;
  #firstByteBy = 0;

  constructor(limits: WireLimits) {
    this.#limits = limits;
  }

  /** Why the exchange broke; null when it did not, or when it was aborted. */
  get failure(): WireFailure | null {
    return this.#failure;
  }

  /** From now on only the short tail deadline applies. */
  answerIsComplete(): void {
    this.#isComplete = true;
  }

  readonly fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input);
    const signal = init.signal ?? null;
    const response = await this.#send(url, init, signal, false).catch((error: unknown) => {
      throw this.#keep(error);
    });
    return new Response(this.#body(response, signal), {
      status: response.statusCode ?? 0,
      statusText: response.statusMessage ?? '',
      headers: headersOf(response),
    });
  };

  #send(url: URL, init: RequestInit, signal: AbortSignal | null, isResend: boolean): Promise<http.IncomingMessage> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(abortError());
      const request = (url.protocol === 'https:' ? https : http).request(url, {
        method: init.method ?? 'GET',
        headers: Object.fromEntries(new Headers(init.headers)),
        // A socket of its own when a kept one turned out to be dead.
        ...(isResend ? { agent: false } : {}),
      });
      let timer = setTimeout(() => request.destroy(this.#timeout('connect_timeout')), this.#limits.connectMs);
      let isConnected = false;
      const connected = (): void => {
        if (isConnected) return;
        isConnected = true;
        clearTimeout(timer);
        this.#firstByteBy = Date.now() + this.#limits.firstByteMs;
        timer = setTimeout(() => request.destroy(this.#timeout('first_byte_timeout')), this.#limits.firstByteMs);
      };
      const onAbort = (): void => void request.destroy(abortError());
      const settle = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      request.once('socket', (socket) => {
        if (socket.connecting) socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', connected);
        else connected();
      });
      request.once('response', (response) => {
        connected();
        settle();
        resolve(response);
      });
      request.once('error', (error: NodeJS.ErrnoException) => {
        settle();
        // The server closed a kept-open connection at the moment it was used again: it never read the request.
        const wasStale = request.reusedSocket && !isResend && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        if (wasStale) this.#send(url, init, signal, true).then(resolve, reject);
        else reject(error);
      });
      // Only bytes and text are sent: requests are JSON written by us.
      request.end(typeof init.body === 'string' || init.body instanceof Uint8Array ? init.body : undefined);
    });
  }

  #body(response: http.IncomingMessage, signal: AbortSignal | null): ReadableStream<Uint8Array> | null {
    if (response.statusCode === 204 || response.statusCode === 304) {
      response.resume();
      return null;
    }
    const onAbort = (): void => void response.destroy(abortError());
    const finished = (): void => signal?.removeEventListener('abort', onAbort);
    signal?.addEventListener('abort', onAbort, { once: true });
    const meter = new FrameMeter();
    const chunks: AsyncIterator<Buffer> = response[Symbol.asyncIterator]();
    let isFirst = true;
    return new ReadableStream<Uint8Array>(
      {
        // Asked only when a byte is really wanted, so a slow reader never looks like a silent server.
        pull: async (controller) => {
          const kind = isFirst ? 'first_byte_timeout' : 'idle_timeout';
          const timer = setTimeout(() => response.destroy(this.#timeout(kind)), this.#patience(isFirst));
          try {
            const next = await chunks.next();
            if (next.done) {
              finished();
              return controller.close();
            }
            isFirst = false;
            if (meter.add(next.value) > this.#limits.frameBytes) throw this.#tooLarge(response);
            controller.enqueue(next.value);
          } catch (error) {
            finished();
            controller.error(this.#keep(error));
          } finally {
            clearTimeout(timer);
          }
        },
        cancel: () => {
          finished();
          response.destroy();
        },
      },
      { highWaterMark: 0 },
    );
  }

  #patience(isFirst: boolean): number {
    if (this.#isComplete) return this.#limits.tailMs;
    return isFirst ? Math.max(1, this.#firstByteBy - Date.now()) : this.#limits.idleMs;
  }

  #timeout(kind: 'connect_timeout' | 'first_byte_timeout' | 'idle_timeout'): WireFailure {
    return this.#record(new WireFailure(kind, null, `deadline passed: ${kind}`));
  }

  #tooLarge(response: http.IncomingMessage): WireFailure {
    response.destroy();
    return this.#record(new WireFailure('frame_too_large', null, `an event is larger than ${this.#limits.frameBytes} bytes`));
  }

  /** The first failure is the cause; what follows from it is noise. */
  #record(failure: WireFailure): WireFailure {
    this.#failure ??= failure;
    return this.#failure;
  }

  #keep(error: unknown): Error {
    if (error instanceof WireFailure) return error;
    if (error instanceof Error && error.name === 'AbortError') return error;
    const { code } = error instanceof Error ? (error as NodeJS.ErrnoException) : { code: undefined };
    const detail = error instanceof Error ? error.message : String(error);
    return this.#record(new WireFailure('network', code ?? null, detail, { cause: error }));
  }
}

function abortError(): Error {
  return new DOMException('aborted', 'AbortError');
}

function headersOf(response: http.IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(response.headersDistinct)) for (const value of values ?? []) headers.append(name, value);
  return headers;
}
