// Sends spans to an OTLP/HTTP endpoint while runs go on. A run never waits for it: what cannot be sent is dropped and counted.
import { setImmediate } from 'node:timers/promises';
import type { SequencedEvent } from '../../../shared/events';
import type { Store } from '../../store/store';
import type { BusMessage, EventBus } from '../event-bus';
import type { Redactor } from '../redaction';
import { otlpLibrary } from './otlp-document';
import type { Exporting } from './otlp-library';
import { isTraced, StreamFold } from './stream-fold';
import { failureOf, type StreamFailure } from './stream-failure';
import type { TraceSpan } from './trace-span';

export type StreamPorts = {
  store: Store;
  bus: EventBus;
  redactor: Redactor;
  /** Whether inputs and outputs come along, and every other text. */
  content: boolean;
  url: string;
  headers: Readonly<Record<string, string>>;
  /** Told of each kind of failure once. */
  onFailure(failure: StreamFailure): void;
};

export type StreamCounts = { sent: number; dropped: number };

const mostEvents = 5_000;
const eventsAtOnce = 20;
const mostSpans = 2_048;
const mostCharacters = 16 * 1024 * 1024;
const batchSpans = 100;
const batchCharacters = 1024 * 1024;
const gatherMs = 1_000;
const timeoutMs = 10_000;
const closeMs = 2_000;

type Waiting = { span: TraceSpan; characters: number };

export class OtlpStream {
  readonly #ports: StreamPorts;
  readonly #fold: StreamFold;
  readonly #unsubscribe: () => void;
  readonly #told = new Set<string>();
  readonly #counts: StreamCounts = { sent: 0, dropped: 0 };
  #events: SequencedEvent[] = [];
  #spans: Waiting[] = [];
  #characters = 0;
  #folding: Promise<void> | null = null;
  #sending: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #exporter: Exporting | null = null;
  #onItsWay = 0;
  #isClosed = false;

  constructor(ports: StreamPorts) {
    this.#ports = ports;
    this.#fold = new StreamFold(ports.store, ports.redactor, ports.content);
    this.#unsubscribe = ports.bus.subscribe((message) => this.#hear(message));
  }

  /** Spans that arrived, and spans and events that were given up. */
  get counts(): StreamCounts {
    return { ...this.#counts };
  }

  /** Sends what is left, for two seconds at most. False when something was not sent by then; one batch may still be on its way. */
  async close(): Promise<boolean> {
    this.#unsubscribe();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), closeMs);
    });
    const isDone = await Promise.race([this.#finish().then(() => true), late]);
    clearTimeout(timer);
    this.#stopTimer();
    if (isDone) return true;
    const left = this.#spans.length + this.#events.length + this.#onItsWay;
    this.#counts.dropped += left;
    this.#isClosed = true;
    this.#spans = [];
    this.#events = [];
    this.#tell({ kind: 'late', message: `The OpenTelemetry endpoint did not take the last spans in time (${left} left).`, next_step: 'The trace in BooCode is whole. Export it, or check that the endpoint runs.' });
    return false;
  }

  async #finish(): Promise<void> {
    await this.#folding;
    while (this.#sending !== null || this.#spans.length > 0) await this.#send();
    await this.#exporter?.shutdown();
  }

  #hear(message: BusMessage): void {
    if (message.kind === 'refused') this.#fold.forget(message.chat_id);
    if (message.kind !== 'events') return;
    for (const event of message.events) {
      if (!isTraced(event)) continue;
      if (this.#events.length >= mostEvents) this.#drop(1);
      else this.#events.push(event);
    }
    if (this.#events.length > 0) this.#folding ??= this.#foldAll();
  }

  /** In small pieces, between which whatever else waits has its turn. Never rejects. */
  async #foldAll(): Promise<void> {
    for (let done = 0; this.#events.length > 0; done++) {
      if (done % eventsAtOnce === 0) await setImmediate();
      const event = this.#events.shift();
      if (!event) break;
      try {
        const spans = await this.#fold.take(event);
        // What was left at the end is counted already.
        if (this.#isClosed) break;
        for (const span of spans) this.#add(span);
      } catch (error) {
        this.#drop(1);
        this.#tell(failureOf(error, 'reading'));
      }
    }
    this.#folding = null;
  }

  #add(span: TraceSpan): void {
    const characters = Object.values(span.attributes).reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 8), 0);
    if (this.#spans.length >= mostSpans || this.#characters + characters > mostCharacters) return this.#drop(1);
    this.#spans.push({ span, characters });
    this.#characters += characters;
    if (this.#spans.length >= batchSpans || this.#characters >= batchCharacters) void this.#send();
    else this.#timer ??= setTimeout(() => void this.#send(), gatherMs).unref();
  }

  /** One batch at a time. Never rejects. */
  #send(): Promise<void> {
    this.#stopTimer();
    this.#sending ??= this.#sendBatch().finally(() => {
      this.#sending = null;
      if (this.#spans.length > 0) this.#timer ??= setTimeout(() => void this.#send(), this.#spans.length >= batchSpans ? 0 : gatherMs).unref();
    });
    return this.#sending;
  }

  async #sendBatch(): Promise<void> {
    const batch = this.#nextBatch();
    if (batch.length === 0) return;
    const { url, headers } = this.#ports;
    this.#onItsWay = batch.length;
    try {
      this.#exporter ??= (await otlpLibrary()).otlpExporter({ url, headers, timeoutMs });
      await this.#exporter.send(batch);
      if (!this.#isClosed) this.#counts.sent += batch.length;
    } catch (error) {
      // After the end all of it was counted.
      if (this.#isClosed) return;
      this.#counts.dropped += batch.length;
      this.#tell(failureOf(error, 'sending'));
    } finally {
      this.#onItsWay = 0;
    }
  }

  #nextBatch(): TraceSpan[] {
    const batch: TraceSpan[] = [];
    let characters = 0;
    for (let next = this.#spans[0]; next && batch.length < batchSpans && (batch.length === 0 || characters + next.characters <= batchCharacters); next = this.#spans[0]) {
      this.#spans.shift();
      characters += next.characters;
      batch.push(next.span);
    }
    this.#characters -= characters;
    return batch;
  }

  #drop(count: number): void {
    this.#counts.dropped += count;
    this.#tell({ kind: 'behind', message: 'OpenTelemetry spans come faster than the endpoint takes them, so some were left out.', next_step: 'The trace in BooCode is whole. Export it when the run is over, or use a collector that is nearer.' });
  }

  #tell(failure: StreamFailure): void {
    if (this.#told.has(failure.kind)) return;
    this.#told.add(failure.kind);
    this.#ports.onFailure(failure);
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
