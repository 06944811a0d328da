// Checks of Python: the checkers a project is set up for, else whether the changed files can be read as Python at all.
import type { CheckCommand } from '../check';
import { nothing, type CheckPlan, type Project } from './check-kind';
import { namesScriptFile, placed, wordsOf } from './package-scripts';
import { join, within } from './project-view';

const settingFiles = ['pyproject.toml', 'setup.cfg', 'tox.ini', 'mypy.ini', '.mypy.ini', 'ruff.toml', '.ruff.toml', 'pyrightconfig.json', 'pytest.ini', '.flake8', 'conftest.py'];
const environments = ['.venv', 'venv', 'env'];

/** A tool, the files or sections that show a project uses it, and how it is run. */
const tools: readonly { name: string; files: readonly string[]; sections: readonly RegExp[]; args: readonly string[]; thorough: boolean }[] = [
  { name: 'mypy', files: ['mypy.ini', '.mypy.ini'], sections: [/^\[tool\.mypy\]/m, /^\[mypy\]/m], args: ['.'], thorough: true },
  { name: 'pyright', files: ['pyrightconfig.json'], sections: [/^\[tool\.pyright\]/m], args: [], thorough: true },
  { name: 'ruff', files: ['ruff.toml', '.ruff.toml'], sections: [/^\[tool\.ruff[\].]/m], args: ['check', '--output-format=concise', '.'], thorough: true },
];

export async function planPython(project: Project): Promise<CheckPlan> {
  const { folder, view } = project;
  const settings = (await Promise.all(settingFiles.map((file) => view.text(join(folder, file))))).map((text) => text ?? '').join('\n');
  const decidedBy = await filesDeciding(project, settings);
  const check: CheckCommand[] = [];
  for (const { name, files, sections, args, thorough } of tools) {
    const named = (await Promise.all(files.map((file) => view.exists(join(folder, file))))).includes(true);
    if (!named && !sections.some((section) => section.test(settings))) continue;
    const program = await findTool(project, name);
    if (program !== null) check.push({ argv: [program.argv0, ...args], folder, covers: `${name} of ${folder}`, decidedBy: [...decidedBy, ...program.decidedBy], thorough });
  }
  const python = await pythonOf(project);
  const pytest = /^\[(?:tool\.pytest|pytest|tool:pytest)/m.test(settings) ? await findTool(project, 'pytest') : null;
  const tests: CheckCommand[] = pytest === null ? [] : [{ argv: [pytest.argv0, '-q'], folder, covers: `tests of ${folder}`, decidedBy: [...decidedBy, ...pytest.decidedBy], thorough: false }];
  if (check.length > 0) return { check, tests };
  const changed = (await view.existing(project.changed)).filter((path) => /\.pyi?$/.test(path));
  if (changed.length === 0) return nothing('no Python file is left to look at');
  if (python === null) return nothing('Python is not installed');
  // py_compile ends at the first file that is none, and compileall without -f trusts a time in whole seconds.
  return { check: [{ argv: [python, '-m', 'compileall', '-q', '-f', ...changed.map((path) => within(folder, path))], folder, covers: 'whether the changed files are Python', decidedBy: [], thorough: true, only: changed }], tests };
}

/** In the project's own environment, or on the PATH. */
async function findTool({ folder, above, view }: Project, name: string): Promise<{ argv0: string; decidedBy: string[] } | null> {
  for (const [up, one] of above.entries()) {
    for (const environment of environments) {
      for (const program of [`${environment}/bin/${name}`, `${environment}/Scripts/${name}.exe`]) {
        if (await view.exists(join(one, program))) return { argv0: `${'../'.repeat(up) || './'}${program}`, decidedBy: [join(one, program)] };
      }
    }
  }
  return (await view.program(name, folder)) ? { argv0: name, decidedBy: [] } : null;
}

async function pythonOf({ folder, view }: Project): Promise<string | null> {
  for (const name of ['python3', 'python']) if (await view.program(name, folder)) return name;
  return null;
}

/** Settings may name a plugin, which is code. */
async function filesDeciding({ folder }: Project, settings: string): Promise<string[]> {
  const named = wordsOf(settings.replaceAll(/[[\],]/g, ' ')).filter(namesScriptFile).map((word) => placed(folder, word));
  return [...new Set([...settingFiles.map((file) => join(folder, file)), ...named])];
}
