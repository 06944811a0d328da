// Row 17 of the fault list: programs that would ask somebody fail at once, neither a terminal nor a window is there.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { access, chmod, mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { commandEnvironment } from './command-environment';
import type { CommandEnd } from './command-runner';
import { TemporaryWorkspace } from './testing/temporary-workspace';

describe('a command that would ask', function () {
  this.timeout(40_000);
  let workspace: TemporaryWorkspace;
  let server: Server;
  let url: string;

  before(async () => {
    server = createServer((_, response) => {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="private"' });
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/private.git`; // it listens on a port
  });
  after(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(async () => {
    workspace = await TemporaryWorkspace.create({ 'a.txt': 'text\n' });
    // Whoever asks by a program leaves a mark.
    await workspace.put('ask.sh', '#!/bin/sh\ntouch "$(dirname "$0")/asked"\nsleep 60\n');
    await chmod(workspace.at('ask.sh'), 0o755);
  });
  afterEach(() => workspace.remove());

  const run = async (argv: string[], environment: Record<string, string> = {}): Promise<CommandEnd> => {
    const host = { SSH_ASKPASS: workspace.at('ask.sh'), GIT_ASKPASS: workspace.at('ask.sh'), EDITOR: workspace.at('ask.sh'), VISUAL: workspace.at('ask.sh'), GIT_EDITOR: workspace.at('ask.sh') };
    const before = Object.fromEntries(Object.keys(host).map((name) => [name, process.env[name]]));
    Object.assign(process.env, host);
    try {
      const commands = workspace.commands({ extraEnvironment: () => ({ DISPLAY: ':99', ...environment }) });
      const ran = await commands.run({ argv, cwd: '.', signal: new AbortController().signal });
      assert.ok(ran.ok, JSON.stringify(ran));
      return ran.value;
    } finally {
      for (const [name, value] of Object.entries(before)) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  };
  /** It came to its own end, said no, and asked nobody. */
  const failed = async (argv: string[], environment?: Record<string, string>): Promise<string> => {
    const end = await run(argv, environment);
    assert.deepEqual([end.ended, end.exitCode === 0, end.signal], ['exited', false, null], end.text);
    await assert.rejects(access(workspace.at('asked')), 'nobody was asked');
    return end.text;
  };

  it('for a name and password fails: git', async () => {
    assert.match(await failed(['git', 'ls-remote', url]), /terminal prompts disabled/);
    assert.match(await failed(['git', '-c', `core.askPass=${workspace.at('ask.sh')}`, 'ls-remote', url]), /terminal prompts disabled/);
  });

  it('for a text fails: git with its editor', async () => {
    await run(['git', 'init', '-q']);
    const commit = ['git', '-c', 'user.name=n', '-c', 'user.email=n@example.invalid'];
    assert.match(await failed([...commit, 'commit', '--allow-empty']), /empty commit message/);
    const named = await run([...commit, 'commit', '-q', '--allow-empty', '-m', 'first']);
    assert.equal(named.exitCode, 0);
    // What is there already is taken as it is.
    assert.equal((await run([...commit, 'commit', '-q', '--allow-empty', '--amend'])).exitCode, 0);
  });

  it('for a passphrase fails: ssh', async () => {
    await run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', 'secret', '-f', 'key']);
    assert.match(await failed(['ssh-keygen', '-y', '-f', 'key']), /incorrect passphrase/);
  });

  it('for a passphrase fails: gpg', async () => {
    const home = join(workspace.base, 'gpg');
    await mkdir(home, { mode: 0o700 });
    try {
      assert.match(await failed(['gpg', '--symmetric', 'a.txt'], { GNUPGHOME: home }), /failed/);
    } finally {
      await run(['gpgconf', '--kill', 'all'], { GNUPGHOME: home });
    }
  });

  it('for answers fails: npm init and whoever reads its input', async () => {
    await failed(['npm', 'init']);
    await failed([process.execPath, '-e', 'const { createInterface } = require("readline"); const r = createInterface(process.stdin); let got = false; r.on("line", () => { got = true; }); r.on("close", () => process.exit(got ? 0 : 3));']);
    await failed(['sh', '-c', 'read answer']);
    await failed(['sh', '-c', 'read answer < /dev/tty']);
  });

  it('has no terminal although the host has one', async () => {
    const script = '(: < /dev/tty) 2>/dev/null && echo a terminal; (: > /dev/tty) 2>/dev/null && echo a terminal; echo up';
    const host = [process.execPath, '--import', 'tsx', join(__dirname, 'testing', 'command-host.ts'), workspace.path, workspace.outputs, join(workspace.base, 'journal'), 'foreground', JSON.stringify(['sh', '-c', script])];
    const quoted = host.map((part) => `'${part}'`).join(' ');
    // It gives what it runs a terminal of its own.
    const child = spawn('script', ['-qec', `(: < /dev/tty) && echo host: a terminal; exec ${quoted}`, '/dev/null'], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
      while (!text.includes('up')) await wait(50);
      assert.equal(text.replaceAll('\r', ''), 'host: a terminal\nup\n');
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('is told so in its environment, which a user may still say otherwise in', () => {
    const environment = commandEnvironment({ PATH: '/bin', HTTPS_PROXY: 'x' }, { PIP_NO_INPUT: '0' }, 'id');
    assert.deepEqual(environment, {
      PATH: '/bin',
      GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '', GCM_INTERACTIVE: 'never', SSH_ASKPASS: '', SSH_ASKPASS_REQUIRE: 'never', GPG_TTY: '', GIT_EDITOR: 'true', EDITOR: 'true', VISUAL: 'true',
      DEBIAN_FRONTEND: 'noninteractive', PIP_NO_INPUT: '0', POETRY_NO_INTERACTION: '1', COMPOSER_NO_INTERACTION: '1', GH_PROMPT_DISABLED: '1',
      TERM: 'dumb', NO_COLOR: '1', PAGER: 'cat', GIT_PAGER: 'cat', npm_config_update_notifier: 'false', npm_config_fund: 'false', PIP_DISABLE_PIP_VERSION_CHECK: '1', PYTHONUNBUFFERED: '1',
      NoDefaultCurrentDirectoryInExePath: '1',
      BOOCODE_COMMAND_ID: 'id',
    });
    assert.equal(commandEnvironment({ BOOCODE_COMMAND_ID: 'outer' }, {}, 'inner')['BOOCODE_COMMAND_ID'], 'outer/inner');
  });
});
