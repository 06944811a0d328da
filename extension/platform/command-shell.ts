// Which shell of this machine reads a shell line, and how it is handed over.
import { findExecutable } from './find-executable';

/** How a line is handed to a shell: the shell's name and what stands before the line, and after it. */
type Shell = { name: string; before: readonly string[]; wrap(line: string): string };

/** What begins like an option would be taken for one, although it follows -c. */
const asALine = (line: string): string => (/^[-+]/.test(line) ? ` ${line}` : line);
/** PowerShell answers 1 for every program that failed; this gives the program's own exit code. */
const withExitCode = (line: string): string => `${line}\nif (Test-Path -LiteralPath variable:\\LASTEXITCODE) { exit $LASTEXITCODE }`;

const posixShells: readonly Shell[] = ['bash', 'sh'].map((name) => ({ name, before: ['-c'], wrap: asALine }));
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
