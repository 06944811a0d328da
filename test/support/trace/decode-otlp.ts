// Reads OTLP/JSON the way a collector does: through the decoder that OpenTelemetry's packages made of the protocol's own
// definitions (their newest release that still ships it), which refuses what those do not allow.
import assert from 'node:assert/strict';
import root from 'otlp-decoder/build/src/generated/root';
import * as z from 'zod';

export type DecodedSpan = {
  trace_id: string;
  span_id: string;
  parent_span_id: string | null;
  name: string;
  kind: number;
  /** Microseconds since the epoch. */
  started_at: number;
  ended_at: number;
  attributes: Record<string, unknown>;
  events: { name: string; at: number }[];
  status: { code: number; message: string };
};

export type DecodedTrace = { resource: Record<string, unknown>; scope: { name: string; version: string }; spans: DecodedSpan[] };

/** What the generated code offers; its own types name nothing of it. */
type Generated = {
  fromObject(value: unknown): object;
  verify(message: object): string | null;
  encode(message: object): { finish(): Uint8Array };
  decode(bytes: Uint8Array): object;
  toObject(message: object, options: { longs: StringConstructor; arrays: true; defaults: true }): unknown;
};
const generated = root as unknown as { opentelemetry: { proto: { collector: { trace: { v1: { ExportTraceServiceRequest: Generated } } } } } };
const { ExportTraceServiceRequest } = generated.opentelemetry.proto.collector.trace.v1;

const id = z.instanceof(Uint8Array).transform((bytes) => Buffer.from(bytes).toString('hex'));
const micros = z.string().transform((nanoseconds) => Number(BigInt(nanoseconds) / 1000n));
type Value = { stringValue?: string; boolValue?: boolean; intValue?: string; doubleValue?: number; arrayValue?: { values: Value[] } };
const value: z.ZodType<Value> = z.lazy(() =>
  z.object({
    ...{ stringValue: z.optional(z.string()), boolValue: z.optional(z.boolean()), intValue: z.optional(z.string()), doubleValue: z.optional(z.number()) },
    arrayValue: z.optional(z.object({ values: z.array(value) })),
  }),
);
const attributes = z.array(z.object({ key: z.string(), value })).transform((pairs) => Object.fromEntries(pairs.map((pair) => [pair.key, valueOf(pair.value)])));
const span = z
  .object({
    ...{ traceId: id, spanId: id, parentSpanId: id, name: z.string(), kind: z.number(), startTimeUnixNano: micros, endTimeUnixNano: micros, attributes },
    events: z.array(z.object({ name: z.string(), timeUnixNano: micros })),
    status: z.object({ code: z.number(), message: z.string() }),
  })
  .transform(
    ({ traceId, spanId, parentSpanId, startTimeUnixNano, endTimeUnixNano, events, ...same }): DecodedSpan => ({
      ...{ ...same, trace_id: traceId, span_id: spanId, parent_span_id: parentSpanId === '' ? null : parentSpanId, started_at: startTimeUnixNano, ended_at: endTimeUnixNano },
      events: events.map(({ name, timeUnixNano }) => ({ name, at: timeUnixNano })),
    }),
  );
const request = z.object({
  resourceSpans: z.array(z.object({ resource: z.object({ attributes }), scopeSpans: z.array(z.object({ scope: z.object({ name: z.string(), version: z.string() }), spans: z.array(span) })) })),
});

/** Fails when the text is no ExportTraceServiceRequest. Ids are hex digits in OTLP/JSON, unlike other bytes in protobuf's JSON. */
export function decodeOtlp(text: string): DecodedTrace {
  const given: unknown = JSON.parse(text, (key, part: unknown) => (key === 'traceId' || key === 'spanId' || key === 'parentSpanId' ? Buffer.from(String(part), 'hex') : part));
  const message = ExportTraceServiceRequest.fromObject(given);
  assert.equal(ExportTraceServiceRequest.verify(message), null);
  const received = ExportTraceServiceRequest.decode(ExportTraceServiceRequest.encode(message).finish());
  const { resourceSpans } = request.parse(ExportTraceServiceRequest.toObject(received, { longs: String, arrays: true, defaults: true }));
  const [group, ...others] = resourceSpans;
  const [scoped, ...otherScopes] = group?.scopeSpans ?? [];
  assert.ok(group && scoped && others.length === 0 && otherScopes.length === 0, 'all spans are of one resource and scope');
  return { resource: group.resource.attributes, scope: scoped.scope, spans: scoped.spans };
}

function valueOf({ stringValue, boolValue, intValue, doubleValue, arrayValue }: Value): unknown {
  if (arrayValue) return arrayValue.values.map(valueOf);
  if (intValue !== undefined) return Number(intValue);
  return stringValue ?? boolValue ?? doubleValue ?? null;
}
