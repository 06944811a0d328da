// Auto-fix on real projects with their real tools: TypeScript under npm, pnpm, yarn 1 and yarn 4; C under make; Python.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import type { TemporaryWorkspace } from '../../../extension/platform/testing/temporary-workspace';
import { installPackageManagers, pathWith, type PackageManagerName } from './package-managers';
import { sampleProject, typescriptProject } from './sample-project';
import { named, ScriptedAgent, type Edits } from './scripted-agent';

type Toolchain = {
  name: string;
  open(): Promise<TemporaryWorkspace>;
  manager?: PackageManagerName;
  command: string;
  slow: readonly string[];
  /** The files as the sample has them: what the tests before changed is put back. */
  sound: Edits;
  /** A change that breaks something, the place where it shows, and its mending. */
  broken: Edits;
  problems: readonly string[];
  modelText: RegExp;
  mended: Edits;
  /** Something wrong from before, in a file of its own, and the same with other lines above it. */
  old: Edits;
  oldMoved: Edits;
};

const cart = "export type Item = { name: string; price: number };\n\nexport function total(items: readonly Item[]): number {\n  return items.reduce((sum, item) => sum + item.price, 0);\n}\n";

const typescript = (name: string, manager: PackageManagerName, command: string): Toolchain => ({
  name,
  manager,
  command,
  slow: ['node', '-e', 'setTimeout(() => {}, 60_000)'],
  open: () => typescriptProject(manager),
  sound: { 'src/cart.ts': cart },
  // The mistake is in one file, and shows in another, which the agent never touched.
  broken: { 'src/cart.ts': cart.replace('): number {\n  return items', '): string {\n  return `${items').replace(', 0);', ', 0)}`;') },
  problems: ['src/receipt.ts:4 TS2322'],
  modelText: /src\/receipt\.ts\n {2}4:9 TS2322 Type 'string' is not assignable to type 'number'\.\n {4}> const sum: number = total\(items\);/,
  mended: { 'src/cart.ts': cart },
  old: { 'src/legacy.ts': "export const rate: number = 'high';\n" },
  oldMoved: { 'src/legacy.ts': "// Rates.\n\nexport const rate: number = 'high';\n" },
});

const sum = '#include "cart.h"\n\nint total(const struct item *items, int count) {\n  int sum = 0;\n  for (int i = 0; i < count; i++) sum += items[i].price;\n  return sum;\n}\n';
const makefile = 'CFLAGS = -Wall -Iinclude\nOBJECTS = src/main.o src/cart.o src/legacy.o\n\nall: shop\n\nshop: $(OBJECTS)\n\t$(CC) -o $@ $(OBJECTS)\n\n%.o: %.c include/cart.h\n\t$(CC) $(CFLAGS) -c -o $@ $<\n';

const pythonSum = 'def total(items):\n    return sum(item["price"] for item in items)\n';

const toolchains: readonly Toolchain[] = [
  typescript('TypeScript with npm', 'npm', 'npm run typecheck'),
  typescript('TypeScript with pnpm', 'pnpm', 'pnpm run typecheck'),
  typescript('TypeScript with yarn 1', 'yarn', 'yarn run typecheck'),
  typescript('TypeScript with yarn 4', 'yarn 4', 'yarn run typecheck'),
  {
    name: 'C with make and gcc',
    open: () => sampleProject('make-c'),
    command: 'make -k all',
    slow: ['sleep', '60'],
    sound: { 'src/cart.c': sum, Makefile: makefile.replace(' src/legacy.o', '') },
    broken: { 'src/cart.c': sum.replace('int sum = 0;', 'int amount = 0;') },
    problems: ['src/cart.c:5'],
    modelText: /src\/cart\.c\n {2}5:\d+ .sum. undeclared \(first use in this function\).*\n {4}> for \(int i = 0; i < count; i\+\+\) sum \+= items\[i\]\.price;/,
    mended: { 'src/cart.c': sum },
    old: { Makefile: makefile, 'src/legacy.c': 'int rate(void) { return high; }\n' },
    oldMoved: { 'src/legacy.c': '/* Rates. */\n\nint rate(void) { return high; }\n' },
  },
  {
    name: 'Python',
    open: () => sampleProject('python-package'),
    command: 'python3 -m compileall -q -f ./shop/cart.py',
    slow: ['python3', '-c', 'import time; time.sleep(60)'],
    sound: { 'shop/cart.py': pythonSum },
    broken: { 'shop/cart.py': pythonSum.replace('items)', 'items') },
    problems: ['shop/cart.py:1 SyntaxError'],
    modelText: /shop\/cart\.py\n {2}1 SyntaxError .*\n {4}> def total\(items:/,
    mended: { 'shop/cart.py': pythonSum },
    old: { 'shop/legacy.py': 'def rate(:\n    pass\n' },
    oldMoved: { 'shop/legacy.py': '# Rates.\n\ndef rate(:\n    pass\n' },
  },
];

describe('auto-fix with real toolchains', function () {
  this.timeout(180_000);
  const path = process.env['PATH'];

  before(() => installPackageManagers());

  for (const { name, open, manager, command, slow, sound, broken, problems, modelText, mended, old, oldMoved } of toolchains) {
    describe(name, () => {
      let workspace: TemporaryWorkspace;
      before(async () => {
        workspace = await open();
        if (manager) process.env['PATH'] = pathWith(manager);
      });
      after(async () => {
        process.env['PATH'] = path;
        await workspace.remove();
      });
      beforeEach(async () => {
        for (const file of Object.keys(old)) await rm(workspace.at(file), { force: true });
        for (const [file, text] of Object.entries(sound)) if (text !== null) await workspace.put(file, text);
      });

      it('finds what was broken, in its file and line, without having looked before, and passes once it is mended', async () => {
        const agent = new ScriptedAgent(workspace, { settings: { beforeWriteMs: 0 } });
        const step = await agent.turn(broken);
        assert.equal(named(step), 'again 1');
        assert.deepEqual([agent.problems, agent.checks], [problems, [`1 ${command}: failed`]]);
        assert.ok(step.kind === 'again');
        assert.match(step.modelText, modelText);
        assert.equal(named(await agent.turn(mended)), 'end passed');
        assert.deepEqual(agent.checks.slice(1), [`2 ${command}: passed`]);
        // Neither a change of sources nor the check itself makes anything that would be asked about anew.
        assert.deepEqual([new Set(agent.questions.map(({ binding }) => binding.contentHash)).size, agent.questions.every(({ binding }) => binding.canBeKept)], [1, true]);
      });

      it('says nothing of what was wrong before, though its lines move, and stops when the same error is back', async () => {
        for (const [file, text] of Object.entries(old)) if (text !== null) await workspace.put(file, text);
        const agent = new ScriptedAgent(workspace);
        // The old file is written too, so that it is looked at where a check looks at changed files only.
        const first = await agent.turn({ ...broken, ...oldMoved });
        assert.equal(named(first), 'again 1');
        assert.deepEqual(agent.problems, problems);
        assert.ok(first.kind === 'again');
        assert.doesNotMatch(first.modelText, /^\S*legacy/m);
        const further = Object.fromEntries(Object.entries(broken).map(([file, text]) => [file, `\n${text}`]));
        const last = await agent.turn(further);
        assert.equal(named(last), 'end repeated');
        assert.match(last.kind === 'end' ? last.userText : '', /1 problem was there before\.$/);
        assert.equal(named(await agent.turn(mended)), 'idle');
      });

      it('calls a check that does not end unknown, never wrong', async () => {
        const agent = new ScriptedAgent(workspace, { settings: { command: slow, timeoutMs: 300, beforeWriteMs: 0 } });
        const step = await agent.turn(broken);
        assert.equal(named(step), 'end timed_out');
        assert.deepEqual([agent.problems, agent.checks], [[], [`1 ${slow.join(' ')}: timed_out`]]);
        assert.ok(step.kind === 'end');
        assert.match(step.userText, /did not end within 0\.3 s \(boocode\.autoFix\.timeoutSeconds\)\. Whether the change is in order is not known\./);
      });
    });
  }
});
