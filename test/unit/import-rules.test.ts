// The import rules must see what they are there to see: a tree of small files with one forbidden import
// each, judged by the repository's own rules.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { repositoryRoot } from '../support/repository-root';

interface Case {
  readonly behaviour: string;
  /** The rules the files break, in the order of their names; none for imports that are allowed. */
  readonly rules: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}

/** All files lie in one tree, so every case has names of its own. */
const cases: readonly Case[] = [
  {
    behaviour: 'refuse a cycle of type-only imports',
    rules: ['no-cycles'],
    files: {
      'shared/knot-a.ts': `import type { B } from './knot-b';\nexport type A = { b: B };\n`,
      'shared/knot-b.ts': `import { type A } from './knot-a';\nexport type B = { a: A };\n`,
    },
  },
  {
    behaviour: 'refuse a cycle through a re-exported type and an import() type',
    rules: ['no-cycles'],
    files: {
      'shared/loop-a.ts': `export type { B } from './loop-b';\nexport type A = 1;\n`,
      'shared/loop-b.ts': `export type B = import('./loop-a').A;\n`,
    },
  },
  {
    behaviour: 'refuse a type-only import from a lower room into a higher one',
    rules: ['no-way-up-from-platform-store-providers'],
    files: {
      'extension/store/upward.ts': `import type { Loop } from '../agent/plain-loop';\nexport type Rows = Loop;\n`,
      'extension/agent/plain-loop.ts': `export type Loop = 1;\n`,
    },
  },
  {
    behaviour: 'refuse a sibling at the bottom',
    rules: ['siblings-at-the-bottom-do-not-meet'],
    files: {
      'extension/store/sideways.ts': `import { clock } from '../platform/clock';\nexport const rows = clock;\n`,
      'extension/platform/clock.ts': `export const clock = 1;\n`,
    },
  },
  {
    behaviour: 'refuse a type import of vscode outside its room',
    rules: ['vscode-only-in-its-room'],
    files: { 'extension/agent/where.ts': `import type { Uri } from 'vscode';\nexport type Where = Uri;\n` },
  },
  {
    behaviour: 'refuse the vscode room in the headless root, also when loaded late',
    rules: ['vscode-room-only-from-main'],
    files: {
      'extension/headless.ts': `export const show = (): unknown => import('./vscode/log');\n`,
      'extension/vscode/log.ts': `import { window } from 'vscode';\nexport const log = window;\n`,
    },
  },
  {
    behaviour: 'refuse the file system in a tool',
    rules: ['tools-use-the-platform-ports'],
    files: {
      'extension/tools/reach-around.ts': `import { readFile } from 'node:fs/promises';\nexport const read = readFile;\n`,
    },
  },
  {
    behaviour: 'refuse the agent, and what is not of the platform, in auto-fix',
    rules: ['auto-fix-knows-only-the-platform', 'no-way-up-from-trace-session-attachments-auto-fix'],
    files: {
      'extension/auto-fix/upward.ts': `import { loop } from '../agent/checked-loop';\nimport { rows } from '../trace/rows';\nexport const fix = [loop, rows];\n`,
      'extension/agent/checked-loop.ts': `export const loop = 1;\n`,
      'extension/trace/rows.ts': `export const rows = 1;\n`,
    },
  },
  {
    behaviour: 'refuse a package other than zod in shared',
    rules: ['shared-imports-zod-only'],
    files: { 'shared/markdown.ts': `import { marked } from 'marked';\nexport const a = marked;\n` },
  },
  {
    behaviour: 'refuse a type of the extension in a TSX view',
    rules: ['webview-holds-no-host-code'],
    files: {
      'webview/chat/host-type.tsx': `import type { Loop } from '../../extension/agent/host-loop';\nexport const Chat = (p: { l: Loop }) => <p>{String(p.l)}</p>;\n`,
      'extension/agent/host-loop.ts': `export type Loop = 1;\n`,
    },
  },
  {
    behaviour: 'refuse one view in another',
    rules: ['views-do-not-know-each-other'],
    files: {
      'webview/chat/neighbour.tsx': `import { row } from '../traces/row';\nexport const chat = row;\n`,
      'webview/traces/row.ts': `export const row = 1;\n`,
    },
  },
  {
    behaviour: 'refuse the component toolkit outside the kit',
    rules: ['toolkit-only-in-kit'],
    files: {
      'webview/chat/button.tsx': `import { Button } from '@vscode/webview-ui-toolkit';\nexport const chat = Button;\n`,
      'webview/kit/button.tsx': `export { Button } from '@vscode/webview-ui-toolkit';\n`,
    },
  },
  {
    behaviour: 'refuse a test helper and a development package in shipped code',
    rules: ['shipped-code-needs-no-development-package', 'shipped-code-needs-no-test-code'],
    files: {
      'extension/agent/faked.ts': `import { fake } from '../../test/support/fake';\nimport axe from 'axe-core';\nexport const loop = [fake, axe];\n`,
      'test/support/fake.ts': `export const fake = 1;\n`,
    },
  },
  {
    behaviour: 'accept imports that go down',
    rules: [],
    files: {
      'extension/agent/fine.ts': `import { store } from '../store/fine';\nimport type { A } from '../../shared/fine';\nexport const loop: A = store;\n`,
      'extension/store/fine.ts': `import { readFileSync } from 'node:fs';\nexport const store = readFileSync.length as 1;\n`,
      'shared/fine.ts': `import { z } from 'zod';\nexport const a = z.number();\nexport type A = number;\n`,
      'webview/chat/fine.ts': `import type { A } from '../../shared/fine';\nimport { h } from 'preact';\nexport const chat: A = h.length;\n`,
      'extension/store/fine.test.ts': `import { clock } from '../platform/fine';\nimport 'mocha';\nexport const now = clock;\n`,
      'extension/platform/fine.ts': `export const clock = 1;\n`,
    },
  },
];

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

describe('the import rules', function () {
  this.timeout(30_000);
  let violations: readonly Violation[] = [];

  before(() => {
    violations = judge(Object.assign({}, ...cases.map(({ files }) => files)) as Record<string, string>);
  });

  for (const { behaviour, rules, files } of cases) {
    it(behaviour, () => {
      const broken = violations.filter(({ from }) => from in files).map(({ rule }) => rule.name);
      assert.deepEqual([...new Set(broken)].sort(), rules);
    });
  }
});

function judge(files: Readonly<Record<string, string>>): Violation[] {
  const folder = mkdtempSync(join(tmpdir(), 'boocode-imports-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    copyFileSync(join(repositoryRoot, 'package.json'), join(folder, 'package.json'));
    symlinkSync(join(repositoryRoot, 'node_modules'), join(folder, 'node_modules'), 'junction');
    const program = join(repositoryRoot, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
    const rules = join(repositoryRoot, '.dependency-cruiser.cjs');
    const args = [program, '--config', rules, '--output-type', 'json', 'extension', 'shared', 'webview', 'test'];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    assert.notEqual(stdout, '', stderr);
    return (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
