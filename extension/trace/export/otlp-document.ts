// A trace as one OTLP/JSON document: an ExportTraceServiceRequest, written piece by piece.
import type * as OtlpLibrary from './otlp-library';
import type { TraceSpan } from './trace-span';

const batch = 200;
const noSpans = '"spans":[]';

/** In VS Code and on the command line a bundle of its own. */
export function otlpLibrary(): Promise<typeof OtlpLibrary> {
  return import('./otlp-library');
}

/** Pieces of text that make up the document. */
export async function* otlpDocument(spans: AsyncIterable<{ span: TraceSpan }>): AsyncGenerator<string> {
  const { otlpJson } = await otlpLibrary();
  let waiting: TraceSpan[] = [];
  let ending: string | null = null;
  for await (const { span } of spans) {
    waiting.push(span);
    if (waiting.length >= batch) yield written();
  }
  if (waiting.length > 0) yield written();
  yield ending ?? '{"resourceSpans":[]}';
  yield '\n';

  /** The request of the spans that wait, without what surrounds them but before the first of all. */
  function written(): string {
    // What the serializer itself made a moment ago, in the shape that the protocol lays down.
    const request = JSON.parse(otlpJson(waiting)) as { resourceSpans: { scopeSpans: { spans: object[] }[] }[] };
    const scope = request.resourceSpans[0]?.scopeSpans[0];
    const text = (scope?.spans ?? []).map((span) => JSON.stringify(span)).join(',\n');
    waiting = [];
    if (ending !== null) return `,\n${text}`;
    if (scope) scope.spans = [];
    const around = JSON.stringify(request);
    const at = around.lastIndexOf(noSpans) + noSpans.length - 1;
    ending = `\n${around.slice(at)}`;
    return `${around.slice(0, at)}\n${text}`;
  }
}
