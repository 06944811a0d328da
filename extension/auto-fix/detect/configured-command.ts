// The user's own command, which goes before anything that was detected.
import type { CheckCommand } from '../check';
import { readMakefile } from './makefile';
import { filesDeciding, namesScriptFile, placed, scriptsOf } from './package-scripts';
import { join, type ProjectView } from './project-view';

/** As the setting holds it: a line, or the program and its arguments. */
export type ConfiguredCommand = string | readonly string[];

/** Null when it cannot be run as it is; the reason ends a sentence. */
export type ReadCommand = { ok: true; argv: readonly string[] } | { ok: false; reason: string };

const part = /\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"'|&;<>`$()]+))(?=\s|$)/y;

/** A line is split at blanks, with quotes as a shell would have them. What only a shell understands is refused. */
export function readCommand(command: ConfiguredCommand): ReadCommand {
  if (typeof command !== 'string') {
    return command.length > 0 && command[0] !== '' ? { ok: true, argv: command } : { ok: false, reason: 'it names no program' };
  }
  const argv: string[] = [];
  part.lastIndex = 0;
  const line = command.trimEnd();
  while (part.lastIndex < line.length) {
    const from = part.lastIndex;
    const match = part.exec(line);
    if (!match) {
      const rest = line.slice(from).trim();
      return { ok: false, reason: `${JSON.stringify(rest.slice(0, 40))} in it is for a shell; write it as a list, ["sh", "-c", …], if a shell is to read it` };
    }
    argv.push(match[1]?.replace(/\\(["\\])/g, '$1') ?? match[2] ?? match[3] ?? '');
  }
  return argv.length > 0 && argv[0] !== '' ? { ok: true, argv } : { ok: false, reason: 'it names no program' };
}

export async function planConfigured(view: ProjectView, argv: readonly string[], folder: string): Promise<CheckCommand> {
  const [program = '', ...args] = argv;
  const decidedBy = new Set<string>();
  for (const word of argv.flatMap((one) => one.split(/\s+/))) if (namesScriptFile(word) || /^\.{0,2}\//.test(word)) decidedBy.add(placed(folder, word));
  if (/^(?:npm|pnpm|yarn|bun|npx|bunx)$/.test(program)) {
    const scripts = await scriptsOf(view, folder);
    const name = args.find((arg) => scripts.has(arg)) ?? '';
    for (const file of await filesDeciding(view, [folder], scripts, name)) decidedBy.add(file);
  }
  const makefile = program === 'make' ? await readMakefile(view, folder) : null;
  for (const file of makefile?.decidedBy ?? []) decidedBy.add(file);
  for (const file of ['package.json', 'Cargo.toml', 'pyproject.toml', 'go.mod']) decidedBy.add(join(folder, file));
  return { argv, folder, covers: 'boocode.autoFix.command', decidedBy: [...decidedBy], thorough: false };
}
