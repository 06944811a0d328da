// The checks there are: which files and folders they are for, and what they run. To add one, add an entry.
// Entries are asked in this order for a folder; a nearer folder goes before a farther one.
import { devNull } from 'node:os';
import type { CheckCommand } from '../check';
import { nothing, type CheckKind, type CheckPlan, type Project } from './check-kind';
import { makefileNames, readMakefile } from './makefile';
import { planPackage, planTypeScript } from './node-project';
import { planPython } from './python-project';
import { join, within } from './project-view';

const script = ['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs'];
const native = ['c', 'h', 'cc', 'cpp', 'cxx', 'hpp', 'hh', 'hxx', 'm', 'mm', 's', 'asm', 'f', 'f90', 'ino'];
const buildFolders = ['build', 'out', 'cmake-build-debug', 'cmake-build-release', 'out/build', '.'];
const mostFiles = 20;

export const checkKinds: readonly CheckKind[] = [
  {
    id: 'deno',
    endings: script,
    answersForOthers: false,
    manifests: ['deno.json', 'deno.jsonc'],
    plan: async (project) => {
      const { folder, view } = project;
      const all = await view.existing(project.changed);
      if (all.length === 0) return nothing('no script is left to look at');
      const changed = all.slice(0, mostFiles);
      const decidedBy = [join(folder, 'deno.json'), join(folder, 'deno.jsonc')];
      return installed(project, 'deno', {
        check: [{ argv: ['deno', 'check', ...changed.map((path) => within(folder, path))], folder, covers: 'types of the changed files', decidedBy, thorough: true, only: changed }],
        tests: [{ argv: ['deno', 'test'], folder, covers: `tests of ${folder}`, decidedBy, thorough: false }],
        leftOut: all.length - changed.length,
      });
    },
  },
  { id: 'package', endings: [...script, 'vue', 'svelte', 'astro'], answersForOthers: true, manifests: ['package.json'], plan: planPackage },
  { id: 'tsc', endings: script, answersForOthers: false, manifests: ['tsconfig.json'], plan: planTypeScript },
  {
    id: 'cargo',
    endings: ['rs'],
    answersForOthers: true,
    manifests: ['Cargo.toml'],
    plan: async (project) => {
      const { above, view } = project;
      const manifest = (await view.text(join(project.folder, 'Cargo.toml'))) ?? '';
      const name = /^\[package\][^[]*?^name\s*=\s*["']([^"']+)["']/ms.exec(manifest)?.[1];
      const texts = await Promise.all(above.map((folder) => view.text(join(folder, 'Cargo.toml'))));
      const up = texts.findIndex((text) => /^\[workspace[.\]]/m.test(text ?? ''));
      const folder = above[up] ?? project.folder;
      const which = up > 0 && name !== undefined ? ['-p', name] : name === undefined ? ['--workspace'] : [];
      const deciding = ['Cargo.toml', 'build.rs', '.cargo/config.toml', '.cargo/config', 'rust-toolchain', 'rust-toolchain.toml'];
      const decidedBy = above.flatMap((one) => deciding.map((file) => join(one, file)));
      return installed(project, 'cargo', {
        check: [{ argv: ['cargo', 'check', ...which, '--all-targets', '--message-format=short'], folder, covers: name ?? folder, decidedBy, thorough: false }],
        tests: [{ argv: ['cargo', 'test', ...which], folder, covers: `tests of ${name ?? folder}`, decidedBy, thorough: false }],
      });
    },
  },
  {
    id: 'go',
    endings: ['go'],
    answersForOthers: true,
    manifests: ['go.mod'],
    plan: async (project) => {
      const { folder, above } = project;
      const decidedBy = [join(folder, 'go.mod'), ...above.map((one) => join(one, 'go.work'))];
      const command = (covers: string, ...args: string[]): CheckCommand => ({ argv: ['go', ...args], folder, covers, decidedBy, thorough: false });
      // Without -o a module of one program would leave that program in the folder.
      const sink = process.platform === 'win32' ? 'NUL' : devNull;
      return installed(project, 'go', {
        check: [command(`build of ${folder}`, 'build', '-o', sink, './...'), command(`go vet of ${folder}`, 'vet', './...')],
        tests: [command(`tests of ${folder}`, 'test', './...')],
      });
    },
  },
  {
    id: 'cmake',
    endings: native,
    answersForOthers: false,
    manifests: ['CMakeLists.txt'],
    plan: async (project) => {
      const { folder, changed, view } = project;
      const there = await Promise.all(buildFolders.map((name) => view.exists(join(folder, `${name}/CMakeCache.txt`))));
      const build = buildFolders[there.indexOf(true)];
      if (build === undefined) return nothing('there is no build folder yet, as cmake -B build makes one', join(folder, 'CMakeLists.txt'));
      const below = changed.flatMap((path) => foldersBetween(folder, path)).map((one) => join(one, 'CMakeLists.txt'));
      const decidedBy = [...new Set([join(folder, 'CMakeLists.txt'), join(folder, 'CMakePresets.json'), ...below])];
      return installed(project, 'cmake', {
        check: [{ argv: ['cmake', '--build', build], folder, covers: `build of ${folder}`, decidedBy, thorough: false }],
        tests: [{ argv: ['ctest', '--test-dir', build, '--output-on-failure'], folder, covers: `tests of ${folder}`, decidedBy, thorough: false }],
      });
    },
  },
  {
    id: 'make',
    endings: native,
    answersForOthers: true,
    manifests: makefileNames,
    plan: async (project) => {
      const { folder, view } = project;
      const makefile = await readMakefile(view, folder);
      if (makefile === null) return nothing('the Makefile cannot be read', folder);
      const first = (...names: string[]): string[] => names.filter((name) => makefile.targets.includes(name)).slice(0, 1);
      const build = first('build', 'compile', 'all');
      const [goal = ''] = makefile.targets;
      if (build.length === 0 && !buildsByName(goal)) return nothing(`there is no target build, compile or all, and "${goal}", the first there is, does not sound like one`, makefile.file);
      const command = (covers: string, targets: readonly string[]): CheckCommand => ({ argv: ['make', '-k', ...targets], folder, covers, decidedBy: makefile.decidedBy, thorough: false });
      const tests = first('test', 'tests', 'check');
      return installed(project, 'make', {
        check: [command(`build of ${folder}`, build)],
        tests: tests.length === 0 ? [] : [command(`tests of ${folder}`, tests)],
      });
    },
  },
  { id: 'python', endings: ['py', 'pyi'], answersForOthers: false, manifests: ['pyproject.toml', 'setup.py', 'setup.cfg', 'mypy.ini', '.mypy.ini', 'ruff.toml', '.ruff.toml', 'pyrightconfig.json', 'requirements.txt'], plan: planPython },
  { id: 'python-file', endings: ['py', 'pyi'], answersForOthers: false, manifests: [], plan: planPython },
  // Versions before 8.3 take one file at a time.
  { id: 'php', endings: ['php', 'phtml'], answersForOthers: false, manifests: [], plan: (project) => eachFile(project, 'php', '-l') },
  {
    id: 'maven',
    endings: ['java', 'kt', 'groovy', 'scala'],
    answersForOthers: true,
    manifests: ['pom.xml'],
    plan: async (project) => {
      const { folder, above, view } = project;
      const poms = await Promise.all(above.map((one) => view.text(join(one, 'pom.xml'))));
      // A module is built from the pom that lists modules, for it may need its neighbours.
      const up = poms.findLastIndex((pom) => /<modules>/.test(pom ?? ''));
      const top = above[up] ?? folder;
      const module = top === folder ? [] : ['-pl', within(top, folder).slice(2), '-am'];
      const wrapped = await view.exists(join(top, 'mvnw'));
      const deciding = ['pom.xml', '.mvn/maven.config', '.mvn/jvm.config', '.mvn/extensions.xml', '.mvn/wrapper/maven-wrapper.properties', 'mvnw', 'mvnw.cmd'];
      const decidedBy = above.flatMap((one) => deciding.map((file) => join(one, file)));
      const command = (covers: string, goal: string): CheckCommand => ({ argv: [wrapped ? './mvnw' : 'mvn', '-q', '-B', ...module, goal], folder: top, covers, decidedBy, thorough: false });
      const plan = { check: [command(`build of ${folder}`, 'test-compile')], tests: [command(`tests of ${folder}`, 'test')] };
      return wrapped ? plan : installed(project, 'mvn', plan);
    },
  },
  {
    id: 'gradle',
    endings: ['java', 'kt', 'kts', 'groovy', 'scala'],
    answersForOthers: true,
    manifests: ['build.gradle', 'build.gradle.kts'],
    plan: async (project) => {
      const { folder, above, view } = project;
      const there = await Promise.all(above.map((one) => view.exists(join(one, 'gradlew'))));
      const up = there.indexOf(true);
      const deciding = ['build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts', 'gradle.properties', 'gradle/wrapper/gradle-wrapper.properties', 'gradlew', 'gradlew.bat'];
      const decidedBy = above.flatMap((one) => deciding.map((file) => join(one, file)));
      const program = up < 0 ? 'gradle' : `${'../'.repeat(up) || './'}gradlew`;
      const command = (covers: string, task: string): CheckCommand => ({ argv: [program, '--no-daemon', '--console=plain', '-q', '--continue', task], folder, covers, decidedBy, thorough: false });
      const plan = { check: [command(`build of ${folder}`, 'testClasses')], tests: [command(`tests of ${folder}`, 'test')] };
      return up < 0 ? installed(project, 'gradle', plan) : plan;
    },
  },
  {
    id: 'dotnet',
    endings: ['cs', 'fs', 'vb', 'razor', 'cshtml'],
    answersForOthers: false,
    manifests: ['*.csproj', '*.fsproj', '*.vbproj', '*.sln', '*.slnx'],
    plan: async (project) => {
      const { folder, above, view } = project;
      const own = (await Promise.all(['*.csproj', '*.fsproj', '*.vbproj', '*.sln', '*.slnx'].map((pattern) => view.matching(folder, pattern)))).flat();
      const beside = ['Directory.Build.props', 'Directory.Build.targets', 'global.json', 'nuget.config', 'NuGet.Config', 'Directory.Packages.props'];
      const decidedBy = [...own, ...above.flatMap((one) => beside.map((file) => join(one, file)))];
      const [target = folder] = own;
      // A server left behind would be ended with the command; without one nothing is lost.
      const command = (covers: string, verb: string): CheckCommand => ({ argv: ['dotnet', verb, within(folder, target), '--nologo', '-nodeReuse:false'], folder, covers, decidedBy, thorough: false });
      return installed(project, 'dotnet', { check: [command(`build of ${target}`, 'build')], tests: [command(`tests of ${target}`, 'test')] });
    },
  },
  {
    id: 'swift',
    endings: ['swift'],
    answersForOthers: false,
    manifests: ['Package.swift'],
    plan: async (project) => {
      const { folder } = project;
      const command = (covers: string, verb: string): CheckCommand => ({ argv: ['swift', verb], folder, covers, decidedBy: [join(folder, 'Package.swift')], thorough: false });
      return installed(project, 'swift', { check: [command(`build of ${folder}`, 'build')], tests: [command(`tests of ${folder}`, 'test')] });
    },
  },
];

/** A first target that serves, ships or removes something is not run as a check. */
function buildsByName(target: string): boolean {
  return target !== '' && !/^(?:run|start|serve|server|dev|watch|up|down|deploy|install|uninstall|publish|release|push|clean|help|setup|init|docker.*)$/.test(target);
}

async function installed({ folder, view }: Project, program: string, plan: CheckPlan): Promise<CheckPlan> {
  return (await view.program(program, folder)) ? plan : nothing(`${program} is not installed`);
}

/** Whether each changed file can be read as what it is. */
async function eachFile(project: Project, ...program: [string, string]): Promise<CheckPlan> {
  const { folder, view } = project;
  const all = await view.existing(project.changed);
  if (all.length === 0) return nothing('no file is left to look at');
  const changed = all.slice(0, mostFiles);
  const check = changed.map((path): CheckCommand => ({ argv: [...program, within(folder, path)], folder, covers: path, decidedBy: [], thorough: true, only: [path] }));
  return installed(project, program[0], { check, tests: [], leftOut: all.length - changed.length });
}

/** Undefined where there is none. */
export function endingOf(path: string): string | undefined {
  return /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase();
}

export function hasEnding(path: string, endings: readonly string[]): boolean {
  const ending = endingOf(path);
  return ending !== undefined && endings.includes(ending);
}

/** The folders from `folder` down to the one that holds `path`. */
function foldersBetween(folder: string, path: string): string[] {
  const names = within(folder, path).slice(2).split('/').slice(0, -1);
  return names.map((_, index) => join(folder, names.slice(0, index + 1).join('/')));
}
