// Why spans did not reach an OTLP endpoint, in words.

/** `kind` stays the same for the same cause. */
export type StreamFailure = { kind: 'unreachable' | 'not_allowed' | 'not_found' | 'busy' | 'refused' | 'store' | 'behind' | 'late'; message: string; next_step: string };

const wholeTrace = 'The trace in BooCode is whole, and runs go on as usual.';

export function failureOf(error: unknown, while_: 'sending' | 'reading'): StreamFailure {
  const said = error instanceof Error ? error.message : String(error);
  if (while_ === 'reading') return { kind: 'store', message: `A span could not be made of what is stored: ${said}`, next_step: `${wholeTrace} Check the storage if this comes again.` };
  // The exporter puts the HTTP status of an answer into `code`, and Node the name of a network error.
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 401 || code === 403) return { kind: 'not_allowed', message: `The OpenTelemetry endpoint refused the headers (${code}).`, next_step: `Set the headers that it asks for. ${wholeTrace}` };
  if (code === 404 || code === 405) return { kind: 'not_found', message: `The OpenTelemetry endpoint takes no traces at this address (${code}).`, next_step: `Its address usually ends with /v1/traces. ${wholeTrace}` };
  if (typeof code === 'number' && code >= 300 && code < 400) return { kind: 'not_found', message: `The OpenTelemetry endpoint sends on to another address (${code}), which is not followed.`, next_step: `Give the address that it leads to. ${wholeTrace}` };
  if (typeof code === 'number') return { kind: 'refused', message: `The OpenTelemetry endpoint refused spans (${code}): ${said}`, next_step: `Look at its log. ${wholeTrace}` };
  if (typeof code === 'string' || said === 'Request timed out') return { kind: 'unreachable', message: `The OpenTelemetry endpoint cannot be reached: ${said}`, next_step: `Check that it runs and that its address is right. ${wholeTrace}` };
  if (said.includes('retryable status')) return { kind: 'busy', message: 'The OpenTelemetry endpoint was too busy for spans, or has a problem of its own.', next_step: `Look at its log. ${wholeTrace}` };
  return { kind: 'refused', message: `Spans could not be sent to the OpenTelemetry endpoint: ${said}`, next_step: wholeTrace };
}
