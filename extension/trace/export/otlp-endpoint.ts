// Where traces are streamed to: its address and its headers as people write them, checked.

export type EndpointProblem = { message: string; next_step: string };

const example = 'http://localhost:4318/v1/traces';

/** Null when it is an address that can be used. */
export function endpointProblem(text: string): EndpointProblem | null {
  const next_step = `Give the whole address of an OTLP/HTTP traces endpoint, for example ${example}.`;
  if (!URL.canParse(text)) return { message: 'The OpenTelemetry endpoint is no address.', next_step };
  const { protocol, username, password } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return { message: 'The OpenTelemetry endpoint must start with http:// or https://.', next_step };
  if (username !== '' || password !== '') return { message: 'The OpenTelemetry endpoint holds a name or a password.', next_step: 'Leave them out of the address, and send them as a header.' };
  return null;
}

export type ParsedHeaders = { ok: true; headers: Record<string, string> } | { ok: false; message: string };

/** As in OTEL_EXPORTER_OTLP_HEADERS: `name=value`, several of them with commas between; a comma in a value is written %2C. */
export function parseHeaders(text: string): ParsedHeaders {
  const headers: Record<string, string> = {};
  for (const pair of text.split(',').map((part) => part.trim())) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim();
    if (at < 1 || !/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return { ok: false, message: 'Headers are written as name=value, several of them with commas between.' };
    const value = decoded(pair.slice(at + 1).trim());
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return { ok: false, message: `The value of ${name} holds characters that no header can carry.` };
    headers[name] = value;
  }
  return { ok: true, headers };
}

const secretNames = /auth|key|token|secret|password|cookie|credential/i;
/** A shorter value under another name, such as a tenant or `application/json`, is no secret: it would be taken out of every text. */
const shortestSecret = 20;

/** What in them must never be seen: whole values, and a token behind a word such as Bearer. */
export function secretsIn(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers)
    .filter(([name, value]) => secretNames.test(name) || value.length >= shortestSecret)
    .flatMap(([, value]) => [value, ...value.split(/\s+/).slice(1)]);
}

/** The variables from which the exporter itself takes headers. */
export const headerVariables = ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_TRACES_HEADERS'] as const;

/** What must never be seen of the environment's headers, as written and as sent. */
export function environmentSecrets(environment: NodeJS.ProcessEnv): string[] {
  return headerVariables.flatMap((name) => {
    const text = environment[name] ?? '';
    const parsed = parseHeaders(text);
    if (!parsed.ok) return [text];
    const secrets = secretsIn(parsed.headers);
    return secrets.length === 0 ? [] : [text, ...secrets];
  });
}

/** A percent sign that begins no character stands for itself. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
