// The whole of auto-fix over the turns of a scripted agent: real files, a real compiler, everything but the model.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { CheckQuestion } from '../../../extension/auto-fix/ports';
import { TemporaryWorkspace } from '../../../extension/platform/testing/temporary-workspace';
import { repositoryRoot } from '../../support/repository-root';
import { temporaryFolder } from '../../support/temporary-folder';
import { addTypescriptProject, typescriptProject } from './sample-project';
import { named, ScriptedAgent, type Edits } from './scripted-agent';

const cart = "export type Item = { name: string; price: number };\n\nexport function total(items: readonly Item[]): number {\n  return items.reduce((sum, item) => sum + item.price, 0);\n}\n";
const receipt = "import { total, type Item } from './cart.js';\n\nexport function receipt(items: readonly Item[]): string {\n  const sum: number = total(items);\n  return `${items.length} items, ${sum.toFixed(2)}`;\n}\n";
const renamed = cart.replace('function total', 'function subtotal');
const tax = (value: string): string => `export const tax: number = ${value};\n`;
const tsc = './node_modules/.bin/tsc -p . --noEmit --pretty false';
const script = 'npm run typecheck';

describe('auto-fix over the turns of an agent', function () {
  this.timeout(60_000);
  let workspace: TemporaryWorkspace;

  describe('in a TypeScript package', () => {
    before(async () => {
      workspace = await typescriptProject();
    });
    after(() => workspace.remove());
    /** With it the check is a script; without, which is quicker, the compiler itself. */
    const manifest = readFileSync(join(repositoryRoot, 'test/fixtures/projects/typescript-package/package.json'), 'utf8');
    const useScripts = (): Promise<void> => workspace.put('package.json', manifest);
    const added = ['src/tax.ts', 'src/old.ts', 'test/cart.test.cjs', 'src/odd.ts'];
    beforeEach(async () => {
      for (const file of added) await rm(workspace.at(file), { force: true });
      await workspace.put('src/cart.ts', cart);
      await workspace.put('src/receipt.ts', receipt);
      await workspace.put('package.json', '{ "name": "shop" }');
    });

    it('leads from a rename that breaks another file to a pass, and leaves this story', async () => {
      await useScripts();
      const agent = new ScriptedAgent(workspace);
      const first = await agent.turn({ 'src/cart.ts': renamed });
      const second = await agent.turn({ 'src/receipt.ts': receipt.replaceAll('total', 'subtotal') });
      assert.deepEqual([named(first), named(second), second.kind === 'end' && second.userText], ['again 1', 'end passed', `${script} passed after 1 round.`]);
      const ids = new Map<string, string>();
      const story = agent.events.map((event) => {
        if (!('check_id' in event)) return event;
        const id = ids.get(event.check_id) ?? `check ${ids.size + 1}`;
        ids.set(event.check_id, id);
        return event.type === 'auto_fix:complete' ? { ...event, check_id: id, duration_ms: 0 } : { ...event, check_id: id };
      });
      const started = { type: 'auto_fix:start', step: 'check', argv: ['npm', 'run', 'typecheck'], cwd: '.', covers: '"typecheck" of package.json' } as const;
      const passed = { type: 'auto_fix:complete', result: 'passed', exit_code: 0, duration_ms: 0, problems: [], more: 0, old: 0, unclear: 0, full_output: null, text: 'Passed.' } as const;
      const missing = "Module '\"./cart.js\"' has no exported member 'total'.";
      const [, , , , step] = story;
      assert.ok(step?.type === 'auto_fix:step' && first.kind === 'again');
      assert.deepEqual(story, [
        { ...started, check_id: 'check 1', round: 0, purpose: 'baseline' },
        { ...passed, check_id: 'check 1' },
        { ...started, check_id: 'check 2', round: 1, purpose: 'check' },
        {
          ...passed,
          check_id: 'check 2',
          result: 'failed',
          exit_code: 1,
          problems: [{ file: 'src/receipt.ts', line: 1, column: 10, severity: 'error', code: 'TS2305', message: missing, source: 'typescript' }],
          text: '1 problem.',
        },
        { type: 'auto_fix:step', round: 1, outcome: 'again', text: '1 new problem (round 1 of 3).', model_text: first.modelText },
        { ...started, check_id: 'check 3', round: 2, purpose: 'check' },
        { ...passed, check_id: 'check 3' },
        { type: 'auto_fix:step', round: 1, outcome: 'passed', text: `${script} passed after 1 round.`, model_text: `[Auto-fix] ${script} passed after 1 round.` },
      ]);
    });

    it('looks once before the first write, not again before the next', async () => {
      const agent = new ScriptedAgent(workspace);
      await agent.turn({ 'src/tax.ts': tax('1') });
      await agent.turn({ 'src/tax.ts': tax('2'), 'src/cart.ts': `${cart}\n` });
      assert.deepEqual(agent.checks, [`0 ${tsc}: passed`, `1 ${tsc}: passed`, `1 ${tsc}: passed`]);
    });

    it('does not send the agent after old problems that its own mending of a syntax error brings to light', async () => {
      await workspace.put('src/old.ts', "const a: number = 'x';\nconst b: string = 1;\nexport { a, b };\n");
      await workspace.put('src/odd.ts', 'export const odd = ;\n');
      const agent = new ScriptedAgent(workspace);
      const step = await agent.turn({ 'src/odd.ts': 'export const odd = 1;\n' });
      assert.equal(named(step), 'end only_old');
      assert.match(step.kind === 'end' ? step.userText : '', /2 problems may have been there before/);
      // And once they are known they stay known, while what is new is seen.
      assert.equal(named(await agent.turn({ 'src/tax.ts': tax("'9'") })), 'again 1');
      assert.deepEqual(agent.problems, ['src/tax.ts:1 TS2322']);
    });

    it('sees with no look before the change what can be tied to it, and sets aside the rest', async () => {
      await workspace.put('src/old.ts', "const a: number = 'x';\nexport { a };\n");
      const agent = new ScriptedAgent(workspace, { settings: { mode: 'ask' }, approve: ({ purpose }) => (purpose === 'baseline' ? 'later' : 'allow') });
      const step = await agent.turn({ 'src/cart.ts': renamed, 'src/tax.ts': tax("'9'") });
      assert.equal(named(step), 'again 1');
      assert.deepEqual(agent.problems, ['src/receipt.ts:1 TS2305', 'src/tax.ts:1 TS2322']);
      assert.match(step.kind === 'again' ? step.modelText : '', /to be left alone: 1 problem that may be from before your changes\./);
      const rest: Edits = { 'src/cart.ts': cart, 'src/tax.ts': tax('9') };
      assert.equal(named(await agent.turn(rest)), 'end only_old');
      // That check was whole: what it did not show is new from now on, wherever it is.
      assert.equal(named(await agent.turn({ 'src/cart.ts': cart.replace('price: number', 'price: number; weight: number') })), 'end only_old');
      await workspace.put('src/receipt.ts', receipt.replace('total(items)', "'no'"));
      assert.equal(named(await agent.turn({ 'src/tax.ts': tax('10') })), 'again 1');
    });

    it('calls everything new after a look that found nothing wrong, though nothing ties it to the change', async () => {
      await workspace.put('src/odd.ts', 'export function odd(): number {\n  const left = 1;\n  return 2;\n}\n');
      const agent = new ScriptedAgent(workspace);
      const config = readFileSync(workspace.at('tsconfig.json'), 'utf8');
      assert.equal(named(await agent.turn({ 'tsconfig.json': config.replace('"strict": true', '"strict": true, "noUnusedLocals": true') })), 'again 1');
      assert.deepEqual(agent.problems, ['src/odd.ts:2 TS6133']);
      assert.equal(named(await agent.turn({ 'tsconfig.json': config })), 'end passed');
    });

    it('takes no look after a first write for one before it', async () => {
      let asked = 0;
      const agent = new ScriptedAgent(workspace, { approve: ({ purpose }) => (purpose === 'baseline' && ++asked === 1 ? 'later' : 'allow') });
      assert.equal(named(await agent.turn({ 'src/tax.ts': tax("'one'"), 'src/cart.ts': `${cart}\n` })), 'again 1');
      assert.deepEqual([agent.problems, agent.checks.length], [['src/tax.ts:1 TS2322'], 1]);
    });

    it('stops after the set number of rounds', async () => {
      const agent = new ScriptedAgent(workspace, { settings: { maxRounds: 2, beforeWriteMs: 0 } });
      const steps: string[] = [];
      for (const value of ["'one'", "'two'", "'three'", "'four'"]) steps.push(named(await agent.turn({ 'src/tax.ts': tax(value) })));
      assert.deepEqual(steps, ['again 1', 'again 2', 'end round_limit', 'idle']);
      assert.equal(agent.checks.length, 3);
    });

    it('is patient while the agent works elsewhere, and while it gets further', async () => {
      const agent = new ScriptedAgent(workspace, { settings: { maxRounds: 1, beforeWriteMs: 0 } });
      const uses = (...fixed: number[]): string => [1, 2, 3].map((n) => `export const use${n}: number = ${fixed.includes(n) ? n : `'${n}'`};\n`).join('');
      assert.equal(named(await agent.turn({ 'src/tax.ts': uses() })), 'again 1');
      // A file that has nothing to do with it: the model knows already.
      assert.equal(named(await agent.turn({ 'src/odd.ts': 'export const odd = 1;\n' })), 'idle');
      // One mended a turn: each is a step forward.
      assert.equal(named(await agent.turn({ 'src/tax.ts': uses(1) })), 'again 1');
      assert.equal(named(await agent.turn({ 'src/tax.ts': uses(1, 2) })), 'again 1');
      assert.equal(named(await agent.turn({ 'src/tax.ts': uses(1, 2, 3) })), 'end passed');
    });

    it('looks once more at the end when the agent went on after it was left at that', async () => {
      const agent = new ScriptedAgent(workspace, { settings: { maxRounds: 1, beforeWriteMs: 0 } });
      assert.deepEqual([named(await agent.turn({ 'src/tax.ts': tax("'one'") })), named(await agent.turn({ 'src/tax.ts': tax("'two'") }))], ['again 1', 'end round_limit']);
      assert.deepEqual([named(await agent.done()), agent.checks.length], ['idle', 2]);
      assert.equal(named(await agent.turn({ 'src/odd.ts': 'export const odd = 1;\n' })), 'idle');
      assert.deepEqual([named(await agent.done()), agent.problems], ['end left_open', ['src/tax.ts:1 TS2322']]);
      assert.equal(named(await agent.turn({ 'src/tax.ts': tax('1') })), 'idle');
      assert.deepEqual([named(await agent.done()), named(await agent.done()), agent.checks.length], ['end passed', 'idle', 4]);
    });

    it('stops when an error that was there some rounds ago is back', async () => {
      const agent = new ScriptedAgent(workspace, { settings: { beforeWriteMs: 0 } });
      const steps: string[] = [];
      for (const value of ["'one'", "'two'", "'one'"]) steps.push(named(await agent.turn({ 'src/tax.ts': tax(value) })));
      assert.deepEqual(steps, ['again 1', 'again 2', 'end repeated']);
    });

    it('says what is left when the agent changes nothing more', async () => {
      const agent = new ScriptedAgent(workspace, { settings: { beforeWriteMs: 0 } });
      await agent.turn({ 'src/tax.ts': tax("'one'") });
      const step = await agent.done();
      assert.deepEqual(step, { kind: 'end', reason: 'left_open', userText: '1 problem is left, and the agent is done.', modelText: null });
      assert.deepEqual([named(await agent.done()), agent.checks.length], ['idle', 1]);
    });

    it('counts in the next run what the agent left broken as its own, though it was there before that run', async () => {
      await workspace.put('src/old.ts', "const a: number = 'x';\nexport { a };\n");
      const agent = new ScriptedAgent(workspace);
      await agent.turn({ 'src/tax.ts': tax("'one'") });
      await agent.done();
      agent.nextRun();
      assert.equal(named(await agent.turn({ 'src/cart.ts': `${cart}\n` })), 'again 1');
      assert.deepEqual(agent.problems, ['src/tax.ts:1 TS2322']);
    });

    it('runs the tests once the types are in order, and names the line that failed', async () => {
      await useScripts();
      const test = "const { test } = require('node:test');\nconst assert = require('node:assert');\ntest('adds', () => {\n  assert.equal(1 + 1, 3);\n});\n";
      const agent = new ScriptedAgent(workspace, { settings: { tests: true, beforeWriteMs: 0 } });
      assert.equal(named(await agent.turn({ 'src/tax.ts': tax("'one'"), 'test/cart.test.cjs': test })), 'again 1');
      assert.equal(named(await agent.turn({ 'src/tax.ts': tax('1') })), 'again 2');
      assert.deepEqual(agent.problems, ['test/cart.test.cjs:4']);
      assert.equal(named(await agent.turn({ 'test/cart.test.cjs': test.replace('3', '2') })), 'end passed');
      assert.deepEqual(agent.checks, [`1 ${script}: failed`, `2 ${script}: passed`, '2 npm run test: failed', `3 ${script}: passed`, '3 npm run test: passed']);
    });

    it('does not run the tests while they are not asked for', async () => {
      await useScripts();
      const agent = new ScriptedAgent(workspace, { settings: { beforeWriteMs: 0 } });
      await agent.turn({ 'src/tax.ts': tax('1') });
      assert.deepEqual(agent.checks, [`1 ${script}: passed`]);
    });

    it('asks again after the agent edited the script that would run, and runs the old one no more', async () => {
      await useScripts();
      const granted = new Set<string>();
      const agent = new ScriptedAgent(workspace, {
        settings: { beforeWriteMs: 0 },
        approve: ({ binding }) => (granted.has(binding.contentHash) ? 'allow' : granted.size === 0 && granted.add(binding.contentHash) ? 'allow' : 'deny'),
      });
      assert.equal(named(await agent.turn({ 'src/tax.ts': tax('1') })), 'end passed');
      const evil = manifest.replace('tsc -p .', 'node -e \\"require(\'fs\').writeFileSync(\'marker\',\'\')\\"');
      const step = await agent.turn({ 'package.json': evil });
      assert.deepEqual([named(step), existsSync(workspace.at('marker')), agent.checks.length], ['end not_approved', false, 1]);
      assert.equal(step.kind === 'end' && step.userText, `"${script}" was not allowed to run. The change was not checked.`);
      assert.deepEqual(agent.questions.map(({ binding }) => binding.files.includes('package.json')), [true, true]);
    });

    it('asks again when the script is swapped while the question is open', async () => {
      await useScripts();
      const evil = manifest.replace('tsc -p .', 'node -e \\"require(\'fs\').writeFileSync(\'marker\',\'\')\\"');
      const seen: CheckQuestion[] = [];
      const agent = new ScriptedAgent(workspace, {
        settings: { beforeWriteMs: 0 },
        approve: (question) => {
          seen.push(question);
          if (seen.length > 1) return 'deny';
          writeFileSync(workspace.at('package.json'), evil);
          return 'allow';
        },
      });
      assert.equal(named(await agent.turn({ 'src/tax.ts': tax('1') })), 'end not_approved');
      assert.deepEqual([seen.length, seen[0]?.binding.contentHash === seen[1]?.binding.contentHash, existsSync(workspace.at('marker')), agent.checks], [2, false, false, []]);
    });

    it('gives up a check whose files change at every question', async () => {
      await useScripts();
      let n = 0;
      const agent = new ScriptedAgent(workspace, {
        settings: { beforeWriteMs: 0 },
        approve: () => {
          writeFileSync(workspace.at('package.json'), manifest.replace('1.0.0', `1.0.${++n}`));
          return 'allow';
        },
      });
      assert.deepEqual([named(await agent.turn({ 'src/tax.ts': tax('1') })), n, agent.checks], ['end not_approved', 3, []]);
    });

    it('does not ask a second time in a run after a no', async () => {
      const agent = new ScriptedAgent(workspace, { settings: { beforeWriteMs: 0 }, approve: () => 'deny' });
      assert.deepEqual([named(await agent.turn({ 'src/tax.ts': tax('1') })), named(await agent.turn({ 'src/tax.ts': tax('2') }))], ['end not_approved', 'idle']);
      assert.equal(agent.questions.length, 1);
    });

    it('does nothing at all when it is off', async () => {
      const agent = new ScriptedAgent(workspace, { settings: { mode: 'off' } });
      assert.equal(named(await agent.turn({ 'src/tax.ts': tax("'one'") })), 'idle');
      assert.deepEqual([agent.events, agent.questions], [[], []]);
    });

    it('does nothing for prose, and says once when there is no check', async () => {
      const agent = new ScriptedAgent(workspace);
      assert.equal(named(await agent.turn({ 'notes.md': 'x' })), 'idle');
      assert.deepEqual(agent.events, []);
    });

    it('has the start of a check stored before the check runs', async () => {
      const marker = workspace.at('started');
      const before: boolean[] = [];
      const agent = new ScriptedAgent(workspace, {
        settings: { beforeWriteMs: 0, command: ['node', '-e', `require('fs').writeFileSync(${JSON.stringify(marker)}, '')`] },
        onReport: async (event) => {
          await new Promise((resolve) => setTimeout(resolve, 100));
          before.push(existsSync(marker), event.type === 'auto_fix:start');
        },
      });
      await agent.turn({ 'src/tax.ts': tax('1') });
      assert.deepEqual(before.slice(0, 4), [false, true, true, false]);
    });
  });

  describe('anywhere', () => {
    beforeEach(async () => {
      workspace = await TemporaryWorkspace.create({ 'a.js': '1;\n' });
    });
    afterEach(() => workspace.remove());

    it('checks the package that was changed in a monorepo, and not its neighbours', async () => {
      await workspace.put('package.json', '{ "private": true, "scripts": { "typecheck": "exit 9" } }');
      await addTypescriptProject(workspace, 'npm', 'packages/shop');
      await workspace.put('packages/other/package.json', '{ "scripts": { "typecheck": "exit 8" } }');
      const agent = new ScriptedAgent(workspace, { settings: { beforeWriteMs: 0 } });
      assert.equal(named(await agent.turn({ 'packages/shop/src/cart.ts': renamed })), 'again 1');
      assert.deepEqual([agent.problems, agent.checks], [['packages/shop/src/receipt.ts:1 TS2305'], [`1 ${script}: failed`]]);
    });

    it('uses what one project says though another keeps silent, and names the gravest reason where none says anything', async () => {
      const scripts = (check: string): string => JSON.stringify({ scripts: { check } });
      const fails = 'node -e "console.log(\'x.js:1:1: error: no\'); process.exit(1)"';
      await workspace.put('a/package.json', scripts('no-such-tool'));
      await workspace.put('b/package.json', scripts(fails));
      await workspace.put('c/package.json', scripts('node -e 0'));
      const agent = new ScriptedAgent(workspace, { settings: { beforeWriteMs: 0 }, approve: ({ check }) => (check.folder === 'c' ? 'deny' : 'allow') });
      assert.equal(named(await agent.turn({ 'a/x.js': '1', 'b/x.js': '1', 'c/x.js': '1' })), 'again 1');
      assert.deepEqual(agent.problems, ['b/x.js:1']);
      await workspace.put('b/package.json', scripts('node -e 0'));
      const step = await agent.turn({ 'b/x.js': '2' });
      assert.equal(named(step), 'end not_approved');
      assert.match(step.kind === 'end' ? step.userText : '', /^"npm run check in a" does not work: The check calls "no-such-tool", which is not installed here\..* "npm run check in c" was not allowed to run\. The change was not checked\.$/);
      // Who gave no answer is left alone; who did goes on.
      assert.equal(named(await agent.turn({ 'a/x.js': '3', 'c/x.js': '3' })), 'idle');
      const last = await agent.turn({ 'a/x.js': '4', 'b/x.js': '4', 'c/x.js': '4' });
      assert.equal(last.kind === 'end' && last.userText, 'npm run check in b passed.');
      assert.deepEqual([agent.questions.map(({ check }) => check.folder).join(''), agent.checks.length], ['abcbb', 4]);
    });

    it('looks in the end at every project that was left broken, not only at the last one written', async () => {
      const reads = "node -e \"if (/bad/.test(require('fs').readFileSync('x.js', 'utf8'))) { console.log('x.js:1:1: error: bad'); process.exit(1) }\"";
      for (const name of ['a', 'b']) await workspace.put(`${name}/package.json`, JSON.stringify({ scripts: { check: reads } }));
      const agent = new ScriptedAgent(workspace, { settings: { beforeWriteMs: 0, maxRounds: 1 } });
      assert.deepEqual([named(await agent.turn({ 'a/x.js': 'bad(1)' })), named(await agent.turn({ 'a/x.js': 'bad(2)' }))], ['again 1', 'end round_limit']);
      await agent.turn({ 'b/x.js': 'good' });
      assert.equal(named(await agent.done()), 'end left_open');
    });

    it('keeps old problems apart also in a file that was first written after the loop was over', async () => {
      await workspace.put('old.py', 'def old(:\n');
      const agent = new ScriptedAgent(workspace, { settings: { beforeWriteMs: 0, maxRounds: 1 } });
      assert.deepEqual([named(await agent.turn({ 'new.py': 'def new(:\n' })), named(await agent.turn({ 'new.py': 'def newer(:\n' }))], ['again 1', 'end round_limit']);
      await agent.turn({ 'new.py': 'def new():\n  pass\n', 'old.py': '# moved\ndef old(:\n' });
      const last = await agent.done();
      assert.equal(named(last), 'end only_old');
    });

    it('says once that there is no check, and why', async () => {
      const agent = new ScriptedAgent(workspace);
      const step = await agent.turn({ 'a.js': '2' });
      assert.deepEqual(step, { kind: 'end', reason: 'no_check', userText: 'The change was not checked: for a.js no project that can be checked was found above it. Set boocode.autoFix.command to name a check.', modelText: null });
      assert.equal(named(await agent.turn({ 'a.js': '3' })), 'idle');
      await workspace.put('package.json', '{ "scripts": { "check": "node -e 0" } }');
      assert.equal(named(await agent.turn({ 'a.js': '4' })), 'end passed');
    });

    describe('with a program that reads one file at a time', () => {
      const path = process.env['PATH'];
      before(() => {
        // PHP is not on every machine; what it says of a file is easily said by another program.
        const programs = temporaryFolder('programs');
        writeFileSync(join(programs, 'php'), '#!/bin/sh\nline=$(grep -n bad "$2" | head -1 | cut -d: -f1)\n[ -z "$line" ] && exit 0\necho "PHP Parse error:  syntax error, unexpected bad in $2 on line $line"\nexit 255\n', { mode: 0o755 });
        process.env['PATH'] = `${programs}${delimiter}${path}`;
      });
      after(() => {
        process.env['PATH'] = path;
      });

      it('asks once for all files, and knows of each what was wrong', async () => {
        await workspace.put('old.php', 'bad');
        const agent = new ScriptedAgent(workspace);
        assert.equal(named(await agent.turn({ 'old.php': '# moved\nbad', 'new.php': '\n\nbad' })), 'again 1');
        assert.deepEqual(agent.problems, ['new.php:3']);
        assert.deepEqual(agent.questions.map(({ purpose }) => purpose), ['baseline', 'check']);
        assert.equal(named(await agent.turn({ 'new.php': 'good' })), 'end only_old');
        assert.deepEqual(agent.checks, ['0 php -l ./old.php: failed', '1 php -l ./old.php: failed', '1 php -l ./new.php: failed', '2 php -l ./old.php: failed', '2 php -l ./new.php: passed']);
      });
    });

    it('gives the end of an output nobody can read to the model once', async () => {
      const command = ['node', '-e', 'console.log("it is broken", Date.now()); process.exit(1)'];
      const agent = new ScriptedAgent(workspace, { settings: { command, beforeWriteMs: 0 } });
      const first = await agent.turn({ 'a.js': '2;\n' });
      assert.equal(named(first), 'again 1');
      assert.match(first.kind === 'again' ? first.modelText : '', /The end of its output, in which no place is named:\n {2}\| it is broken \d+/);
      const second = await agent.turn({ 'a.js': '3;\n' });
      assert.equal(named(second), 'end broken');
      assert.match(second.kind === 'end' ? second.userText : '', /fails again without naming a problem\./);
      assert.equal(named(await agent.turn({ 'a.js': '4;\n' })), 'idle');
    });

    it('gives it not at all when the check failed like that before the change', async () => {
      const agent = new ScriptedAgent(workspace, { settings: { command: ['node', '-e', 'process.exit(1)'] } });
      const step = await agent.turn({ 'a.js': '2;\n' });
      assert.equal(named(step), 'end broken');
      assert.match(step.kind === 'end' ? step.userText : '', /fails without naming a problem, and did so before the change\. Whether the change is in order is not known\.$/);
    });

    it('calls a command that cannot be run broken, and does not try it again', async () => {
      const agent = new ScriptedAgent(workspace, { settings: { command: 'no-such-program --check' } });
      const step = await agent.turn({ 'a.js': '2;\n' });
      assert.equal(named(step), 'end broken');
      assert.match(step.kind === 'end' ? step.userText : '', /^"no-such-program --check" does not work: There is no program "no-such-program"/);
      assert.equal(named(await agent.turn({ 'a.js': '3;\n' })), 'idle');
    });

    it('holds a first write up no longer than it may, and then not at all', async () => {
      const command = ['node', '-e', "setTimeout(() => { console.log('a.js:1:1: error: no'); process.exit(1) }, 1500)"];
      const agent = new ScriptedAgent(workspace, { settings: { command, beforeWriteMs: 500 } });
      assert.equal(named(await agent.turn({ 'a.js': '2;\n' })), 'again 1');
      agent.nextRun();
      await agent.turn({ 'a.js': '3;\n' });
      const line = command.join(' ');
      assert.deepEqual(agent.checks, [`0 ${line}: timed_out`, `1 ${line}: failed`, `1 ${line}: failed`]);
    });

    it('gives a check no longer than any command may take, and names the limit that ended it', async () => {
      const command = ['node', '-e', 'setTimeout(() => {}, 60000)'];
      const commands = workspace.commands({ longestTimeoutMs: () => 300 });
      const agent = new ScriptedAgent(workspace, { settings: { command, timeoutMs: 30_000, beforeWriteMs: 0 }, commands });
      const step = await agent.turn({ 'a.js': '2;\n' });
      assert.equal(named(step), 'end timed_out');
      assert.match(step.kind === 'end' ? step.userText : '', /did not end within 0\.3 s \(boocode\.commands\.maxTimeoutSeconds\)\. Whether the change is in order is not known\. .* raise that limit\.$/);
    });

    it('ends at once when it is stopped, in a check or while it asks', async () => {
      const command = ['node', '-e', 'setTimeout(() => {}, 60000)'];
      const agent = new ScriptedAgent(workspace, {
        settings: { command, beforeWriteMs: 0 },
        onReport: (event) => {
          if (event.type === 'auto_fix:start') setTimeout(() => agent.stop(), 200);
        },
      });
      assert.deepEqual([named(await agent.turn({ 'a.js': '2;\n' })), agent.checks], ['end stopped', [`1 ${command.join(' ')}: stopped`]]);
      const asked = new ScriptedAgent(workspace, { settings: { command, beforeWriteMs: 0 }, approve: () => 'cancelled' });
      assert.deepEqual([named(await asked.turn({ 'a.js': '2;\n' })), asked.checks], ['end stopped', []]);
    });

    it('knows an old problem again in a file that was moved', async () => {
      const checkNames = "for (const f of fs.readdirSync('.')) if (/\\.js$/.test(f)) fs.readFileSync(f, 'utf8').split('\\n').forEach((l, i) => { if (/bad/.test(l)) { console.log(f + ':' + (i + 1) + ':1: error: bad word'); process.exitCode = 1; } })";
      await workspace.put('a.js', '// first\nbad();\n');
      const agent = new ScriptedAgent(workspace, { settings: { command: ['node', '-e', checkNames] } });
      assert.equal(named(await agent.turn({ 'a.js': null, 'b.js': '// first\n// second\nbad();\n' })), 'end only_old');
      assert.equal(named(await agent.turn({ 'b.js': '// first\n// second\nbad();\nalso.bad();\n' })), 'again 1');
      assert.deepEqual(agent.problems, ['b.js:4']);
    });
  });
});
