// A server on loopback that answers each path with what a test gave for it. Records what it was asked.
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';

export type JsonAnswer = { status?: number; headers?: Record<string, string>; body?: unknown; /** Sent as it is. */ text?: string; /** Never answers. */ silent?: true };

export type JsonServer = {
  /** Without a slash at the end. */
  url: string;
  asked: { method: string; path: string; authorization: string | undefined; body: string }[];
  close(): Promise<void>;
};

/** By path with its query; a path that is not there is a 404. */
export async function startJsonServer(answers: (path: string, body: string) => JsonAnswer | undefined): Promise<JsonServer> {
  const asked: JsonServer['asked'] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      const body = Buffer.concat(chunks).toString('utf8');
      asked.push({ method: request.method ?? '', path, authorization: request.headers.authorization, body });
      const answer = answers(path, body) ?? { status: 404, body: { error: 'not found' } };
      if (answer.silent) return;
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
      response.end(answer.text ?? JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an AddressInfo; a string is only for pipes.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
