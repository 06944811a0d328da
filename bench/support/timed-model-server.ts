// A model server in a process of its own that times its client on one clock: from the last byte of an answer handed
// to the socket to the last byte of the next request. Answers at once, in one write, with one read_file a turn.
//   node --import tsx bench/support/timed-model-server.ts --turns 50 --files a,b
// Says {"url":…} when it listens; GET /report answers what it saw and starts over.
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { chatBody } from '../../test/support/model-server/chat-body';
import { PrefixCache } from '../../test/support/model-server/prefix-cache';
import { answer } from '../../test/support/model-server/reply';

export type TurnTiming = {
  /** From the end of the answer before to the request's headers, and to its last byte; null for a first request. */
  headersMs: number | null;
  wholeMs: number | null;
  bytes: number;
  promptTokens: number;
  hitTokens: number;
  /** Opened so far: a client that keeps its connection has one. */
  connections: number;
};

const { values } = parseArgs({ options: { turns: { type: 'string' }, files: { type: 'string' } } });
const turns = Number(values.turns);
const files = (values.files ?? '').split(',');

let timings: TurnTiming[] = [];
let answeredAt: number | null = null;
let cache = new PrefixCache();
let connections = 0;

const server = http.createServer((incoming, response) => {
  const headersAt = performance.now();
  if (incoming.method === 'GET') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(timings));
    timings = [];
    answeredAt = null;
    cache = new PrefixCache();
    return;
  }
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    const wholeAt = performance.now();
    const raw = Buffer.concat(chunks);
    const body = chatBody.parse(JSON.parse(raw.toString('utf8')));
    const prompt = cache.count('bench', body);
    timings.push({
      headersMs: answeredAt === null ? null : headersAt - answeredAt,
      wholeMs: answeredAt === null ? null : wholeAt - answeredAt,
      bytes: raw.length,
      promptTokens: prompt.prompt_tokens,
      hitTokens: prompt.hit_tokens,
      connections,
    });
    const turn = timings.length;
    const file = files[turn % files.length];
    const reply = answer(turn > turns ? { text: 'Done.' } : { toolCalls: [{ id: `call_${turn}`, name: 'read_file', arguments: { path: file } }] });
    const frames = reply(prompt, body.model).flatMap((step) => (step.kind === 'bytes' ? [step.bytes] : []));
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.end(Buffer.concat(frames));
    answeredAt = performance.now();
  });
});
server.on('connection', () => (connections += 1));
server.listen(0, '127.0.0.1', () => {
  // A listening TCP server has an AddressInfo; a string is only for pipes.
  const { port } = server.address() as AddressInfo;
  console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` }));
});
process.once('disconnect', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));
