// Which shell reads a shell line, and which commands are shell lines although they come as a list of arguments.
import { findExecutable } from './find-executable';

/** How a line is handed to a shell: the shell's name and what stands before the line, and after it. */
type Shell = { name: string; before: readonly string[]; wrap(line: string): string };

const asItIs = (line: string): string => line;
/** PowerShell answers 1 for every program that failed; this gives the program's own exit code. */
const withExitCode = (line: string): string => `${line}\nif (Test-Path -LiteralPath variable:\\LASTEXITCODE) { exit $LASTEXITCODE }`;

const posixShells: readonly Shell[] = ['bash', 'sh'].map((name) => ({ name, before: ['-c'], wrap: asItIs }));
const windowsShells: readonly Shell[] = ['pwsh', 'powershell'].map((name) => ({
  name,
  before: ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command'],
  wrap: withExitCode,
}));

/** The arguments that make the shell of this machine run `line`; null when there is no shell. */
export async function shellArguments(line: string, environment: Readonly<Record<string, string>>, platform: NodeJS.Platform = process.platform): Promise<string[] | null> {
  for (const { name, before, wrap } of platform === 'win32' ? windowsShells : posixShells) {
    // Only a shell from the PATH is taken, so where it is looked up from does not matter.
    if ((await findExecutable(name, '/', environment)) !== null) return [name, ...before, wrap(line)];
  }
  return null;
}

const lineOptions: readonly (readonly [shells: RegExp, option: RegExp])[] = [
  [/^(?:ba|da|z|k|mk|a|fi|tc|c|rba)?sh$/, /^-[A-Za-z]*c[A-Za-z]*$|^--command$/],
  [/^cmd$/, /^\/[ck]/i],
  [/^(?:pwsh|powershell)$/, /^[-/](?:c|command|e|ec|enc|encodedcommand)$/i],
];

/**
 * True for `["bash", "-c", "..."]` and the like: whichever tool it came through, a shell reads the line, so it is
 * asked for as what it is and an approval of one is good for the very same other. A program that starts a shell in
 * some other way is not recognised, and need not be: an approval is only ever for exactly these arguments.
 */
export function isShellLine(argv: readonly string[]): boolean {
  const [program = '', ...args] = argv;
  const name = program.split(/[\\/]/).at(-1)?.toLowerCase().replace(/\.exe$/, '') ?? '';
  return lineOptions.some(([shells, option]) => shells.test(name) && args.some((arg) => option.test(arg)));
}
