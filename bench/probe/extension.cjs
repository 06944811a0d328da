// Answers over loopback what a benchmark asks about this extension host; its port is written to BOOCODE_BENCH_PROBE.
// GET /memory (after two garbage collections), /modules (files loaded from the folder in ?below), /activate?id=
const http = require('node:http');
const fs = require('node:fs');
const v8 = require('node:v8');
const vm = require('node:vm');
const vscode = require('vscode');

const answers = {
  memory() {
    v8.setFlagsFromString('--expose-gc');
    const collect = vm.runInNewContext('gc');
    collect();
    collect();
    const { rss, heapUsed } = process.memoryUsage();
    return { rss, heapUsed, pid: process.pid };
  },
  // Every extension is loaded by the one CommonJS loader of the host, which keeps what it has loaded.
  modules: (query) => Object.keys(require.cache).filter((file) => file.startsWith(query.get('below'))),
  async activate(query) {
    const extension = vscode.extensions.getExtension(query.get('id'));
    await extension.activate();
    return extension.isActive;
  },
  isActive: (query) => vscode.extensions.getExtension(query.get('id'))?.isActive ?? false,
};

exports.activate = (context) => {
  const file = process.env.BOOCODE_BENCH_PROBE;
  if (!file) return;
  const server = http.createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://probe');
    Promise.resolve(answers[pathname.slice(1)]?.(searchParams)).then(
      (result) => response.end(JSON.stringify(result ?? null)),
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1', () => fs.writeFileSync(file, String(server.address().port)));
  context.subscriptions.push({ dispose: () => server.close() });
};
