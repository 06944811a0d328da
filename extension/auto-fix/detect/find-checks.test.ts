// Which check a change calls for. The programs are only looked for on the PATH here, and never run.
import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { TemporaryWorkspace } from '../../platform/testing/temporary-workspace';
import { WorkspaceFiles } from '../../platform/workspace-files';
import type { ConfiguredCommand } from './configured-command';
import { shownArgv } from '../check';
import { findChecks } from './find-checks';

const signal = new AbortController().signal;
const json = (value: unknown): string => JSON.stringify(value);
const scripts = (...names: string[]): string => json({ scripts: Object.fromEntries(names.map((name) => [name, 'tsc --noEmit'])) });

type Case = {
  behaviour: string;
  files: Readonly<Record<string, string>>;
  changed: readonly string[];
  options?: { command?: ConfiguredCommand; tests?: boolean };
  /** `FOLDER: COMMAND`, tests marked. */
  checks?: readonly string[];
  unchecked?: readonly string[];
};

const cases: readonly Case[] = [
  {
    behaviour: 'prefers the types of a package to its build, and its build to its taste',
    files: { 'package.json': scripts('lint', 'build', 'check', 'typecheck'), 'src/a.ts': '' },
    changed: ['src/a.ts'],
    checks: ['.: npm run typecheck'],
  },
  { behaviour: 'takes check, then build, then lint', files: { 'a/package.json': scripts('lint', 'build', 'check'), 'b/package.json': scripts('lint', 'build'), 'c/package.json': scripts('lint') }, changed: ['a/x.ts', 'b/x.ts', 'c/x.ts'], checks: ['a: npm run check', 'b: npm run build', 'c: npm run lint'] },
  { behaviour: 'knows pnpm by its lockfile', files: { 'package.json': scripts('build'), 'pnpm-lock.yaml': '' }, changed: ['a.js'], checks: ['.: pnpm run build'] },
  { behaviour: 'knows yarn by its lockfile', files: { 'package.json': scripts('build'), 'yarn.lock': '' }, changed: ['a.js'], checks: ['.: yarn run build'] },
  { behaviour: 'knows bun by either of its lockfiles', files: { 'x/package.json': scripts('build'), 'x/bun.lockb': '', 'y/package.json': scripts('build'), 'y/bun.lock': '' }, changed: ['x/a.js', 'y/a.js'], checks: ['x: bun run build', 'y: bun run build'] },
  { behaviour: 'believes the packageManager field before a lockfile beside it', files: { 'package.json': json({ packageManager: 'pnpm@9.1.0', scripts: { build: 'x' } }), 'yarn.lock': '' }, changed: ['a.js'], checks: ['.: pnpm run build'] },
  { behaviour: 'believes devEngines', files: { 'package.json': json({ devEngines: { packageManager: { name: 'yarn' } }, scripts: { build: 'x' } }) }, changed: ['a.js'], checks: ['.: yarn run build'] },
  {
    behaviour: 'checks the package of a monorepo, not its root, with the manager of the root',
    files: { 'package.json': scripts('typecheck'), 'pnpm-lock.yaml': '', 'packages/a/package.json': scripts('build'), 'packages/a/src/x.ts': '' },
    changed: ['packages/a/src/x.ts'],
    checks: ['packages/a: pnpm run build'],
  },
  { behaviour: 'goes up to the root when the package has no check', files: { 'package.json': scripts('typecheck'), 'packages/a/package.json': '{}' }, changed: ['packages/a/x.ts'], checks: ['.: npm run typecheck'] },
  {
    behaviour: 'runs one check for all files of one package, and one for each package',
    files: { 'a/package.json': scripts('build'), 'b/package.json': scripts('build') },
    changed: ['a/x.ts', 'a/y/z.ts', 'b/x.ts'],
    checks: ['a: npm run build', 'b: npm run build'],
  },
  { behaviour: 'takes no script that never ends', files: { 'package.json': json({ scripts: { typecheck: 'tsc --watch', build: 'vite build -w', lint: 'eslint .' } }) }, changed: ['a.ts'], checks: ['.: npm run lint'] },
  { behaviour: 'runs tests last, when the setting says so', files: { 'package.json': scripts('build', 'test') }, changed: ['a.ts'], options: { tests: true }, checks: ['.: npm run build', '. tests: npm run test'] },
  { behaviour: 'runs no placeholder for tests', files: { 'package.json': json({ scripts: { build: 'x', test: 'echo "Error: no test specified" && exit 1' } }) }, changed: ['a.ts'], options: { tests: true }, checks: ['.: npm run build'] },
  {
    behaviour: 'runs the compiler of the project when there is no script',
    files: { 'package.json': '{}', 'tsconfig.json': '{}', 'node_modules/.bin/tsc': '' },
    changed: ['src/a.ts'],
    checks: ['.: ./node_modules/.bin/tsc -p . --noEmit --pretty false'],
  },
  {
    behaviour: 'finds the compiler of a monorepo at its root',
    files: { 'packages/a/package.json': '{}', 'packages/a/tsconfig.json': '{}', 'node_modules/.bin/tsc': '' },
    changed: ['packages/a/x.ts'],
    checks: ['packages/a: ../../node_modules/.bin/tsc -p . --noEmit --pretty false'],
  },
  {
    behaviour: 'builds a tsconfig.json that only names others, since by itself it checks nothing',
    files: { 'tsconfig.json': '{ // parts\n "files": [], "references": [{ "path": "./a" },], }', 'node_modules/.bin/tsc': '' },
    changed: ['a.ts'],
    checks: ['.: ./node_modules/.bin/tsc -b --pretty false'],
  },
  {
    behaviour: 'says what it looked for when a package has no check',
    files: { 'package.json': scripts('start') },
    changed: ['a.js'],
    unchecked: ['a.js: none of the scripts typecheck, type-check, check-types, tsc, …, lint is there, and there is no tsconfig.json (package.json)'],
  },
  { behaviour: 'never takes a compiler from outside the project', files: { 'tsconfig.json': '{}' }, changed: ['a.ts'], unchecked: ['a.ts: TypeScript is not installed in the project (tsconfig.json)'] },
  { behaviour: 'has nothing for prose and pictures', files: { 'package.json': scripts('build') }, changed: ['README.md', 'docs/a.PNG'] },
  {
    behaviour: 'says a reason once, whichever packages and folders it is said of',
    files: { 'package.json': '{}', 'a/package.json': '{}', 'a/tsconfig.json': '{}', 'b/package.json': '{}' },
    changed: ['a/x.ts', 'b/y.ts', 'b/z/y.ts'],
    unchecked: [
      'a/x.ts: none of the scripts typecheck, type-check, check-types, tsc, …, lint is there, and TypeScript is not installed in the project (a/package.json)',
      'a/x.ts b/y.ts b/z/y.ts: none of the scripts typecheck, type-check, check-types, tsc, …, lint is there, and there is no tsconfig.json (package.json b/package.json)',
    ],
  },
  { behaviour: 'has nothing where there is no project', files: { 'a.ts': '' }, changed: ['a.ts'], unchecked: ['a.ts: no project that can be checked was found above it'] },
  { behaviour: 'lets a package answer for its styles and data', files: { 'package.json': scripts('build') }, changed: ['styles/a.css', 'data.json'], checks: ['.: npm run build'] },
  { behaviour: 'lets a language go before a nearer makefile that is for anything', files: { 'go.mod': 'module x', 'cmd/Makefile': 'all:\n\techo\n' }, changed: ['cmd/main.go'], checks: ['.: go build -o /dev/null ./...', '.: go vet ./...'] },
  { behaviour: 'tests Go when told', files: { 'go.mod': 'module x' }, changed: ['a.go'], options: { tests: true }, checks: ['.: go build -o /dev/null ./...', '.: go vet ./...', '. tests: go test ./...'] },
  { behaviour: 'checks a crate', files: { 'Cargo.toml': '[package]\nname = "shop"\n' }, changed: ['src/main.rs'], checks: ['.: cargo check --all-targets --message-format=short'] },
  {
    behaviour: 'checks the crate of a workspace that was changed, from the top, where its paths begin',
    files: { 'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\n', 'crates/cart/Cargo.toml': '[package]\nversion = "1.0.0"\nname = "cart"\n' },
    changed: ['crates/cart/src/lib.rs'],
    options: { tests: true },
    checks: ['.: cargo check -p cart --all-targets --message-format=short', '. tests: cargo test -p cart'],
  },
  { behaviour: 'checks a whole workspace of crates for what belongs to none', files: { 'Cargo.toml': '[workspace]\n' }, changed: ['Cargo.toml'], checks: ['.: cargo check --workspace --all-targets --message-format=short'] },
  { behaviour: 'makes the target that builds', files: { Makefile: '.PHONY: run\nrun:\n\t./app\nCC := gcc\nall: app\napp: main.o\n\t$(CC) -o $@ $^\n' }, changed: ['main.c'], checks: ['.: make -k all'] },
  { behaviour: 'makes the first target when it sounds like a build', files: { makefile: 'app: main.o\n\tcc -o app main.o\ncheck: app\n\t./test\n' }, changed: ['main.c'], options: { tests: true }, checks: ['.: make -k', '. tests: make -k check'] },
  { behaviour: 'makes no first target that serves or ships something', files: { Makefile: 'deploy:\n\t./deploy.sh\n' }, changed: ['main.c'], unchecked: ['main.c: there is no target build, compile or all, and "deploy", the first there is, does not sound like one (Makefile)'] },
  {
    behaviour: 'is not held up by files made to be slow',
    files: { 'm/Makefile': `${'\n'.repeat(150_000)}build:\n\tcc ${'a '.repeat(50_000)}\n`, 'p/package.json': `{"x": ${'"\\a'.repeat(50_000)}`, 'q/package.json': `{"x": ${'/*'.repeat(75_000)}` },
    changed: ['m/main.c', 'p/a.ts', 'q/a.ts'],
    checks: ['m: make -k build'],
    unchecked: ['p/a.ts q/a.ts: none of the scripts typecheck, type-check, check-types, tsc, …, lint is there, and there is no tsconfig.json (p/package.json q/package.json)'],
  },
  { behaviour: 'finds targets in an included makefile', files: { Makefile: 'include rules.mk\n', 'rules.mk': 'include Makefile\nbuild:\n\tcc main.c\n' }, changed: ['main.c'], checks: ['.: make -k build'] },
  { behaviour: 'builds with CMake from the folder that has a build', files: { 'CMakeLists.txt': '', 'build/CMakeCache.txt': '', 'src/CMakeLists.txt': '' }, changed: ['src/a.cpp'], checks: ['.: cmake --build build'] },
  { behaviour: 'says how CMake gets a build folder', files: { 'CMakeLists.txt': '' }, changed: ['a.cpp'], unchecked: ['a.cpp: there is no build folder yet, as cmake -B build makes one (CMakeLists.txt)'] },
  {
    behaviour: 'runs every Python checker that is set up, from the project’s own environment where it is there',
    files: { 'pyproject.toml': '[tool.mypy]\nstrict = true\n[tool.ruff.lint]\nselect = ["E"]\n[tool.pytest.ini_options]\n', '.venv/bin/mypy': '', 'app/a.py': '' },
    changed: ['app/a.py'],
    options: { tests: true },
    checks: ['.: ./.venv/bin/mypy .', '.: ruff check --output-format=concise .', '. tests: pytest -q'],
  },
  { behaviour: 'runs pyright by its own file', files: { 'pyrightconfig.json': '{}', 'a.py': '' }, changed: ['a.py'], checks: ['.: pyright'] },
  { behaviour: 'compiles the changed Python files where nothing is set up, and no deleted one', files: { 'tools/a.py': '', 'tools/-b.py': '' }, changed: ['tools/a.py', 'tools/-b.py', 'tools/gone.py'], checks: ['.: python3 -m compileall -q -f ./tools/a.py ./tools/-b.py'] },
  { behaviour: 'has nothing to compile where the Python file is deleted', files: {}, changed: ['tools/gone.py'], unchecked: ['tools/gone.py: no Python file is left to look at'] },
  { behaviour: 'reads each changed PHP file', files: { 'a.php': '', 'b/c.php': '' }, changed: ['a.php', 'b/c.php'], checks: ['.: php -l ./a.php', '.: php -l ./b/c.php'] },
  { behaviour: 'builds a Maven module with what it needs', files: { 'pom.xml': '<project><modules><module>cart</module></modules></project>', 'cart/pom.xml': '<project/>' }, changed: ['cart/src/main/java/A.java'], checks: ['.: mvn -q -B -pl cart -am test-compile'] },
  { behaviour: 'uses the wrapper of Maven and of Gradle', files: { 'm/pom.xml': '', 'm/mvnw': '', 'g/gradlew': '', 'g/app/build.gradle.kts': '' }, changed: ['m/A.java', 'g/app/A.kt'], checks: ['m: ./mvnw -q -B test-compile', 'g/app: ../gradlew --no-daemon --console=plain -q --continue testClasses'] },
  { behaviour: 'builds the .NET project of a file', files: { 'Shop.sln': '', 'src/Shop.csproj': '', 'src/Deep/a.cs': '' }, changed: ['src/Deep/a.cs'], checks: ['src: dotnet build ./Shop.csproj --nologo -nodeReuse:false'] },
  { behaviour: 'builds a Swift package', files: { 'Package.swift': '' }, changed: ['Sources/a.swift'], checks: ['.: swift build'] },
  { behaviour: 'checks the changed files with Deno before the scripts of a package beside it', files: { 'deno.json': '{}', 'package.json': scripts('build'), 'src/a.ts': '' }, changed: ['src/a.ts'], checks: ['.: deno check ./src/a.ts'] },
  { behaviour: 'runs the configured command instead of anything else', files: { 'package.json': scripts('build') }, changed: ['a.ts', 'x/b.rs'], options: { command: 'npm run  "check all" --workspaces', tests: true }, checks: ['.: npm run "check all" --workspaces'] },
  { behaviour: 'takes a configured list as it is', files: {}, changed: ['a.ts'], options: { command: ['sh', '-c', 'make && ./test | head'] }, checks: ['.: sh -c "make && ./test | head"'] },
  { behaviour: 'refuses a configured line that only a shell understands', files: {}, changed: ['a.ts'], options: { command: 'make && ./test' }, unchecked: ['a.ts: boocode.autoFix.command cannot be run: "&& ./test" in it is for a shell; write it as a list, ["sh", "-c", …], if a shell is to read it'] },
  { behaviour: 'refuses an empty configured command', files: {}, changed: ['a.ts'], options: { command: [] }, unchecked: ['a.ts: boocode.autoFix.command cannot be run: it names no program'] },
];

describe('which check a change calls for', () => {
  let programs: string;
  let workspace: TemporaryWorkspace;
  const path = process.env['PATH'];

  before(async () => {
    programs = await mkdtemp(join(tmpdir(), 'boocode-programs-'));
    const names = ['npm', 'pnpm', 'yarn', 'bun', 'deno', 'cargo', 'go', 'make', 'cmake', 'php', 'mvn', 'dotnet', 'swift', 'python3', 'ruff', 'mypy', 'pyright', 'pytest'];
    for (const name of names) {
      await writeFile(join(programs, name), '#!/bin/sh\nexit 1\n');
      await chmod(join(programs, name), 0o755);
    }
  });
  after(() => rm(programs, { recursive: true, force: true }));
  beforeEach(() => {
    process.env['PATH'] = programs;
  });
  afterEach(async () => {
    process.env['PATH'] = path;
    await workspace.remove();
  });

  const found = async (files: WorkspaceFiles, changed: readonly string[], { command = null, tests = false }: { command?: ConfiguredCommand | null; tests?: boolean } = {}) => {
    const { checks, unchecked } = await findChecks(files, changed, { command, tests }, signal);
    return {
      checks: checks.map(({ folder, step, argv }) => `${folder}${step === 'tests' ? ' tests' : ''}: ${argv.map((part) => (/^[^\s"]+$/.test(part) ? part : `"${part}"`)).join(' ')}`),
      unchecked: unchecked.map(({ files: of, reason, at }) => `${of.join(' ')}: ${reason}${at.length === 0 ? '' : ` (${at.join(' ')})`}`),
    };
  };

  for (const { behaviour, files, changed, options, checks = [], unchecked = [] } of cases) {
    it(behaviour, async () => {
      workspace = await TemporaryWorkspace.create(files);
      assert.deepEqual(await found(workspace.files(), changed, options), { checks, unchecked });
    });
  }

  it('never looks above the open folder', async () => {
    workspace = await TemporaryWorkspace.create({ 'inner/a.ts': '' });
    await writeFile(join(workspace.base, 'package.json'), scripts('build'));
    await workspace.put('package.json', scripts('build'));
    const inner = new WorkspaceFiles({ roots: [{ name: 'inner', path: workspace.at('inner') }], ripgrepPath: null });
    assert.deepEqual(await found(inner, ['a.ts']), { checks: [], unchecked: ['a.ts: no project that can be checked was found above it'] });
  });

  it('keeps the folders of a workspace with several apart', async () => {
    workspace = await TemporaryWorkspace.create({ 'app/package.json': scripts('build'), 'lib/src/x.py': '', 'lib/pyproject.toml': '' });
    const files = new WorkspaceFiles({
      roots: [
        { name: 'app', path: workspace.at('app') },
        { name: 'lib', path: workspace.at('lib') },
      ],
      ripgrepPath: null,
    });
    assert.deepEqual(await found(files, ['app/a.ts', 'lib/src/x.py']), { checks: ['app: npm run build', 'lib: python3 -m compileall -q -f ./src/x.py'], unchecked: [] });
    assert.deepEqual(await found(files, ['app/a.ts', 'lib/src/x.py'], { command: 'make test' }), { checks: ['app: make test', 'lib: make test'], unchecked: [] });
  });

  it('says which program is missing', async () => {
    process.env['PATH'] = `${programs}-empty${delimiter}${programs}-none`;
    await mkdir(`${programs}-empty`);
    workspace = await TemporaryWorkspace.create({ 'a/package.json': scripts('build'), 'a/pnpm-lock.yaml': '', 'b/Cargo.toml': '[package]', 'c/x.py': '' });
    assert.deepEqual(await found(workspace.files(), ['a/x.ts', 'b/src/lib.rs', 'c/x.py']), {
      checks: [],
      unchecked: ['a/x.ts: pnpm, which runs the scripts, is not installed (a/package.json)', 'b/src/lib.rs: cargo is not installed', 'c/x.py: Python is not installed'],
    });
    await rm(`${programs}-empty`, { recursive: true });
  });

  it('looks at no more files one by one than it may, and says how many it left out', async () => {
    const names = (count: number, ending: string): string[] => Array.from({ length: count }, (_, n) => `x${n}.${ending}`);
    workspace = await TemporaryWorkspace.create(Object.fromEntries([...names(30, 'php'), ...names(230, 'py')].map((name) => [name, ''])));
    const { checks, leftOut } = await findChecks(workspace.files(), [...names(30, 'php'), ...names(230, 'py')], { command: null, tests: false }, signal);
    assert.deepEqual([checks.filter(({ kind }) => kind === 'php').length, checks.at(-1)?.only?.length, leftOut], [20, 200, 10 + 30]);
    assert.deepEqual(checks.slice(-1).map(shownArgv), [['python3', '-m', 'compileall', '-q', '-f', ...names(10, 'py').map((name) => `./${name}`), '… and 190 more']]);
  });

  it('finds the check of a project through whichever of its many files, and looks no further than it may', async () => {
    workspace = await TemporaryWorkspace.create({ 'package.json': scripts('build'), 'lib/Cargo.toml': '[package]' });
    const gone = Array.from({ length: 3000 }, (_, n) => `src/${n % 150}/gone${n}.ts`);
    const folders = Array.from({ length: 100 }, (_, n) => `more/${n}/x.ts`);
    const { checks, leftOut } = await findChecks(workspace.files(), [...gone, 'lib/a.rs', ...folders], { command: null, tests: false }, signal);
    assert.deepEqual([checks.map(({ argv }) => argv.join(' ')), leftOut], [['npm run build', 'cargo check --workspace --all-targets --message-format=short'], 51]);
  });

  it('gives the same check the same key, whichever files it is given', async () => {
    workspace = await TemporaryWorkspace.create({ 'a.py': '', 'b.py': '' });
    const keys = async (...changed: string[]): Promise<string[]> => (await findChecks(workspace.files(), changed, { command: null, tests: false }, signal)).checks.map(({ key }) => key);
    assert.deepEqual(await keys('a.py'), await keys('a.py', 'b.py'));
  });
});
