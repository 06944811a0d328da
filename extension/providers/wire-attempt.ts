// One HTTP exchange with a model server, as the fetch function the openai client is given and as the events of the
// answer. It exists for what fetch cannot do: tell connecting, waiting for the first byte and silence apart, each with
// its own deadline, cap the size of one event, and say afterwards exactly what went wrong (the client blurs it). Sends
// twice only when a kept-open connection was already closed by the server; never follows a redirect (the key would go
// along).
import * as http from 'node:http';
import * as https from 'node:https';
import { createParser } from 'eventsource-parser';

export type WireLimits = {
  connectMs: number;
  /** From connected to the first byte of the body; comments such as keep-alive count. */
  firstByteMs: number;
  idleMs: number;
  /** Once the answer is complete only its usage is still awaited, and not for long. */
  tailMs: number;
  /** Of one event; counted in characters where they are not the same. */
  frameBytes: number;
};

export const defaultWireLimits: WireLimits = {
  connectMs: 30_000,
  firstByteMs: 120_000,
  idleMs: 300_000,
  tailMs: 5_000,
  frameBytes: 8 * 1024 * 1024,
};

/** After the last event only the end of the response is missing, which keeps the connection for the next request. */
const endMs = 500;

/** Of what a server says instead of an answer. */
const refusalBytes = 64 * 1024;

type Deadline = 'connect_timeout' | 'first_byte_timeout' | 'idle_timeout';
export type WireFailureKind = Deadline | 'frame_too_large' | 'network';

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

/** What the server said instead of an answer, or in the middle of one. */
export class ServerRefusal extends Error {
  constructor(
    /** Null inside a stream, whose status was that of an answer. */
    readonly status: number | null,
    readonly body: string,
    readonly retryAfter: string | null,
    /** It is a page for people: no API was called. */
    readonly isPage = false,
  ) {
    super(`the server answered with status ${status ?? 200}`);
    this.name = 'ServerRefusal';
  }
}

export class WireAttempt {
  readonly #body: Buffer;
  readonly #limits: WireLimits;
  readonly #signal: AbortSignal;
  #request: http.ClientRequest | null = null;
  #response: http.IncomingMessage | null = null;
  #failure: WireFailure | ServerRefusal | null = null;
  #isComplete = false;
  #isDone = false;
  #firstByteBy = 0;

  constructor(body: Buffer, limits: WireLimits, signal: AbortSignal) {
    this.#body = body;
    this.#limits = limits;
    this.#signal = signal;
  }

  /** Why there is no whole answer; null when nothing broke, or when it was aborted. */
  get failure(): WireFailure | ServerRefusal | null {
    return this.#failure;
  }

  /** From now on only the short tail deadline applies. */
  answerIsComplete(): void {
    this.#isComplete = true;
  }

  /** Up to the head of the answer. The body of a good one is not in the Response: it comes as `events`. */
  async fetch(url: URL, method: string, headers: Headers): Promise<Response> {
    try {
      this.#signal.addEventListener('abort', this.#hangUp, { once: true });
      const response = await this.#send(url, method, Object.fromEntries(headers), false);
      const status = response.statusCode ?? 0;
      const isPage = /^text\/html/i.test(response.headers['content-type'] ?? '');
      if (status >= 200 && status < 300 && !isPage) return new Response(null, { status });
      // The status counts although the words may be cut.
      const words = await this.#words(response).catch(() => '');
      this.#failure = new ServerRefusal(status, words, response.headers['retry-after'] ?? null, isPage);
      throw this.#failure;
    } catch (error) {
      this.close();
      throw this.#keep(error);
    }
  }

  /** The data of the answer's events, as many at a time as came together. */
  async *events(): AsyncGenerator<readonly string[], void, void> {
    const response = this.#response;
    if (response === null) return;
    try {
      yield* this.#streamed(response);
    } catch (error) {
      throw this.#keep(error);
    } finally {
      this.close();
    }
  }

  /** Hangs up, unless the answer was read to its end: what nobody reads would hold the connection for good. */
  close(): void {
    this.#signal.removeEventListener('abort', this.#hangUp);
    if (this.#response?.readableEnded !== true) this.#request?.destroy();
  }

  readonly #hangUp = (): void => void this.#request?.destroy();

  async *#streamed(response: http.IncomingMessage): AsyncGenerator<readonly string[], void, void> {
    let events: string[] = [];
    const parser = createParser({
      onEvent: ({ data, event }) => {
        if (data.startsWith('[DONE]')) this.#isDone = true;
        else events.push(event === 'error' ? JSON.stringify({ error: data }) : data);
      },
      onError: ({ type }) => {
        if (type === 'max-buffer-size-exceeded') throw this.#tooLarge();
      },
      maxBufferSize: this.#limits.frameBytes,
    });
    const decoder = new TextDecoder();
    const body: AsyncIterator<Buffer> = response[Symbol.asyncIterator]();
    /** A server that does not stream sends one object instead, under whatever type. */
    let whole: string | null = null;
    let hasBegun = false;
    for (let bytes = await this.#next(body, true); bytes !== null; bytes = await this.#next(body, false)) {
      const text = decoder.decode(bytes, { stream: true });
      if (!hasBegun) {
        hasBegun = text.trim() !== '';
        if (text.trimStart().startsWith('{')) whole = '';
      }
      if (whole === null) parser.feed(text);
      else if ((whole += text).length > this.#limits.frameBytes) throw this.#tooLarge();
      if (events.length === 0) continue;
      yield events;
      events = [];
    }
    if (whole !== null) yield [whole];
  }

  /** What is said instead of an answer, its beginning at least. */
  async #words(response: http.IncomingMessage): Promise<string> {
    const body: AsyncIterator<Buffer> = response[Symbol.asyncIterator]();
    const chunks: Buffer[] = [];
    let size = 0;
    while (size < refusalBytes) {
      const bytes = await this.#next(body, size === 0);
      if (bytes === null) break;
      chunks.push(bytes);
      size += bytes.length;
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  /** Null at the end. A deadline runs only while a byte is really wanted, so a slow reader never looks like a silent server. */
  async #next(body: AsyncIterator<Buffer>, isFirst: boolean): Promise<Buffer | null> {
    const timer = setTimeout(() => this.#giveUp(isFirst ? 'first_byte_timeout' : 'idle_timeout'), this.#patience(isFirst));
    try {
      const next = await body.next();
      return next.done ? null : next.value;
    } catch (error) {
      if (this.#isDone && !this.#signal.aborted) return null;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #send(url: URL, method: string, headers: Record<string, string>, isResend: boolean): Promise<http.IncomingMessage> {
    return new Promise((resolve, reject) => {
      if (this.#signal.aborted) return reject(new DOMException('aborted', 'AbortError'));
      const request = (url.protocol === 'https:' ? https : http).request(url, {
        method,
        headers: { ...headers, 'content-length': String(this.#body.length) },
        // A socket of its own when a kept one turned out to be dead.
        ...(isResend ? { agent: false } : {}),
      });
      this.#request = request;
      let timer = setTimeout(() => this.#giveUp('connect_timeout'), this.#limits.connectMs);
      let isConnected = false;
      const connected = (): void => {
        if (isConnected) return;
        isConnected = true;
        clearTimeout(timer);
        this.#firstByteBy = Date.now() + this.#limits.firstByteMs;
        timer = setTimeout(() => this.#giveUp('first_byte_timeout'), this.#limits.firstByteMs);
      };
      request.once('socket', (socket) => {
        if (socket.connecting) socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', connected);
        else connected();
      });
      request.once('response', (response) => {
        connected();
        clearTimeout(timer);
        this.#response = response;
        resolve(response);
      });
      // Stays for the whole exchange: what breaks later is told by the response as well.
      request.on('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(timer);
        // The server closed a kept-open connection at the moment it was used again: it never read the request.
        const wasStale = request.reusedSocket && !isResend && this.#response === null && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        if (wasStale && this.#failure === null && !this.#signal.aborted) this.#send(url, method, headers, true).then(resolve, reject);
        else reject(error);
      });
      request.end(this.#body);
    });
  }

  #patience(isFirst: boolean): number {
    if (this.#isDone) return Math.min(this.#limits.tailMs, endMs);
    if (this.#isComplete) return this.#limits.tailMs;
    return isFirst ? Math.max(1, this.#firstByteBy - Date.now()) : this.#limits.idleMs;
  }

  #giveUp(kind: Deadline): void {
    if (!this.#isDone) this.#record(new WireFailure(kind, null, `deadline passed: ${kind}`));
    this.#request?.destroy();
  }

  #tooLarge(): WireFailure | ServerRefusal {
    return this.#record(new WireFailure('frame_too_large', null, `an event is larger than ${this.#limits.frameBytes} bytes`));
  }

  /** The first failure is the cause; what follows from it is noise. */
  #record(failure: WireFailure | ServerRefusal): WireFailure | ServerRefusal {
    this.#failure ??= failure;
    return this.#failure;
  }

  #keep(error: unknown): unknown {
    if (this.#signal.aborted || error instanceof WireFailure || error instanceof ServerRefusal) return error;
    const { code } = error instanceof Error ? (error as NodeJS.ErrnoException) : { code: undefined };
    const detail = error instanceof Error ? error.message : String(error);
    return this.#record(new WireFailure('network', code ?? null, detail, { cause: error }));
  }
}
