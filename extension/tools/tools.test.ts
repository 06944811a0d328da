// The built-in tools over a real workspace: what they answer and what they refuse (rows 13 to 15 of the fault list
// for commands; rows 1 to 8 and 19 are in staying-inside.test.ts and guard-faults.test.ts).
import assert from 'node:assert/strict';
import { mkdir, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TemporaryWorkspace } from '../platform/testing/temporary-workspace';
import { builtInTools, toolSchemas } from './registry';
import type { Tool, ToolContext, ToolPlan, ToolResult } from './tool';

const toolNamed = (name: string): Tool => {
  const tool = builtInTools.find((one) => one.name === name);
  assert.ok(tool, name);
  return tool;
};

describe('built-in tools', function () {
  this.timeout(20_000);
  let workspace: TemporaryWorkspace;
  let context: ToolContext;

  beforeEach(async () => {
    workspace = await TemporaryWorkspace.create({ 'src/cart.ts': 'export const a = 1;\nexport const b = 2;\n' });
    context = { files: workspace.files(), commands: workspace.commands(), signal: new AbortController().signal, progress: () => undefined };
  });
  afterEach(() => workspace.remove());

  const plan = (name: string, input: unknown): Promise<ToolPlan<unknown>> => toolNamed(name).plan(toolNamed(name).input.parse(input), context);
  /** Plans and, approved or not needing it, runs. */
  const call = async (name: string, input: unknown): Promise<ToolResult> => {
    const planned = await plan(name, input);
    return planned.kind === 'refused' ? planned.result : toolNamed(name).run(planned.prepared, context);
  };
  const refusal = async (name: string, input: unknown): Promise<{ code: unknown; text: string }> => {
    const result = await call(name, input);
    assert.equal(result.is_error, true, result.text);
    const code = typeof result.details === 'object' && result.details !== null && 'code' in result.details ? result.details['code'] : null;
    return { code, text: result.text };
  };

  describe('read_file', () => {
    it('numbers lines and says where it stopped', async () => {
      assert.deepEqual(await call('read_file', { path: 'src/cart.ts' }), {
        text: '1\texport const a = 1;\n2\texport const b = 2;', is_error: false, summary: '2 lines',
      });
      assert.deepEqual(await call('read_file', { path: 'src/cart.ts', start_line: 2, end_line: 2 }), {
        text: '2\texport const b = 2;\n[lines 2-2 of 2]', is_error: false, summary: '1 line',
      });
      await workspace.put('long.txt', 'x\n'.repeat(2500));
      assert.match((await call('read_file', { path: 'long.txt' })).text, /\n2000\tx\n\[lines 1-2000 of 2500; go on with start_line 2001\]$/);
    });

    it('tells what is wrong with a file', async () => {
      await workspace.put('bin', Buffer.from([0, 1, 2]));
      await workspace.put('latin1', Buffer.from([0x63, 0xe9]));
      await workspace.put('empty', '');
      assert.equal((await call('read_file', { path: 'empty' })).text, 'empty is empty.');
      assert.deepEqual(await refusal('read_file', { path: 'src' }), { code: 'is_directory', text: 'src is a folder. list_files shows the files in it.' });
      assert.deepEqual(await refusal('read_file', { path: 'gone.ts' }), { code: 'not_found', text: 'There is no gone.ts. list_files shows what is there.' });
      assert.deepEqual(await refusal('read_file', { path: 'bin' }), { code: 'binary', text: 'bin is a binary file. Use a command that understands its format.' });
      assert.equal(
        (await call('read_file', { path: 'latin1' })).text,
        '1\tc\ufffd\n[latin1 is not UTF-8: what could not be read stands as \ufffd, and it cannot be edited; the setting files.encoding can name its encoding]',
      );
      assert.deepEqual(await refusal('read_file', { path: 'src/cart.ts', start_line: 9 }), {
        code: 'past_the_end', text: 'src/cart.ts has 2 lines; there is no line 9. Ask for lines it has.',
      });
      assert.equal((await refusal('read_file', { path: 'src/cart.ts', start_line: 9, end_line: 3 })).code, 'bad_range');
    });
  });

  describe('list_files and search_files', () => {
    it('list up to 400 and say how to see others', async () => {
      await mkdir(workspace.at('many'));
      await Promise.all(Array.from({ length: 450 }, (_, index) => writeFile(workspace.at(`many/${String(index).padStart(3, '0')}.txt`), '')));
      const { text, summary } = await call('list_files', {});
      const lines = text.split('\n');
      assert.deepEqual([lines[0], lines.length, lines.at(-1), summary], ['many/000.txt', 401, '[files 1-400 of 451; go on with offset 400, or give a deeper path or a pattern]', '451 files']);
      assert.deepEqual(await call('list_files', { path: 'src' }), { text: 'src/cart.ts', is_error: false, summary: '1 file' });
      const rest = (await call('list_files', { offset: 400 })).text.split('\n');
      assert.deepEqual([rest[0], rest.length, rest.at(-2), rest.at(-1)], ['many/400.txt', 52, 'src/cart.ts', '[files 401-451 of 451]']);
      assert.equal((await refusal('list_files', { offset: 451 })).code, 'past_the_end');
      assert.equal((await call('list_files', { pattern: '*.rs' })).text, 'No files that match *.rs in the workspace (ignored files are not listed; include_ignored lists them).');
    });

    it('find lines, grouped by file', async () => {
      await workspace.put('src/other.ts', 'import { a } from "./cart";\n');
      assert.deepEqual(await call('search_files', { query: 'EXPORT const' }), {
        text: 'src/cart.ts\n1\texport const a = 1;\n2\texport const b = 2;', is_error: false, summary: '2 matches',
      });
      assert.equal((await call('search_files', { query: 'nothing like it' })).text, 'No matches (ignored and binary files and files over 10 MB are not searched).');
      assert.match((await refusal('search_files', { query: '(', regex: true })).text, /unclosed group/);
    });

    it('bound their results in number and in width', async () => {
      await workspace.put('wide.txt', `${'a'.repeat(5000)}needle${'b'.repeat(5000)}\n`);
      for (let index = 0; index < 6; index++) await workspace.put(`m${index}.txt`, 'needle\n'.repeat(60));
      const { text, summary } = await call('search_files', { query: 'needle' });
      assert.equal(summary, '200+ matches');
      assert.match(text, /\[up to 50 matches a file are shown; search m0\.txt alone for all\]\nm1\.txt\n/);
      assert.match(text, /\[stopped at 200 matches; go on with offset 200, or narrow it with path, glob or a longer query\]$/);
      assert.equal((await call('search_files', { query: 'needle', offset: 200 })).text.split('\n').filter((line) => /^\d+\tneedle$/.test(line)).length, 100);
      assert.equal((await call('search_files', { query: 'needle', offset: 301 })).text, 'No matches from offset 301 on.');
      assert.deepEqual((await call('search_files', { query: 'needle', path: 'm0.txt', offset: 58 })).text, 'm0.txt\n59\tneedle\n60\tneedle');
      const wide = (await call('search_files', { query: 'needle', path: 'wide.txt' })).text.split('\n');
      assert.match(wide[1] ?? '', /^1\t…a+needleb+…$/);
      assert.ok((wide[1] ?? '').length < 260);
    });
  });

  describe('edit_file and write_file', () => {
    it('ask with both texts and the counts, then write', async () => {
      const input = { path: 'src/cart.ts', old_text: 'b = 2', new_text: 'b = 3' };
      const planned = await plan('edit_file', input);
      assert.ok(planned.kind === 'needs_approval');
      const after = 'export const a = 1;\nexport const b = 3;\n';
      assert.deepEqual([planned.title, planned.subject, planned.protected_reason], [
        'Edit src/cart.ts',
        { kind: 'edit', path: 'src/cart.ts', before: 'export const a = 1;\nexport const b = 2;\n', after, added: 1, removed: 1 },
        null,
      ]);
      assert.notEqual(await workspace.text('src/cart.ts'), after);
      const { text, summary } = await toolNamed('edit_file').run(planned.prepared, context);
      assert.deepEqual([text, summary, await workspace.text('src/cart.ts')], ['Edited src/cart.ts at line 2 (+1 −1).', '+1 −1', after]);
    });

    it('keep a byte order mark and CRLF', async () => {
      await workspace.put('dos.txt', '\ufeffone\r\ntwo\r\n');
      await call('edit_file', { path: 'dos.txt', old_text: 'one\ntwo', new_text: '1\n2\n3' });
      assert.equal(await workspace.text('dos.txt'), '\ufeff1\r\n2\r\n3\r\n');
      await call('write_file', { path: 'dos.txt', content: 'all\nnew\n' });
      assert.equal(await workspace.text('dos.txt'), '\ufeffall\r\nnew\r\n');
    });

    it('make a file with its folders', async () => {
      const { text } = await call('write_file', { path: 'docs/deep/new.md', content: '# New\n' });
      assert.deepEqual([text, await workspace.text('docs/deep/new.md')], ['Created docs/deep/new.md (+1 −0).', '# New\n']);
    });

    it('write nothing when the file changed, appeared or went away after the approval', async () => {
      const edit = await plan('edit_file', { path: 'src/cart.ts', old_text: 'a = 1', new_text: 'a = 9' });
      const make = await plan('write_file', { path: 'new.txt', content: 'x' });
      assert.ok(edit.kind === 'needs_approval' && make.kind === 'needs_approval');
      await workspace.put('src/cart.ts', 'export const a = 1; // by a person\n');
      await workspace.put('new.txt', 'by a person');
      const results = [await toolNamed('edit_file').run(edit.prepared, context), await toolNamed('write_file').run(make.prepared, context)];
      assert.deepEqual(results.map((result) => [result.is_error, result.summary]), [[true, 'changed'], [true, 'changed']]);
      assert.deepEqual([await workspace.text('src/cart.ts'), await workspace.text('new.txt')], ['export const a = 1; // by a person\n', 'by a person']);
      await rename(workspace.at('src'), workspace.at('moved'));
      assert.equal((await toolNamed('edit_file').run(edit.prepared, context)).is_error, true);
    });

    it('write nothing when the path was swapped for a link after the approval', async () => {
      await writeFile(join(workspace.outside, 'cart.ts'), await workspace.text('src/cart.ts'));
      const edit = await plan('edit_file', { path: 'src/cart.ts', old_text: 'a = 1', new_text: 'a = 9' });
      assert.ok(edit.kind === 'needs_approval');
      const before = await workspace.outsideState();
      await rename(workspace.at('src'), workspace.at('src-was'));
      await symlink(workspace.outside, workspace.at('src'));
      const result = await toolNamed('edit_file').run(edit.prepared, context);
      assert.deepEqual([result.is_error, result.summary, await workspace.outsideState()], [true, 'outside workspace', before]);
    });

    it('explain an edit that cannot be made', async () => {
      await workspace.put('twice.txt', 'x = 1;\ny = 2;\nx = 1;\n');
      await workspace.put('bin', Buffer.from([0, 1]));
      await workspace.put('huge.txt', Buffer.alloc(10 * 1024 * 1024 + 1, 'x'));
      const edit = (path: string, old_text: string, new_text = 'new'): Promise<{ code: unknown; text: string }> => refusal('edit_file', { path, old_text, new_text });
      assert.deepEqual(await edit('twice.txt', 'x = 1;'), {
        code: 'several_matches',
        text: 'old_text is in twice.txt 2 times, at lines 1, 3. Take in more lines around the one you mean, or set replace_all.',
      });
      assert.deepEqual(await edit('twice.txt', 'y = 3;'), {
        code: 'no_match', text: 'old_text is not in twice.txt. The nearest lines are:\n1\tx = 1;\n2\ty = 2;\n3\tx = 1;\nLine 2 is "y = 2;", old_text has "y = 3;".',
      });
      const codes = [];
      for (const [path, old_text, new_text] of [['gone.txt', 'x'], ['bin', 'x'], ['huge.txt', 'x'], ['src', 'x'], ['twice.txt', ''], ['twice.txt', 'y', 'y']] as const) {
        codes.push((await edit(path, old_text, new_text)).code);
      }
      assert.deepEqual(codes, ['not_found', 'binary', 'too_large', 'is_directory', 'empty_old_text', 'no_change']);
      assert.equal((await refusal('write_file', { path: 'twice.txt', content: 'x = 1;\ny = 2;\nx = 1;\n' })).code, 'no_change');
      assert.equal((await refusal('write_file', { path: 'bin', content: 'x' })).code, 'binary');
    });

    it('name the reason for a protected file in every spelling and behind links', async () => {
      await mkdir(workspace.at('.vscode'));
      await symlink('.vscode', workspace.at('innocent'));
      const reasons: Record<string, string | null> = {};
      for (const path of ['.VSCODE/Settings.json', 'innocent/tasks.json', '.env', '.github/workflows/ci.yml', 'AGENTS.md', 'app.code-workspace', 'src/new.ts']) {
        const planned = await plan('write_file', { path, content: '{}' });
        assert.ok(planned.kind === 'needs_approval', path);
        reasons[path] = planned.protected_reason;
      }
      assert.deepEqual(reasons, {
        '.VSCODE/Settings.json': '.VSCODE/Settings.json is protected: it configures the editor, which can run commands.',
        'innocent/tasks.json': 'innocent/tasks.json is protected: it configures the editor, which can run commands.',
        '.env': '.env is protected: it holds settings and often secrets for commands.',
        '.github/workflows/ci.yml': '.github/workflows/ci.yml is protected: it decides what the build servers run.',
        'AGENTS.md': 'AGENTS.md is protected: it instructs or configures coding agents.',
        'app.code-workspace': 'app.code-workspace is protected: it configures the editor, which can run commands.',
        'src/new.ts': null,
      });
    });
  });

  describe('run_command', () => {
    it('asks with the exact arguments and the real folder', async () => {
      for (const argv of [['find', '.', '-exec', 'rm', '{}', ';'], ['sed', '-n', 'w out', 'a'], ['awk', 'BEGIN{system("x")}'], ['rg', '--pre', 'x', 'y'], ['git', '-c', 'core.pager=x', 'log'], ['ls']]) {
        const planned = await plan('run_command', { argv, cwd: 'src' });
        assert.ok(planned.kind === 'needs_approval');
        assert.deepEqual(planned.subject, { kind: 'command', argv, cwd: workspace.at('src') });
      }
    });

    it('gives exit code and output', async () => {
      const { text, is_error, summary } = await call('run_command', { argv: ['sh', '-c', 'echo hello; exit 2'] });
      assert.match(text, /^Exit code 2, \d+\.\d s\nhello$/);
      assert.deepEqual([is_error, summary], [false, 'exit 2']);
      assert.match((await call('run_command', { argv: ['true'] })).text, /\n\(no output\)$/);
    });

    it('tells of a timeout', async () => {
      const { text, is_error, summary } = await call('run_command', { argv: ['sh', '-c', 'echo up; sleep 60'], timeout_s: 0.5 });
      assert.equal(text, 'Timed out after 0.5 s (SIGTERM); it and all it had started were ended. A longer timeout_s may be given.\nup');
      assert.deepEqual([is_error, summary], [false, 'timed out, 0.5 s']);
    });

    it('gives a way to the whole of a long output, which the reading tools take', async () => {
      const { text } = await call('run_command', { argv: ['seq', '1', '20000'] });
      const [, path = ''] = /\[108894 bytes in all; read_file and search_files take the whole output as (\S+)\]$/.exec(text) ?? [];
      assert.equal((await call('read_file', { path, start_line: 10_000, end_line: 10_001 })).text, '10000\t10000\n10001\t10001\n[lines 10000-10001 of 20000]');
      assert.equal((await call('search_files', { path, query: '^1234$', regex: true })).text, `${path}\n1234\t1234`);
      assert.equal((await refusal('write_file', { path, content: 'x' })).code, 'read_only');
      assert.equal((await refusal('run_command', { argv: ['ls'], cwd: workspace.outputs })).code, 'outside_workspace');
    });

    it('explains that there is no shell', async () => {
      const { input } = toolNamed('run_command');
      for (const wrong of [{ argv: 'npm test' }, { argv: [] }, { argv: [1] }, {}]) {
        const parsed = input.safeParse(wrong);
        assert.match(parsed.success ? '' : parsed.error.message, /argv must be a list of strings, the program first/);
      }
      for (const argv of [['ls', '|', 'wc'], ['cd', 'x', '&&', 'ls'], ['echo', 'x', '>', 'y'], ['a', ';', 'b'], ['sleep', '1', '&']]) {
        assert.equal((await refusal('run_command', { argv })).code, 'shell_syntax', argv.join(' '));
      }
      assert.match((await refusal('run_command', { argv: ['npm test'] })).text, /separate strings/);
      assert.match((await refusal('run_command', { argv: ['cd', 'src'] })).text, /give cwd/);
      assert.deepEqual(await refusal('run_command', { argv: [''] }), { code: 'empty_command', text: 'The command is empty. Name a program and its arguments.' });
    });

    it('runs nothing when the folder was swapped after the approval', async () => {
      await workspace.put('other/x', '');
      const planned = await plan('run_command', { argv: ['touch', 'marker'], cwd: 'src' });
      assert.ok(planned.kind === 'needs_approval');
      await rename(workspace.at('src'), workspace.at('src-was'));
      await symlink('other', workspace.at('src'));
      const result = await toolNamed('run_command').run(planned.prepared, context);
      assert.deepEqual([result.is_error, result.summary, await readdir(workspace.at('other'))], [true, 'changed', ['x']]);
    });

    it('is an error only when stopped, and shows live output', async () => {
      const stop = new AbortController();
      const seen: string[] = [];
      context = { ...context, signal: stop.signal, progress: (chunk) => {
        seen.push(chunk);
        stop.abort();
      } };
      const result = await call('run_command', { argv: ['sh', '-c', 'echo up; sleep 60'] });
      assert.deepEqual([result.is_error, result.summary, seen], [true, 'stopped', ['up\n']]);
    });
  });

  describe('their description for a model', () => {
    it('is sorted, the same whatever the order they stand in, and small', () => {
      const text = JSON.stringify(toolSchemas(builtInTools));
      assert.equal(JSON.stringify(toolSchemas([...builtInTools].reverse())), text);
      assert.deepEqual(toolSchemas(builtInTools).map((schema) => schema.name), [
        'ask_user', 'command_output', 'delete_file', 'diagnostics', 'edit_file', 'list_files', 'move_file', 'read_file', 'run_command', 'run_shell', 'search_files', 'stop_command',
        'write_file',
      ]);
      assert.ok(text.length < 6000, `${text.length} characters`);
    });

    it('has sorted keys and nothing but what a model needs', () => {
      assert.equal(
        JSON.stringify(toolSchemas([toolNamed('read_file')])[0]?.parameters),
        '{"additionalProperties":false,"properties":{"end_line":{"minimum":1,"type":"integer"},"path":{"type":"string"},"start_line":{"minimum":1,"type":"integer"}},"required":["path"],"type":"object"}',
      );
    });
  });
});
