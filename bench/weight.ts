// What BooCode weighs: its release bundles, raw and compressed, and the first request of a bare task in tokens.
//   node --import tsx bench/weight.ts [--json]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { answer } from '../test/support/model-server/reply';
import { startModelServer } from '../test/support/model-server/server';
import { atMost, print, round, type Figure } from './support/figures';
import { buildRelease } from './support/release-build';

const hostLimitKb = 512;
const webviewLimitKb = 120;

function bundleFigures(dist: string): Figure[] {
  const names = [...readdirSync(dist), ...readdirSync(join(dist, 'webview')).map((name) => `webview/${name}`)];
  return names
    .filter((name) => name.endsWith('.js'))
    .flatMap((name) => {
      const bytes = readFileSync(join(dist, name));
      const packed = { name: `${name}, gz`, value: round(gzipSync(bytes).length / 1024), unit: 'KB' };
      const limit = name === 'host.js' ? hostLimitKb : name.startsWith('webview/') ? webviewLimitKb : null;
      return [{ name, value: round(bytes.length / 1024), unit: 'KB' }, limit === null ? packed : atMost(limit, packed)];
    });
}

async function firstRequest(dist: string): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'boocode-bench-'));
  const server = await startModelServer({ script: () => answer({ text: 'Done.' }) });
  try {
    const args = ['run', 'Fix the failing test', '--workspace', folder, '--storage', join(folder, 'storage'), '--json'];
    args.push('--provider', 'openai-compatible', '--base-url', server.url, '--model', 'scripted');
    const child = spawn(process.execPath, [join(dist, 'headless.js'), ...args], { stdio: 'ignore' });
    await once(child, 'exit');
    const request = server.requests[0];
    if (!request) throw new Error('no request was sent');
    const bytes = Buffer.byteLength(request.rawBody);
    const tools = request.body.tools ?? [];
    return [
      { name: 'first request of a bare task', value: bytes, unit: 'bytes' },
      { name: `of it the ${tools.length} tools`, value: Buffer.byteLength(JSON.stringify(tools)), unit: 'bytes' },
      atMost(2_500, { name: 'first request, estimated', value: Math.ceil(bytes / 4), unit: 'tokens' }),
    ];
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const dist = join(buildRelease(), 'dist');
  print('Weight', [...bundleFigures(dist), ...(await firstRequest(dist))], ['tokens are estimated as bytes / 4 of the whole request body']);
}

void main();
