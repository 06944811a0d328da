// A model server that answers by script over real HTTP on loopback. Records what it was asked; never decides itself.
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { chatBody, type ChatBody } from './chat-body';
import { PrefixCache, type PromptTokens } from './prefix-cache';
import { fault, type Reply, type Step } from './reply';

export type ModelServerRequest = {
  /** 1 for the first request the server got. */
  n: number;
  /** When its head arrived, before anything of it was read; microseconds since the epoch. */
  at: number;
  /** When the last byte of the reply was given to the system; null until then, and for replies that break. */
  answeredAt: number | null;
  path: string;
  headers: http.IncomingHttpHeaders;
  rawBody: string;
  body: ChatBody;
  prompt: PromptTokens;
  /** Set once the client hung up before the reply was whole. */
  wasAborted: boolean;
};

export type Script = (request: ModelServerRequest) => Reply;
export type SeenToolResult = { tool_call_id: string; content: string };

export type ModelServerOptions = {
  script: Script;
  port?: number;
  /** For GET /models. */
  models?: readonly string[];
  /** How many requests keep their bodies; the newest ones. */
  keepBodies?: number;
  onRequest?: (request: ModelServerRequest, newToolResults: SeenToolResult[]) => void;
};

export type ModelServer = {
  /** The base URL for a client, ending in /v1. */
  url: string;
  requests: ModelServerRequest[];
  /** Every tool result that reached the model, once, in the order they came. */
  toolResults(): SeenToolResult[];
  /** How many connections were made to it so far. */
  connections(): number;
  close(): Promise<void>;
};

export async function startModelServer(options: ModelServerOptions): Promise<ModelServer> {
  const requests: ModelServerRequest[] = [];
  const results = new Map<string, SeenToolResult>();
  const cache = new PrefixCache();

  const chat = async (incoming: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const at = nowMicros();
    const rawBody = await readText(incoming);
    const body = chatBody.parse(JSON.parse(rawBody));
    const user = body.user_id ?? body.user ?? body.prompt_cache_key ?? incoming.headers.authorization ?? '';
    const request: ModelServerRequest = {
      n: requests.length + 1,
      at,
      answeredAt: null,
      path: incoming.url ?? '',
      headers: incoming.headers,
      rawBody,
      body,
      // No cache spans two models.
      prompt: cache.count(`${body.model} ${user}`, body),
      wasAborted: false,
    };
    requests.push(request);
    const forgotten = requests.at(-1 - (options.keepBodies ?? Infinity));
    if (forgotten) Object.assign(forgotten, { rawBody: '', body: { model: forgotten.body.model, messages: [] } });
    const newToolResults = addToolResults(results, body);
    options.onRequest?.(request, newToolResults);
    response.once('finish', () => (request.answeredAt = nowMicros()));
    response.once('close', () => (request.wasAborted = !response.writableFinished));
    await play(options.script(request)(request.prompt, body.model), response);
  };

  const seen = (): unknown => ({
    requests: requests.length,
    timeline: requests.map(({ at, answeredAt, prompt }) => ({ at, answered_at: answeredAt, ...prompt })),
    tool_results: [...results.values()],
    prompt_tokens: requests.reduce((sum, { prompt }) => sum + prompt.prompt_tokens, 0),
    hit_tokens: requests.reduce((sum, { prompt }) => sum + prompt.hit_tokens, 0),
  });

  const server = http.createServer((incoming, response) => {
    const path = incoming.url ?? '';
    if (incoming.method === 'POST' && path.endsWith('/chat/completions')) {
      chat(incoming, response).catch((error: unknown) => {
        // What is no chat request gets what a real server says to it.
        const message = error instanceof Error ? error.message : String(error);
        if (response.headersSent) response.destroy();
        else void play(fault.status(400, { message })({ prompt_tokens: 0, hit_tokens: 0, miss_tokens: 0 }, ''), response);
      });
    } else if (incoming.method === 'GET' && path.endsWith('/models')) {
      sendJson(response, { object: 'list', data: (options.models ?? ['scripted']).map((id) => ({ id, object: 'model' })) });
    } else if (incoming.method === 'GET' && path === '/seen') {
      // Not of the API: lets a test in another process look at what this one saw.
      sendJson(response, seen());
    } else {
      response.writeHead(404).end();
    }
  });
  let connections = 0;
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  // A listening TCP server has an AddressInfo; a string is only for pipes.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    toolResults: () => [...results.values()],
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Finer than Date.now(), for measuring what happens between an answer and the next request. */
function nowMicros(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1000);
}

async function play(steps: readonly Step[], response: http.ServerResponse): Promise<void> {
  for (const step of steps) {
    if (response.destroyed) return;
    switch (step.kind) {
      case 'head':
        response.writeHead(step.status, step.headers);
        response.flushHeaders();
        break;
      case 'bytes':
        if (!response.write(step.bytes)) await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
        // Lets each write leave on its own, so that a client meets the borders the script asks for.
        await new Promise(setImmediate);
        break;
      case 'pause':
        await sleep(step.ms);
        break;
      case 'hold':
        await step.until;
        break;
      case 'reset':
        // A reset overtakes bytes that are still under way; those sent before it must have arrived.
        await sleep(20);
        response.socket?.resetAndDestroy();
        return;
      case 'hang':
        return;
    }
  }
  response.end();
}

function addToolResults(results: Map<string, SeenToolResult>, body: ChatBody): SeenToolResult[] {
  const added: SeenToolResult[] = [];
  for (const { role, tool_call_id, content } of body.messages) {
    if (role !== 'tool' || tool_call_id === undefined || results.has(tool_call_id)) continue;
    const result = { tool_call_id, content: typeof content === 'string' ? content : JSON.stringify(content) };
    results.set(tool_call_id, result);
    added.push(result);
  }
  return added;
}

async function readText(incoming: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer); // a request without an encoding yields buffers
  return Buffer.concat(chunks).toString('utf8');
}

function sendJson(response: http.ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
