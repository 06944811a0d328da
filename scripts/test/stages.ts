// What `npm test` runs, in order: each stage is one program, counted by its mocha summary or, where it
// is no suite, as one check.
import { join } from 'node:path';
import { repositoryRoot } from '../../test/support/repository-root';

export type Part = 'static' | 'unit' | 'vscode' | 'ui';

export interface Stage {
  readonly name: string;
  /** The parts of `npm test` it belongs to. */
  readonly parts: readonly Part[];
  /** Shows the built extension, so it is not worth running when the build failed. */
  readonly needsBuild: boolean;
  /** Arguments to this very Node. */
  readonly args: readonly string[];
  /** Whether the program is a mocha run that writes a summary. */
  readonly isSuite: boolean;
  readonly timeoutMs: number;
  /** Runs at the same time as the stage before it; what it prints is shown when both have ended. */
  readonly isBeside: boolean;
}

const minute = 60_000;
const installed = (path: string): string => join(repositoryRoot, 'node_modules', path);
const script = (name: string): string => join(repositoryRoot, 'scripts', name);
const codeFolders = ['extension', 'shared', 'webview', 'test', 'scripts'];

const check = (name: string, parts: readonly Part[], ...args: string[]): Stage => ({
  name,
  parts,
  needsBuild: false,
  args,
  isSuite: false,
  timeoutMs: 5 * minute,
  isBeside: false,
});

const suite = (name: string, part: Part, timeoutMs: number, ...args: string[]): Stage => ({
  name,
  parts: [part],
  needsBuild: part !== 'unit',
  args: ['--import', 'tsx', ...args],
  isSuite: true,
  timeoutMs,
  isBeside: false,
});

const dependencyCruiser = installed('dependency-cruiser/bin/dependency-cruise.mjs');
const compiler = installed('@typescript/native/bin/tsc');
const mochaRun = script('test/run-mocha.ts');

/** About half of the time of all unit tests: they run in two processes, since a good part of each is waiting. */
const firstUnitFolders = ['extension/store', 'extension/agent', 'extension/headless', 'extension/session', 'test/unit'];

export const buildStage = check('build', ['static', 'vscode', 'ui'], 'esbuild.mjs');

export const stages: readonly Stage[] = [
  check('types', ['static'], compiler, '-p', '.', '--noEmit'),
  check('types of the scripts', ['static'], compiler, '-p', 'scripts', '--noEmit'),
  check('lint', ['static'], installed('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings'),
  check('import rules', ['static'], dependencyCruiser, '--config', '.dependency-cruiser.cjs', ...codeFolders),
  buildStage,
  suite('unit tests of store, agent, headless, session and whole programs', 'unit', 20 * minute, mochaRun, ...firstUnitFolders),
  {
    ...suite('the other unit tests', 'unit', 20 * minute, mochaRun, '--except', firstUnitFolders.join(), 'extension', 'shared', 'webview', 'workflows', 'test/unit', 'test/support'),
    isBeside: true,
  },
  check('build of the VS Code tests', ['vscode'], script('build-tests.mjs')),
  suite('tests inside VS Code', 'vscode', 10 * minute, script('test/run-vscode-suite.ts')),
  suite('user interface tests', 'ui', 25 * minute, mochaRun, '--timeout', String(2 * minute), 'test/ui'),
];
