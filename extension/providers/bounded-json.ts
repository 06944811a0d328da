// One small JSON request to a model server, bounded in size. Never follows a redirect (the key would go along) and never
// puts anything of the answer into an error.

const maxBytes = 5 * 1024 * 1024;

export type JsonFailure =
  | { kind: 'unreachable'; detail: string }
  | { kind: 'timeout' }
  | { kind: 'status'; status: number }
  | { kind: 'redirect' }
  | { kind: 'too_large' }
  | { kind: 'not_json' };

export class JsonRequestFailure extends Error {
  constructor(readonly failure: JsonFailure) {
    super(failure.kind);
    this.name = 'JsonRequestFailure';
  }
}

export type JsonRequest = { url: string; key: string | undefined; /** Sent as a POST when there. */ post?: unknown; signal: AbortSignal };

/** Rejects with a JsonRequestFailure. */
export async function requestJson({ url, key, post, signal }: JsonRequest): Promise<unknown> {
  try {
    const response = await fetch(url, {
      method: post === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        'user-agent': 'BooCode',
        ...(key ? { authorization: `Bearer ${key}` } : {}),
        ...(post === undefined ? {} : { 'content-type': 'application/json' }),
      },
      redirect: 'manual',
      signal,
      ...(post === undefined ? {} : { body: JSON.stringify(post) }),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new JsonRequestFailure(response.status === 0 || (response.status >= 300 && response.status < 400) ? { kind: 'redirect' } : { kind: 'status', status: response.status });
    }
    return parsed(await boundedText(response));
  } catch (error) {
    if (error instanceof JsonRequestFailure) throw error;
    if (signal.aborted) throw new JsonRequestFailure({ kind: 'timeout' });
    throw new JsonRequestFailure({ kind: 'unreachable', detail: networkCode(error) });
  }
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new JsonRequestFailure({ kind: 'too_large' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new JsonRequestFailure({ kind: 'not_json' });
  }
}

/** Node's word for it: fetch puts the reason into the cause of its own error. */
function networkCode(error: unknown): string {
  const { cause } = error instanceof Error ? error : {};
  const { code } = cause instanceof Error ? (cause as NodeJS.ErrnoException) : { code: undefined };
  return code ?? '';
}
