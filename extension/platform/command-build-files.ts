// Which files decide what a build tool does when it is called, as a table of words to look for. It names files by
// pattern and reads none. Missing a tool here costs a question less than it should; naming one too many, one more.

export type BuildFiles = {
  /** Names of files in the folder of the command, in those above it and in those it names. */
  names: RegExp;
  /** Paths below these folders. A path that ends with a slash means every file in it. */
  paths?: readonly string[];
};

type Entry = BuildFiles & { programs: readonly string[] };

const scriptConfiguration =
  /^[\w.-]+\.config\.[cm]?[jt]s$|^\.[\w-]+rc(?:\.[cm]?js|\.json|\.ya?ml)?$|^(?:gulpfile|gruntfile)\.[cm]?[jt]s$|^(?:nx|turbo|lerna|tsconfig)\.json$/i;

const entries: readonly Entry[] = [
  {
    programs: ['npm', 'npx', 'pnpm', 'pnpx', 'yarn', 'yarnpkg', 'bun', 'bunx', 'corepack'],
    names: new RegExp(`${scriptConfiguration.source}|^\\.pnpmfile\\.[cm]?js$|^pnpm-workspace\\.yaml$|^bunfig\\.toml$`, 'i'),
    paths: ['.yarn/releases/', '.yarn/plugins/'],
  },
  {
    programs: [
      'turbo', 'nx', 'lerna', 'tsc', 'tsx', 'ts-node', 'mocha', 'jest', 'vitest', 'ava', 'playwright', 'cypress', 'eslint', 'vite', 'webpack', 'rollup', 'next',
      'nuxt', 'gulp', 'grunt', 'babel', 'esbuild', 'prettier', 'stylelint', 'nodemon', 'pm2',
    ],
    names: scriptConfiguration,
  },
  { programs: ['deno'], names: /^deno\.(?:jsonc?|lock)$/ },
  { programs: ['make', 'gmake', 'bmake', 'mingw32-make', 'nmake'], names: /^(?:gnu)?makefile(?:\.\w+)?$|\.mk$/i },
  { programs: ['cmake', 'ctest', 'cpack'], names: /^CMakeLists\.txt$|^CMake(?:User)?Presets\.json$|\.cmake$/i },
  { programs: ['ninja'], names: /^build\.ninja$/ },
  { programs: ['meson'], names: /^meson\.build$|^meson_options\.txt$/ },
  { programs: ['bazel', 'bazelisk'], names: /^(?:BUILD|WORKSPACE|MODULE)(?:\.bazel)?$|^\.bazelrc$/ },
  { programs: ['cargo', 'rustc'], names: /^Cargo\.(?:toml|lock)$|^build\.rs$|^rust-toolchain(?:\.toml)?$/, paths: ['.cargo/config', '.cargo/config.toml'] },
  { programs: ['go'], names: /^go\.(?:mod|sum|work)$/ },
  { programs: ['just'], names: /^\.?justfile$|\.just$/i },
  { programs: ['task'], names: /^taskfile(?:\.dist)?\.ya?ml$/i },
  { programs: ['rake', 'bundle', 'bundler', 'gem', 'rspec', 'rails'], names: /^rakefile(?:\.rb)?$|^Gemfile(?:\.lock)?$|\.gemspec$|\.rake$|^\.rspec$/i },
  { programs: ['composer', 'phpunit', 'artisan'], names: /^composer\.(?:json|lock)$|^phpunit\.xml(?:\.dist)?$/ },
  {
    programs: ['gradle', 'gradlew'],
    names: /^(?:build|settings|init)\.gradle(?:\.kts)?$|^gradle\.properties$/,
    paths: ['gradle/wrapper/'],
  },
  { programs: ['mvn', 'mvnw'], names: /^pom\.xml$/, paths: ['.mvn/', '.mvn/wrapper/'] },
  { programs: ['dotnet', 'msbuild'], names: /\.(?:\w+proj|slnx?|props|targets)$|^global\.json$|^nuget\.config$/i },
  {
    programs: ['python', 'py', 'pypy', 'pytest', 'tox', 'nox', 'pip', 'pipx', 'pipenv', 'poetry', 'uv', 'uvx', 'hatch', 'pdm', 'invoke', 'mypy', 'ruff'],
    names: /^pyproject\.toml$|^setup\.(?:py|cfg)$|^(?:tox|pytest|mypy)\.ini$|^noxfile\.py$|^conftest\.py$|^tasks\.py$|^sitecustomize\.py$|^requirements[\w.-]*\.txt$|^Pipfile$|\.pth$/,
  },
  { programs: ['docker', 'docker-compose', 'podman'], names: /^(?:docker-)?compose(?:\.[\w-]+)?\.ya?ml$|dockerfile|^containerfile$/i },
  { programs: ['mix', 'elixir'], names: /^mix\.(?:exs|lock)$/ },
  { programs: ['swift'], names: /^Package\.swift$/ },
  { programs: ['sbt'], names: /\.sbt$/, paths: ['project/'] },
  { programs: ['git'], names: /^\.gitattributes$|^\.gitmodules$/, paths: ['.git/config', '.git/hooks/', '.husky/', '.githooks/'] },
  { programs: ['pre-commit'], names: /^\.pre-commit-config\.yaml$/ },
];

const byProgram = new Map(entries.flatMap(({ programs, ...files }) => programs.map((program) => [program, files] as const)));

const packageRunners: ReadonlySet<string> = new Set([
  'npm', 'npx', 'pnpm', 'pnpx', 'yarn', 'yarnpkg', 'bun', 'bunx', 'corepack', 'turbo', 'nx', 'lerna', 'npm-run-all', 'run-s', 'run-p', 'concurrently',
]);
export const packageLocks = /^(?:package-lock|npm-shrinkwrap)\.json$|^pnpm-lock\.yaml$|^yarn\.lock$|^bun\.lockb?$/;

/** Programs that run the file they are given. `.` and `source` are words of a shell. */
const interpreters =
  /^(?:node|nodejs|deno|bun|tsx|ts-node|python|pypy|py|ruby|perl|php|lua|luajit|rscript|julia|java|dotnet|osascript|awk|gawk|sed|pwsh|powershell|cmd|cscript|wscript|(?:ba|da|z|k|a|fi|tc|c)?sh|\.|source)$/;

/** `python3.12` and `C:\Python\python.exe` are `python`. */
export function programName(word: string): string {
  const name = word.split(/[\\/]/).at(-1) ?? '';
  return name === '.' ? name : name.toLowerCase().replace(/\.(?:exe|cmd|bat|ps1)$/, '').replace(/(?<=\D)\d+(?:\.\d+)*$/, '');
}

/** Whether this call may run scripts of package.json. */
export function runsPackageScripts(program: string, words: readonly string[]): boolean {
  return packageRunners.has(program) || (program === 'node' && words.includes('--run')) || (program === 'deno' && words.includes('task'));
}

export function buildFilesOf(program: string): BuildFiles | undefined {
  return byProgram.get(program);
}

export function isInterpreter(program: string): boolean {
  return interpreters.test(program);
}
