// The scripted server as a process: node --import tsx test/support/model-server/main.ts --script fifty-turns
//   [--port 0] [--turns 50] [--files a,b] [--record FILE]
// Says {"url":…} on stdout when it listens, and appends a line a request to FILE before it answers.
import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { defaultScriptOptions, scripts } from './scripts';
import { startModelServer } from './server';

const { values } = parseArgs({
  options: {
    script: { type: 'string' },
    port: { type: 'string', default: '0' },
    turns: { type: 'string', default: String(defaultScriptOptions.turns) },
    files: { type: 'string', default: defaultScriptOptions.files.join(',') },
    record: { type: 'string' },
  },
});

const script = scripts[values.script ?? ''];
if (!script) {
  console.error(`--script must be one of: ${Object.keys(scripts).join(', ')}`);
  process.exit(2);
}
const chosen = script;

async function main(): Promise<void> {
  const server = await startModelServer({
    script: chosen({ turns: Number(values.turns), files: values.files.split(',') }),
    port: Number(values.port),
    keepBodies: 1,
    onRequest: ({ n, at, prompt, rawBody }, newToolResults) => {
      if (values.record === undefined) return;
      const line = { n, at, bytes: Buffer.byteLength(rawBody), ...prompt, tool_results: newToolResults };
      appendFileSync(values.record, `${JSON.stringify(line)}\n`);
    },
  });
  console.log(JSON.stringify({ url: server.url }));
  const stop = (): void => void server.close().then(() => process.exit(0));
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

void main();
