// Traces of a headless run to the OTLP endpoint that the environment names, by the variables of OpenTelemetry itself.
import { endpointProblem, environmentSecrets } from '../trace/export/otlp-endpoint';
import { OtlpStream } from '../trace/export/otlp-stream';
import { UsageError } from './options';
import type { HeadlessSession } from './session';

const endpointVariable = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';
const contentVariable = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';

/** Nothing without the variable. The headers of the environment are taken by the exporter. Throws UsageError for an address that cannot be used. */
export function streamTraces({ store, bus, redactor }: HeadlessSession, environment: NodeJS.ProcessEnv, tell: (line: string) => void): OtlpStream | null {
  const url = environment[endpointVariable]?.trim() ?? '';
  if (url === '') return null;
  const problem = endpointProblem(url);
  if (problem) throw new UsageError(`${endpointVariable}: ${problem.message} ${problem.next_step}`);
  for (const secret of environmentSecrets(environment)) redactor.add(secret);
  const content = environment[contentVariable]?.trim().toLowerCase() === 'true';
  return new OtlpStream({ store, bus, redactor, content, url, headers: {}, onFailure: ({ message, next_step }) => tell(redactor.text(`${message} ${next_step}`)) });
}

/** What is still tried then keeps the process no longer than what it has to say on its own streams. */
export async function endStream(stream: OtlpStream | null): Promise<void> {
  if (stream === null || (await stream.close())) return;
  const isSaid = (): boolean => process.stdout.writableLength === 0 && process.stderr.writableLength === 0;
  setInterval(() => isSaid() && process.exitCode !== undefined && process.exit(), 20).unref();
}
