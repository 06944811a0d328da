// Rows 1 to 5 and 19 of the fault list, each through the tools that could be led astray. Rows 6, 7 and 8 are in
// staying-inside.test.ts, the guard alone is in platform/path-guard.test.ts.
import assert from 'node:assert/strict';
import { lstat, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decideByPolicy } from '../agent/approval-policy';
import type { DiskChange } from '../platform/change-gate';
import { otherDevice } from '../platform/testing/other-device';
import { codeOf, ToolBench } from './testing/tool-bench';

const original = 'export const a = 1;\n';

/** One call of every tool that changes the disk, pointed at a path. */
const changes: Readonly<Record<string, (path: string) => [tool: string, input: unknown]>> = {
  'a new file': (path) => ['write_file', { path, content: 'written' }],
  'an edit': (path) => ['edit_file', { path, edits: [{ old_text: 'a = 1', new_text: 'a = 2' }] }],
  'a deletion': (path) => ['delete_file', { path, recursive: true }],
  'a move from there': (path) => ['move_file', { from: path, to: 'moved/away' }],
  'a move to there': (path) => ['move_file', { from: 'plain.txt', to: path }],
};

describe('path guard faults', function () {
  this.timeout(30_000);
  let bench: ToolBench;

  beforeEach(async () => {
    bench = await ToolBench.create({ 'src/a.ts': original, 'plain.txt': 'plain\n' });
  });
  afterEach(() => bench.remove());

  // Row 1.
  it('sibling prefix: a folder beside the workspace that begins like it is outside', async () => {
    const { workspace } = bench;
    await writeFile(join(workspace.outside, 'a.ts'), original);
    const before = await workspace.outsideState();
    const codes: Record<string, unknown> = {};
    for (const path of ['../ws-evil/a.ts', join(workspace.outside, 'a.ts'), `${workspace.path}-evil/a.ts`, 'src/../../ws-evil/a.ts']) {
      for (const [what, call] of Object.entries(changes)) codes[`${what} ${path}`] = (await bench.refusal(...call(path))).code;
      codes[`reading ${path}`] = (await bench.refusal('read_file', { path })).code;
    }
    assert.deepEqual(new Set(Object.values(codes)), new Set(['outside_workspace']), JSON.stringify(codes));
    assert.deepEqual(await workspace.outsideState(), before);
  });

  // Row 2.
  it('dangling symlink: nothing is made where it leads, not even when it appears at the last moment', async () => {
    const { workspace } = bench;
    const before = await workspace.outsideState();
    await symlink(join(workspace.outside, 'made.txt'), workspace.at('dangling'));
    for (const [what, call] of Object.entries(changes)) assert.equal((await bench.refusal(...call('dangling'))).code, 'dangling_link', what);
    const slipIn = (): Promise<void> => symlink(join(workspace.outside, 'made.txt'), workspace.at('new.txt'));
    for (const what of ['a new file', 'a move to there']) {
      bench.useFiles({ beforeChange: slipIn });
      const [tool, input] = changes[what]?.('new.txt') ?? ['', {}];
      assert.equal((await bench.call(tool, input)).is_error, true, what);
      await rm(workspace.at('new.txt'));
    }
    assert.deepEqual([await workspace.outsideState(), await workspace.text('plain.txt')], [before, 'plain\n']);
  });

  // Row 3.
  it('symlinked parent, new file: the deepest folder that is there decides', async () => {
    const { workspace } = bench;
    await symlink(workspace.outside, workspace.at('link'));
    const before = await workspace.outsideState();
    for (const path of ['link/new.txt', 'link/deep/er/new.txt', 'src/../link/new.txt']) {
      for (const what of ['a new file', 'a move to there']) {
        const [tool, input] = changes[what]?.(path) ?? ['', {}];
        assert.equal((await bench.refusal(tool, input)).code, 'outside_workspace', `${what} ${path}`);
      }
    }
    assert.deepEqual(await workspace.outsideState(), before);
  });

  // Row 4.
  describe('swapped after approval', () => {
    /** Each leaves the path leading, or holding, something else than what was approved. */
    const swaps: Readonly<Record<string, () => Promise<void>>> = {
      'the folder for a link out': async () => {
        await rename(bench.workspace.at('src'), bench.workspace.at('src-was'));
        await symlink(bench.workspace.outside, bench.workspace.at('src'));
      },
      'the folder for a link inside': async () => {
        await rename(bench.workspace.at('src'), bench.workspace.at('src-was'));
        await symlink('other', bench.workspace.at('src'));
      },
      'the file for a link out': async () => {
        await rm(bench.workspace.at('src/a.ts'), { force: true });
        await symlink(join(bench.workspace.outside, 'a.ts'), bench.workspace.at('src/a.ts'));
      },
      'the file for a link to one that reads the same': async () => {
        await rm(bench.workspace.at('src/a.ts'), { force: true });
        await symlink('../other/a.ts', bench.workspace.at('src/a.ts'));
      },
      'the content': () => writeFile(bench.workspace.at('src/a.ts'), 'by a person\n'),
    };
    const canary = original;
    /** How many files there are below, links not followed. */
    const filesIn = async (...folders: string[]): Promise<number> => {
      const entries = await Promise.all(folders.map((folder) => readdir(folder, { recursive: true, withFileTypes: true })));
      return entries.flat().filter((entry) => entry.isFile()).length;
    };
    const holdsText = async (text: string, ...folders: string[]): Promise<boolean> => {
      for (const folder of folders) {
        for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
          if (entry.isFile() && (await readFile(join(entry.parentPath, entry.name), 'utf8')) === text) return true;
        }
      }
      return false;
    };
    const contentOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => 'none');

    for (const moment of ['before the call runs', 'at the last moment']) {
      for (const [swapped, swap] of Object.entries(swaps)) {
        for (const [what, call] of Object.entries(changes)) {
          it(`${what}: ${swapped}, ${moment}`, async () => {
            const { workspace } = bench;
            await writeFile(join(workspace.outside, 'a.ts'), canary);
            await mkdir(workspace.at('other'));
            // A file is made, or moved to, where there is none; everything else takes the one that is there.
            if (what === 'a new file' || what === 'a move to there') await rm(workspace.at('src/a.ts'));
            else await workspace.put('other/a.ts', canary);
            const before = { outside: await workspace.outsideState(), other: await contentOf(workspace.at('other/a.ts')), plain: 'plain\n' };
            const late = moment === 'at the last moment';
            bench.useFiles(late ? { beforeChange: swap } : {});
            const [tool, input] = call('src/a.ts');
            const { prepared } = await bench.asked(tool, input);
            if (!late) await swap();
            const result = await bench.run(tool, prepared);
            assert.equal(result.is_error, true, result.text);
            assert.deepEqual(
              { outside: await workspace.outsideState(), other: await contentOf(workspace.at('other/a.ts')), plain: await workspace.text('plain.txt') },
              before,
            );
          });
        }
      }
    }

    // The guard's own looks at the disk are the moments that can be hit exactly; between two of them lies each window.
    describe('at every look the guard takes', function () {
      this.timeout(120_000);

      /** With the paths, in the first folder, at which a person may write meanwhile. */
      const calls: Readonly<Record<string, [tool: string, input: unknown, written: readonly string[]]>> = {
        reading: ['read_file', { path: 'src/a.ts' }, []],
        'a new file': ['write_file', { path: 'src/new/b.ts', content: 'written' }, ['src/new/b.ts']],
        'an edit': ['edit_file', { path: 'src/a.ts', edits: [{ old_text: 'a = 1', new_text: 'a = 2' }] }, ['src/a.ts']],
        'a deletion': ['delete_file', { path: 'src/a.ts' }, ['src/a.ts']],
        'a deletion of a folder': ['delete_file', { path: 'src/deep', recursive: true }, ['src/deep/c.ts', 'src/deep/d.ts']],
        'a move from there': ['move_file', { from: 'src/a.ts', to: 'moved/away.ts' }, ['src/a.ts', 'moved/away.ts']],
        'a move of a folder from there': ['move_file', { from: 'src/deep', to: 'moved/away' }, ['src/deep/c.ts', 'moved/away/d.ts']],
        'a move to there': ['move_file', { from: 'plain.txt', to: 'src/b.ts' }, ['src/b.ts']],
        'a move across devices': ['move_file', { from: 'ws/src/a.ts', to: 'far/away.ts' }, ['src/a.ts']],
        'a move of a folder across devices': ['move_file', { from: 'ws/src/deep', to: 'far/away' }, ['src/deep/c.ts']],
        'a move from another device': ['move_file', { from: 'far/b.ts', to: 'ws/src/a.ts', overwrite: true }, ['src/a.ts']],
        'a move over a file there': ['move_file', { from: 'plain.txt', to: 'src/a.ts', overwrite: true }, ['src/a.ts', 'plain.txt']],
      };
      let far: string;
      beforeEach(async () => {
        far = await realpath(await mkdtemp(join(await otherDevice(), 'boocode-test-')));
      });
      afterEach(() => rm(far, { recursive: true, force: true }));

      /** `looks`: how many were taken; `planned`: how many of them before anyone could be asked. */
      type Watched = { looks: number; planned: number; text: string; lost: number };

      /** Runs a call over fresh folders; `at` is told of each look, by its number, when it is over. */
      const runWatched = async (what: string, keeps: boolean, at: (number: number) => Promise<void>): Promise<Watched> => {
        const { workspace } = bench;
        const [tool, input] = calls[what] ?? ['', {}];
        for (const folder of [workspace.path, workspace.outside, far]) for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
        // Outside lies what reads the same, so that no content gives a swap away; a reader must not see it.
        const same = tool === 'read_file' ? 'outside canary\n' : original;
        for (const [base, content] of [[workspace.at('src'), original], [workspace.outside, same]] as const) {
          await mkdir(join(base, 'deep'), { recursive: true });
          for (const name of ['a.ts', 'deep/c.ts']) await writeFile(join(base, name), content);
        }
        await workspace.put('plain.txt', 'plain\n');
        await writeFile(join(far, 'b.ts'), original);
        let looks = 0;
        const watched = async <Value>(done: Promise<Value>): Promise<Value> => {
          const settled = await done.then((value) => ({ value }), (error: unknown) => ({ error }));
          looks++;
          await at(looks);
          if ('error' in settled) throw settled.error;
          return settled.value;
        };
        bench.useFiles({
          roots: [{ name: 'ws', path: workspace.path }, ...(what.includes('device') ? [{ name: 'far', path: far }] : [])],
          keepDeletedIn: keeps ? join(workspace.base, 'kept') : null,
          guardDisk: { lstat: (path) => watched(lstat(path)), realpath: (path) => watched(realpath(path)) },
        });
        const before = await filesIn(workspace.path, far);
        const plan = await bench.plan(tool, input);
        const planned = looks;
        const { text, is_error } = plan.kind === 'refused' ? plan.result : await bench.run(tool, plan.prepared);
        // A temporary file more is untidy, one less is a loss.
        return { looks, planned, text, lost: is_error ? Math.max(0, before - (await filesIn(workspace.path, far))) : 0 };
      };
      const nothing = (): Promise<void> => Promise.resolve();

      for (const what of Object.keys(calls)) {
        for (const keeps of what.startsWith('a deletion') || what.includes('over') ? [true, false] : [false]) {
          const kept = keeps ? ', where it is kept' : '';

          it(`${what} touches nothing outside${kept}`, async () => {
            const { workspace } = bench;
            const swapAt = (moment: number) => async (number: number): Promise<void> => {
              if (number !== moment) return;
              await rename(workspace.at('src'), workspace.at('src-was'));
              await symlink(workspace.outside, workspace.at('src'));
            };
            const { looks } = await runWatched(what, keeps, nothing);
            assert.ok(looks > 3);
            await runWatched(what, keeps, () => Promise.reject(new Error('only for its folders'))).catch(() => undefined);
            const outside = await workspace.outsideState();
            for (let moment = 1; moment <= looks; moment++) {
              const { text, lost } = await runWatched(what, keeps, swapAt(moment));
              assert.deepEqual([moment, await workspace.outsideState(), /outside canary/.test(text), lost], [moment, outside, false, 0], text);
            }
          });

          if (what === 'reading') continue;
          it(`${what} loses nothing that a person writes meanwhile${kept}`, async () => {
            const { workspace } = bench;
            const { looks, planned } = await runWatched(what, keeps, nothing);
            for (const path of calls[what]?.[2] ?? []) {
              for (let moment = planned + 1; moment <= looks; moment++) {
                let written = false;
                const write = async (number: number): Promise<void> => {
                  if (number !== moment) return;
                  written = true;
                  await workspace.put(path, 'by a person\n');
                };
                const { text } = await runWatched(what, keeps, write);
                const there = await holdsText('by a person\n', workspace.path, far, workspace.base);
                assert.deepEqual([path, moment, there], [path, moment, written], text);
              }
            }
          });
        }
      }
    });

    it('a folder whose content changed is neither deleted nor moved', async () => {
      const { workspace } = bench;
      await workspace.put('src/deep/b.ts', 'b');
      for (const [tool, input] of [['delete_file', { path: 'src', recursive: true }], ['move_file', { from: 'src', to: 'moved' }]] as const) {
        for (const change of [
          () => workspace.put('src/deep/new.ts', 'new'),
          () => workspace.put('src/deep/b.ts', 'c'),
          () => rm(workspace.at('src/deep/new.ts')),
          () => mkdir(workspace.at(`src/${tool}`)),
        ]) {
          const { prepared } = await bench.asked(tool, input);
          await change();
          assert.equal(codeOf(await bench.run(tool, prepared)), 'changed');
        }
      }
      assert.deepEqual([await workspace.text('src/a.ts'), await workspace.text('src/deep/b.ts')], [original, 'c']);
    });
  });

  // Row 5.
  it('.VSCODE/Settings.json and other spellings of protected names ask', async () => {
    const { workspace } = bench;
    const spellings = [
      '.VSCODE/Settings.json', '.VsCode/settings.json', '.v\u017fcode/settings.json', '.vs\u200dcode/settings.json', '.vscode\ufeff/settings.json', '.GIT/hooks/pre-commit', '.gi\u200bt/config',
      '.HUS\u212aY/pre-commit', '.Env', '.ENV.LOCAL', '.NPMRC', 'Agents.MD', 'CLAUDE.MD', '.MCP.JSON', '.BooCode/workflows/x.js', 'App.CODE-WORKSPACE', '.GitHub/WorkFlows/ci.yml',
    ];
    const asked: Record<string, string | null> = {};
    for (const path of spellings) {
      asked[`write ${path}`] = (await bench.asked('write_file', { path, content: 'x' })).protected_reason;
      asked[`move to ${path}`] = (await bench.asked('move_file', { from: 'plain.txt', to: path })).protected_reason;
      await workspace.put(path, 'content');
      asked[`edit ${path}`] = (await bench.asked('edit_file', { path, edits: [{ old_text: 'content', new_text: 'x' }] })).protected_reason;
      asked[`delete ${path}`] = (await bench.asked('delete_file', { path })).protected_reason;
      asked[`move from ${path}`] = (await bench.asked('move_file', { from: path, to: 'innocent.txt' })).protected_reason;
    }
    assert.deepEqual(Object.entries(asked).filter(([, reason]) => reason === null), []);
  });

  // Row 19.
  describe('self-escalation', () => {
    const protectedPaths = [
      '.vscode/settings.json', '.vscode/tasks.json', '.vscode/mcp.json', 'app.code-workspace', '.mcp.json', '.boocode/workflows/x.js', '.boocode/settings.json', 'AGENTS.md', 'sub/AGENTS.md', 'CLAUDE.md',
      'GEMINI.md', '.cursorrules', '.cursor/rules/a.mdc', '.windsurfrules', '.clinerules/a.md', '.claude/settings.json', '.github/copilot-instructions.md', '.github/instructions/a.instructions.md',
      '.github/prompts/a.prompt.md', '.husky/pre-commit', '.git/hooks/pre-commit', '.git/config', 'vendor/lib/.git/config', '.gitattributes', '.gitmodules', '.pre-commit-config.yaml', 'lefthook.yml',
      '.github/workflows/ci.yml', '.gitlab-ci.yml', 'ci/.gitlab-ci.test.yml', '.circleci/config.yml', 'Jenkinsfile', 'azure-pipelines.yml', 'bitbucket-pipelines.yml', '.npmrc', 'packages/web/.npmrc',
      '.yarnrc', '.yarnrc.yml', '.yarn/releases/yarn.cjs', '.pnpmfile.cjs', 'pnpm-workspace.yaml', '.cargo/config.toml', '.env', '.env.local', '.envrc', 'config/production.env', '.bashrc', '.zshrc', '.profile',
      '.config/fish/config.fish', '.ssh/authorized_keys', '.netrc', '.devcontainer/devcontainer.json',
    ];
    // What runs by itself in each mode where somebody is there; `ask` asks anyway.
    const mostPermissive = (reason: string | null): string => decideByPolicy('full_auto', 'write', reason !== null);

    it('every write, edit, deletion and move of a protected path asks, in full auto too', async () => {
      const { workspace } = bench;
      const decided: Record<string, string> = {};
      const note = async (what: string, tool: string, input: unknown): Promise<void> => {
        decided[what] = mostPermissive((await bench.asked(tool, input)).protected_reason);
      };
      for (const path of protectedPaths) {
        await note(`write ${path}`, 'write_file', { path, content: 'x' });
        await note(`move onto ${path}`, 'move_file', { from: 'plain.txt', to: path });
        await workspace.put(path, 'content');
        await note(`overwrite ${path}`, 'write_file', { path, content: 'x' });
        await note(`move over ${path}`, 'move_file', { from: 'plain.txt', to: path, overwrite: true });
        await note(`edit ${path}`, 'edit_file', { path, edits: [{ old_text: 'content', new_text: 'x' }] });
        await note(`delete ${path}`, 'delete_file', { path });
        await note(`move away ${path}`, 'move_file', { from: path, to: 'innocent.txt' });
      }
      assert.deepEqual(Object.entries(decided).filter(([, decision]) => decision !== 'ask'), []);
      assert.equal(Object.keys(decided).length, protectedPaths.length * 7);
    });

    it('a folder that holds something protected asks, and so does one that would come to hold it', async () => {
      const { workspace } = bench;
      for (const path of ['lib/.env', 'kit/workflows/ci.yml', 'deep/a/b/.vscode/tasks.json', 'plainly/x.txt']) await workspace.put(path, 'x');
      const reasons = {
        deleted: (await bench.asked('delete_file', { path: 'lib', recursive: true })).protected_reason,
        moved: (await bench.asked('move_file', { from: 'deep/a', to: 'elsewhere' })).protected_reason,
        'becomes protected': (await bench.asked('move_file', { from: 'kit', to: '.github' })).protected_reason,
        'becomes protected by its name': (await bench.asked('move_file', { from: 'plainly', to: '.husky' })).protected_reason,
        ordinary: (await bench.asked('move_file', { from: 'plainly', to: 'plain-too' })).protected_reason,
        'ordinary deletion': (await bench.asked('delete_file', { path: 'plainly', recursive: true })).protected_reason,
      };
      assert.deepEqual(reasons, {
        deleted: 'lib/.env is protected: it holds settings and often secrets for commands.',
        moved: 'deep/a/b/.vscode is protected: it configures the editor, which can run commands.',
        'becomes protected': '.github/workflows is protected: it decides what the build servers run.',
        'becomes protected by its name': '.husky is protected: it runs when you use git.',
        ordinary: null,
        'ordinary deletion': null,
      });
    });

    it('a link with an innocent name, there before or at either end, hides nothing', async () => {
      const { workspace } = bench;
      await workspace.put('.vscode/settings.json', '{}');
      await symlink('.vscode', workspace.at('config'));
      await symlink('.vscode/settings.json', workspace.at('settings'));
      const asked = {
        write: await bench.asked('write_file', { path: 'config/new.json', content: '{}' }),
        edit: await bench.asked('edit_file', { path: 'settings', edits: [{ old_text: '{}', new_text: '{"a":1}' }] }),
        'delete the file': await bench.asked('delete_file', { path: 'config/settings.json' }),
        'delete the link': await bench.asked('delete_file', { path: 'settings' }),
        'move onto': await bench.asked('move_file', { from: 'plain.txt', to: 'config/x' }),
        'move away': await bench.asked('move_file', { from: 'config/settings.json', to: 'x' }),
      };
      assert.deepEqual(Object.entries(asked).filter(([, plan]) => plan.protected_reason === null).map(([what]) => what), []);
    });

    it('an innocent path asks where something protected leads to it', async () => {
      const { workspace } = bench;
      for (const path of ['settings/old.json', 'team/rules.txt', 'flows/ci.yml', 'other/x.txt']) await workspace.put(path, 'content');
      await mkdir(workspace.at('.github'));
      for (const [link, to] of Object.entries({ '.vscode': 'settings', '.husky': 'still-to-be-made', 'AGENTS.md': 'team/rules.txt', '.github/workflows': '../flows' })) await symlink(to, workspace.at(link));
      const asked = {
        'a new file': await bench.asked('write_file', { path: 'settings/tasks.json', content: '{}' }),
        'a new folder': await bench.asked('write_file', { path: 'still-to-be-made/pre-commit', content: 'x' }),
        'an edit': await bench.asked('edit_file', { path: 'team/rules.txt', edits: [{ old_text: 'content', new_text: 'x' }] }),
        'a deletion': await bench.asked('delete_file', { path: 'team', recursive: true }),
        'a move to there': await bench.asked('move_file', { from: 'plain.txt', to: 'flows/new.yml' }),
        'a move from there': await bench.asked('move_file', { from: 'flows', to: 'x' }),
        ordinary: await bench.asked('write_file', { path: 'other/y.txt', content: 'x' }),
      };
      assert.deepEqual(Object.entries(asked).filter(([, plan]) => plan.protected_reason === null).map(([what]) => what), ['ordinary']);
      assert.equal(asked['a new file'].protected_reason, 'settings/tasks.json is protected: it configures the editor, which can run commands (.vscode leads there).');
    });

    it('a workspace folder that is itself a protected one protects all that is in it', async () => {
      const { workspace } = bench;
      await workspace.put('.github/workflows/ci.yml', 'on: push\n');
      bench.useFiles({ roots: [{ name: 'ws', path: workspace.path }, { name: 'flows', path: workspace.at('.github/workflows') }] });
      assert.equal((await bench.asked('write_file', { path: 'flows/new.yml', content: 'x' })).protected_reason, 'flows/new.yml is protected: it decides what the build servers run.');
      bench.useFiles({ roots: [{ name: '.vscode', path: workspace.at('.github') }] });
      assert.notEqual((await bench.asked('write_file', { path: 'workflows/new.yml', content: 'x' })).protected_reason, null);
    });
  });

  it('what is checked before a change is told before it, and what was changed after it', async () => {
    const { workspace } = bench;
    const told: [string, DiskChange][] = [];
    bench.useFiles({
      beforeChange: (change) => {
        told.push(['before', change]);
        return Promise.resolve();
      },
      afterChange: (change) => told.push(['after', change]),
    });
    await bench.call('write_file', { path: 'new.txt', content: 'x' });
    await bench.call('move_file', { from: 'new.txt', to: 'plain.txt', overwrite: true });
    await bench.call('delete_file', { path: 'src', recursive: true });
    await bench.call('edit_file', { path: 'plain.txt', edits: [{ old_text: 'gone', new_text: '' }] });
    const write: DiskChange = { kind: 'write', path: 'new.txt', real: workspace.at('new.txt'), exists: false };
    const move: DiskChange = {
      kind: 'move', path: 'new.txt', real: workspace.at('new.txt'), what: 'file', toPath: 'plain.txt', toReal: workspace.at('plain.txt'), overwrites: true,
    };
    const remove: DiskChange = { kind: 'delete', path: 'src', real: workspace.at('src'), what: 'folder' };
    assert.deepEqual(told, [['before', write], ['after', write], ['before', move], ['after', move], ['before', remove], ['after', remove]]);
  });

  it('nothing is changed where the state before cannot be kept', async () => {
    const { workspace } = bench;
    bench.useFiles({ beforeChange: () => Promise.reject(new Error('no room')) });
    for (const [what, call] of Object.entries(changes)) {
      const path = what === 'a new file' || what === 'a move to there' ? 'new.txt' : 'src/a.ts';
      assert.equal((await bench.refusal(...call(path))).code, 'not_saved', what);
    }
    assert.deepEqual([await workspace.text('src/a.ts'), await workspace.text('plain.txt')], [original, 'plain\n']);
  });
});
