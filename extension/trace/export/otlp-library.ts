// The OpenTelemetry packages, and nothing else that knows them: a bundle of its own (dist/otlp.js), loaded when a trace is
// exported or streamed.
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { HrTime } from '@opentelemetry/api';
import { version } from '../../../package.json';
import { otelMappingVersion } from './otel-mapping';
import type { SpanKind, TraceSpan } from './trace-span';

const resource = resourceFromAttributes({ 'service.name': 'boocode', 'service.version': version, 'telemetry.sdk.language': 'nodejs' });
const instrumentationScope = { name: 'boocode', version: String(otelMappingVersion) };

/** As numbered by the API: internal, and client for what asks another service. */
const kinds: Record<SpanKind, 0 | 2> = { run: 0, turn: 0, model_call: 2, tool_call: 0, wait: 0 };
const sampled = 1;
/** For the exporter to say first that it has given up. */
const lateMs = 500;

/** The text of an ExportTraceServiceRequest in OTLP/JSON. */
export function otlpJson(spans: readonly TraceSpan[]): string {
  return Buffer.from(JsonTraceSerializer.serializeRequest(spans.map(readable)) ?? []).toString('utf8');
}

export type Exporting = {
  /** Rejects with what went wrong once the exporter has given up trying. */
  send(spans: readonly TraceSpan[]): Promise<void>;
  shutdown(): Promise<void>;
};

export type EndpointOptions = { url: string; headers: Readonly<Record<string, string>>; timeoutMs: number };

/** What the environment says of headers, certificates and compression counts too, as in every program with this exporter. */
export function otlpExporter({ url, headers, timeoutMs }: EndpointOptions): Exporting {
  const exporter = new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: timeoutMs });
  return {
    send: (spans) =>
      new Promise((resolve, reject) => {
        // The exporter's own limit is one of silence; an answer that never ends is none.
        const late = setTimeout(() => reject(new Error('Request timed out')), timeoutMs + lateMs).unref();
        exporter.export(spans.map(readable), ({ code, error }) => {
          clearTimeout(late);
          // Numbers of an enum in a package of its own: 0 is success, 1 failure.
          if (code) reject(error ?? new Error('the exporter did not say why'));
          else resolve();
        });
      }),
    shutdown: () => exporter.shutdown(),
  };
}

function readable(span: TraceSpan): ReadableSpan {
  const { trace_id: traceId, span_id: spanId, parent_span_id, error } = span;
  return {
    ...{ name: span.name, kind: kinds[span.kind], attributes: span.attributes, links: [], ended: true, resource, instrumentationScope },
    spanContext: () => ({ traceId, spanId, traceFlags: sampled }),
    ...(parent_span_id === null ? {} : { parentSpanContext: { traceId, spanId: parent_span_id, traceFlags: sampled } }),
    startTime: hrTime(span.started_at),
    endTime: hrTime(span.ended_at),
    duration: hrTime(span.ended_at - span.started_at),
    status: error === null ? { code: 0 } : { code: 2, message: error },
    events: span.events.map(({ name, at, attributes }) => ({ name, time: hrTime(at), attributes })),
    ...{ droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 0 },
  };
}

function hrTime(micros: number): HrTime {
  return [Math.floor(micros / 1_000_000), (micros % 1_000_000) * 1_000];
}
