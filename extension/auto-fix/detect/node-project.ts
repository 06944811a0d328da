// Checks of JavaScript and TypeScript packages: a script of the package where it has one, else tsc by itself.
import type { CheckCommand } from '../check';
import { nothing, type CheckPlan, type Project } from './check-kind';
import { packageManagerOf, type PackageManager } from './package-manager';
import { filesDeciding, isNoCheck, isThorough, scriptsOf, type Scripts } from './package-scripts';
import { join } from './project-view';

/** The first of these that a package has is its check: types before a whole build, a build before taste. */
const checkScripts = ['typecheck', 'type-check', 'check-types', 'tsc', 'check', 'build', 'compile', 'lint'];

export async function planPackage(project: Project): Promise<CheckPlan> {
  const { folder, above, view } = project;
  const scripts = await scriptsOf(view, folder);
  const check = checkScripts.find((name) => isUsable(scripts, name));
  const tests = isUsable(scripts, 'test') ? 'test' : undefined;
  const manager = await packageManagerOf(view, above);
  const command = (name: string): Promise<CheckCommand> => runScript(project, manager, scripts, name);
  if (check === undefined) {
    const types = await planTypeScript(project);
    if (!('nothing' in types)) return { ...types, tests: tests === undefined ? [] : [await command(tests)] };
    return nothing(`none of the scripts ${checkScripts.slice(0, 4).join(', ')}, …, lint is there, and ${types.nothing}`, join(folder, 'package.json'));
  }
  if (!(await view.program(manager, folder))) return nothing(`${manager}, which runs the scripts, is not installed`, join(folder, 'package.json'));
  return { check: [await command(check)], tests: tests === undefined ? [] : [await command(tests)] };
}

function isUsable(scripts: Scripts, name: string): boolean {
  const script = scripts.get(name);
  return script !== undefined && script.trim() !== '' && !isNoCheck(script);
}

async function runScript({ folder, above, view }: Project, manager: PackageManager, scripts: Scripts, name: string): Promise<CheckCommand> {
  return {
    argv: [manager, 'run', name],
    folder,
    covers: `"${name}" of ${join(folder, 'package.json')}`,
    decidedBy: await filesDeciding(view, above, scripts, name),
    thorough: isThorough(scripts, name),
  };
}

/** The compiler that the project itself has, never one from elsewhere. */
export async function planTypeScript({ folder, above, view }: Project): Promise<CheckPlan> {
  const manifest = join(folder, 'tsconfig.json');
  if (!(await view.exists(manifest))) return nothing('there is no tsconfig.json');
  const programs = above.map((one) => join(one, 'node_modules/.bin/tsc'));
  const there = await Promise.all(programs.map((program) => view.exists(program)));
  const up = there.indexOf(true);
  if (up < 0) return nothing('TypeScript is not installed in the project', manifest);
  const program = `${'../'.repeat(up) || './'}node_modules/.bin/tsc`;
  const parts = await isMadeOfParts(await view.json(manifest));
  const what = parts ? ['-b'] : ['-p', '.', '--noEmit'];
  return {
    check: [{ argv: [program, ...what, '--pretty', 'false'], folder, covers: `types by ${manifest}`, decidedBy: [...programs, manifest], thorough: !parts }],
    tests: [],
  };
}

/** A tsconfig.json with no files of its own: checked with -p it would check nothing. */
async function isMadeOfParts(config: unknown): Promise<boolean> {
  if (config === null || typeof config !== 'object') return false;
  const files = 'files' in config ? config.files : undefined;
  return 'references' in config && !('include' in config) && Array.isArray(files) && files.length === 0;
}
