// run_command, run_shell, command_output and stop_command as a model meets them.
import assert from 'node:assert/strict';
import { readdir, readFile, rename, symlink } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { SequencedEvent } from '../../shared/events';
import { visibleParts } from '../../shared/visible-text';
import { eventForPanel } from '../trace/panel-frames';
import { builtInTools, toolSchemas } from './registry';
import { ToolBench, codeOf } from './testing/tool-bench';
import type { ToolResult } from './tool';

describe('command tools', function () {
  this.timeout(30_000);
  let bench: ToolBench;
  beforeEach(async () => {
    bench = await ToolBench.create({ 'src/a.txt': 'one\ntwo\n' });
  });
  afterEach(async () => {
    await bench.context.commands.stopAll();
    await bench.remove();
  });

  const idOf = ({ details }: ToolResult): string => {
    const id = typeof details === 'object' && details !== null && 'background_id' in details ? details['background_id'] : null;
    assert.ok(typeof id === 'string');
    return id;
  };
  const inBackground = (script: string, more: object = {}): Promise<ToolResult> => bench.call('run_command', { argv: ['sh', '-c', script], background: true, ...more });

  // Row 13.
  it('ask with the exact arguments, and with a binding that only the very same command has', async () => {
    const commands: unknown[] = [
      { argv: ['find', '.', '-name', 'x'] }, { argv: ['find', '.', '-name', 'x', '-exec', 'rm', '{}', ';'] }, { argv: ['sed', '-n', 'w out', 'src/a.txt'] }, { argv: ['awk', 'BEGIN{system("x")}'] },
      { argv: ['rg', '--pre', 'x', 'y'] }, { argv: ['git', '-c', 'core.pager=x', 'log'] }, { argv: ['git', 'log'] }, { argv: ['git', 'log'], cwd: 'src' },
    ];
    const bindings = new Set<unknown>();
    for (const input of commands) {
      const { argv, cwd } = input as { argv: string[]; cwd?: string }; // written above
      const { title, subject, binding, protected_reason } = await bench.asked('run_command', input);
      assert.deepEqual([subject, protected_reason, title.startsWith(`Run ${argv[0]}`)], [{ kind: 'command', argv, cwd: cwd ? bench.workspace.at(cwd) : bench.workspace.path }, null, true]);
      bindings.add(binding);
    }
    assert.deepEqual([bindings.size, bindings.has(null), bindings.has(undefined)], [commands.length, false, false]);
    assert.equal((await bench.asked('run_command', { argv: ['git', 'log'] })).binding, (await bench.asked('run_command', { argv: ['git', 'log'], timeout_s: 9 })).binding);
  });

  it('are refused when the question would be cut on its way to whoever is asked', async () => {
    const eventOf = async (input: unknown): Promise<SequencedEvent> => {
      const { title, subject } = await bench.asked('run_command', input);
      return { type: 'approval:request', seq: 1, title, subject } as SequencedEvent; // what is not long does not matter
    };
    for (const argv of [['node', 'x.js', ...Array.from({ length: 2700 }, () => 'arg'), '--last'], ['sh', '-c', `${'# \u0001'.repeat(2600)}\nend`], ['sh', '-c', `${'# 漢'.repeat(4000)}\nend`]]) {
      const event = await eventOf({ argv });
      assert.equal(eventForPanel(event), event);
      assert.equal((await bench.refusal('run_command', { argv: [...argv, ...argv, ...argv] })).code, 'too_long');
    }
  });

  describe('run_shell', () => {
    it('runs a line with pipes and redirections, and says how it ended', async () => {
      const { text, is_error, summary } = await bench.call('run_shell', { line: 'cat a.txt | tr a-z A-Z > up && cat up; exit 4', cwd: 'src' });
      assert.match(text, /^Exit code 4, \d+\.\d s\nONE\nTWO$/);
      assert.deepEqual([is_error, summary], [false, 'exit 4']);
    });

    it('asks with the whole line, which no allowed program covers', async () => {
      const line = 'npm test\necho \u202e hidden';
      const { title, subject, binding } = await bench.asked('run_shell', { line });
      assert.deepEqual([title, subject], [`Run in a shell: ${line}`, { kind: 'command', argv: ['bash', '-c', line], cwd: bench.workspace.path }]);
      assert.ok(visibleParts(line).some((part) => part.text === 'U+202E'));
      const [plain, again, other, there] = [
        await bench.asked('run_command', { argv: ['npm', 'test'] }), await bench.asked('run_shell', { line: 'npm test' }), await bench.asked('run_shell', { line: 'npm test ' }), await bench.asked('run_shell', { line: 'npm test', cwd: 'src' }),
      ];
      assert.equal(new Set([binding, plain.binding, again.binding, other.binding, there.binding]).size, 5);
    });

    it('is what run_command with a shell and a line is', async () => {
      const [line, list] = [await bench.asked('run_shell', { line: 'ls | wc' }), await bench.asked('run_command', { argv: ['bash', '-c', 'ls | wc'] })];
      assert.equal(line.binding, list.binding);
      assert.deepEqual([list.subject, list.title], [line.subject, 'Run in a shell: bash -c "ls | wc"']);
    });

    it('ends everything at a timeout, and takes no folder outside', async () => {
      const { text, summary } = await bench.call('run_shell', { line: 'echo up; sleep 60 | sleep 60', timeout_s: 0.5 });
      assert.deepEqual([text, summary], ['Timed out after 0.5 s (SIGTERM); it and all it had started were ended. A longer timeout_s may be given.\nup', 'timed out, 0.5 s']);
      assert.equal((await bench.refusal('run_shell', { line: 'ls', cwd: '..' })).code, 'outside_workspace');
    });

    it('is named where a model tries shell syntax without a shell', async () => {
      assert.match((await bench.refusal('run_command', { argv: ['ls', '|', 'wc'] })).text, /run_shell\.$/);
      assert.match((await bench.refusal('run_command', { argv: ['export', 'A=1'] })).text, /run_shell has one\.$/);
      assert.doesNotMatch(JSON.stringify(toolSchemas(builtInTools)), /"sh"|\\"sh\\"/);
    });
  });

  // Row 21.
  it('run nothing when the build script changed between the question and the answer', async () => {
    await bench.workspace.put('package.json', '{"scripts":{"build":"touch good"}}');
    const [list, line] = [await bench.asked('run_command', { argv: ['npm', 'run', 'build'] }), await bench.asked('run_shell', { line: 'npm run build | cat' })];
    await bench.workspace.put('package.json', '{"scripts":{"build":"touch evil"}}');
    const results = [await bench.run('run_command', list.prepared), await bench.run('run_shell', line.prepared)];
    assert.deepEqual(results.map(codeOf), ['changed', 'changed']);
    assert.deepEqual((await readdir(bench.workspace.path)).sort(), ['package.json', 'src']);
  });

  it('run nothing when the folder was swapped after the approval, in the background neither', async () => {
    await bench.workspace.put('other/x', '');
    const planned = await bench.asked('run_command', { argv: ['touch', 'marker'], cwd: 'src', background: true });
    await rename(bench.workspace.at('src'), bench.workspace.at('src-was'));
    await symlink('other', bench.workspace.at('src'));
    assert.deepEqual([codeOf(await bench.run('run_command', planned.prepared)), await readdir(bench.workspace.at('other'))], ['changed', ['x']]);
  });

  it('say when a longer timeout would help and when not', async () => {
    const { files } = bench.context;
    bench.context = { ...bench.context, commands: bench.workspace.commands({ files, longestTimeoutMs: () => 300 }) };
    assert.match((await bench.call('run_command', { argv: ['sleep', '60'], timeout_s: 500 })).text, /^Timed out after 0\.3 s \(SIGTERM\); .* That is the longest; background: true has no timeout\.\n/);
  });

  it('give the way to every part of a long output, for reading and for searching', async () => {
    const { text } = await bench.call('run_shell', { line: 'for i in $(seq 1 30000); do echo "row $i"; done; printf "x%.0s" $(seq 1 9000); echo needle' });
    const [, path = ''] = /read_file and search_files take the whole output as (\S+)\]$/.exec(text) ?? [];
    assert.equal((await bench.call('read_file', { path, start_line: 29_000, end_line: 29_001 })).text, '29000\trow 29000\n29001\trow 29001\n[lines 29000-29001 of 30001]');
    assert.match((await bench.call('search_files', { path, query: 'row 123' })).text, /\n123\trow 123\n1230\trow 1230\n/);
    assert.match((await bench.call('search_files', { path, query: 'needle' })).text, /30001\t…x+needle/);
  });

  it('say that nothing was kept where nothing could be', async () => {
    bench.context = { ...bench.context, commands: bench.workspace.commands({ outputDirectory: bench.workspace.at('src/a.txt/out') }) };
    assert.match((await bench.call('run_command', { argv: ['seq', '1', '20000'] })).text, /\[108894 bytes in all; the rest could not be kept\]$/);
    const id = idOf(await inBackground('seq 1 20000; sleep 600'));
    assert.match((await bench.call('command_output', { id })).text, /, the newest; what comes next has offset 108894\]$/);
  });

  describe('in the background', () => {
    it('a server is started, waited for, read and stopped', async () => {
      const server = 'const s = require("http").createServer((q, r) => { console.log("asked for " + q.url); r.end("hello\\n"); }).listen(0, "127.0.0.1", () => console.log("Listening on " + s.address().port))';
      const started = await bench.call('run_command', { argv: [process.execPath, '-e', server], background: true });
      const id = idOf(started);
      assert.match(started.text, new RegExp(`^Started in the background as ${id} \\(pid \\d+\\)\\. It goes on until stop_command ends it, or this chat or the window is closed\\.\n`));
      const ready = await bench.call('command_output', { id, wait_s: 20, until: 'error|listening on', offset: 0 });
      const [, port = ''] = /Listening on (\d+)/.exec(ready.text) ?? [];
      assert.match(ready.text, new RegExp(`^${id} running · .*\n\\["error" or "listening on" is in the line at byte 0\\]\nListening on ${port}\n\\[all of it so far; what comes next has offset ${14 + port.length}\\]$`));
      assert.equal(await (await fetch(`http://127.0.0.1:${port}/x`)).text(), 'hello\n');
      const next = await bench.call('command_output', { id, wait_s: 20, offset: 14 + port.length });
      assert.match(next.text, /\nasked for \/x\n\[bytes \d+-\d+, the newest; what comes next has offset \d+\]\n\[read_file and search_files take it as \S+\]$/);
      const [, file = ''] = /take it as (\S+)\]$/.exec(next.text) ?? [];
      assert.match((await bench.call('read_file', { path: file })).text, /^1\tListening on \d+\n2\tasked for \/x$/);
      const list = await bench.call('command_output', {});
      assert.deepEqual([list.text.split('\n').at(-1), list.summary], ['  asked for /x', '1 running']);
      const stopped = await bench.call('stop_command', { id });
      assert.match(stopped.text, new RegExp(`^Ended ${id} with everything it had started\\. stopped, SIGTERM after \\d`));
      await assert.rejects(fetch(`http://127.0.0.1:${port}/x`));
      assert.match((await bench.call('stop_command', { id })).text, /had ended already: stopped, SIGTERM after/);
      assert.equal((await bench.call('command_output', {})).summary, '0 running');
    });

    it('what fails at once is told at once', async () => {
      const { text, summary, is_error } = await inBackground('echo no such port >&2; exit 98');
      assert.match(text, /^It ended at once\. exited, exit code 98 after \d\.\d s\nno such port$/);
      assert.deepEqual([summary, is_error], ['exit 98', false]);
    });

    it('goes on when the run is stopped', async () => {
      const run = new AbortController();
      bench.context = { ...bench.context, signal: run.signal };
      const id = idOf(await inBackground('echo up; sleep 600'));
      run.abort();
      bench.context = { ...bench.context, signal: new AbortController().signal };
      await wait(200);
      assert.match((await bench.call('command_output', { id })).text, /^\w+ running · /);
    });

    it('is asked about as such, and no answer about the same command in the foreground covers it', async () => {
      const [front, back] = [await bench.asked('run_command', { argv: ['npm', 'start'] }), await bench.asked('run_command', { argv: ['npm', 'start'], background: true })];
      const again = await bench.asked('run_command', { argv: ['npm', 'start'], background: true });
      assert.deepEqual([back.title, back.binding === front.binding, back.binding === again.binding], ['Run in the background: npm start', false, true]);
      assert.equal((await bench.asked('run_shell', { line: 'a | b', background: true })).title, 'Run in a shell in the background: a | b');
    });

    it('is seen and stopped by its own chat alone', async () => {
      bench.context = { ...bench.context, chatId: 'one' };
      const id = idOf(await inBackground('sleep 600'));
      bench.context = { ...bench.context, chatId: 'two' };
      assert.equal((await bench.call('command_output', {})).text, 'No command was started in the background.');
      assert.deepEqual(await bench.refusal('stop_command', { id }), {
        code: 'no_such_command', text: `There is no background command "${id}". There are none now; they end with their chat and with the window.`,
      });
      assert.equal((await bench.refusal('command_output', { id })).code, 'no_such_command');
    });

    it('is bounded in what one reading shows, with the way to the rest', async () => {
      const id = idOf(await inBackground('seq 1 20000; sleep 600'));
      const first = await bench.call('command_output', { id, offset: 0 });
      assert.ok(first.text.length < 33_500);
      const [, offset = ''] = /\[bytes 0-\d+ of 108894; go on with offset (\d+)\]\n/.exec(first.text) ?? [];
      const second = await bench.call('command_output', { id, offset: Number(offset) });
      const numbers = [first, second].flatMap(({ text }) => text.split('\n').filter((line) => /^\d+$/.test(line)).map(Number));
      assert.ok(numbers.length > 10_000);
      assert.deepEqual(numbers, numbers.map((_, index) => index + 1), 'every line whole, none twice');
      assert.match((await bench.call('command_output', { id })).text, /\n20000\n\[bytes \d+-108894, the newest; what comes next has offset 108894\]/);
      assert.match((await bench.call('command_output', { id, wait_s: 0.1, until: 'never' })).text, /\n\["never" did not come within 0\.1 s\]\n/);
    });

    it('keeps no key in what is shown or stored', async () => {
      bench.context = { ...bench.context, commands: bench.workspace.commands({ redact: (text) => text.replaceAll('canary', '[redacted]') }) };
      const started = await inBackground('echo canary; sleep 600');
      const output = await bench.call('command_output', { id: idOf(started) });
      assert.doesNotMatch(JSON.stringify([started, output]), /canary/);
      for (const name of await readdir(bench.workspace.outputs)) assert.doesNotMatch(await readFile(`${bench.workspace.outputs}/${name}`, 'utf8'), /canary/);
    });
  });
});
