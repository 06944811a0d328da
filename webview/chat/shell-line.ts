// What of a command's arguments a shell reads as a line, so that it can be shown as what it is. The host decides what
// is asked and recognises the same (extension/platform/command-words.ts); this is for showing only.

export type ShellLine = {
  /** The shell and what stands before the line. */
  before: readonly string[];
  line: string;
  /** What the line gets as arguments. */
  after: readonly string[];
};

const lineOptions: readonly (readonly [shells: RegExp, option: RegExp])[] = [
  [/^(?:ba|da|z|k|mk|a|fi|tc|c|rba)?sh$/, /^-[A-Za-z]*c[A-Za-z]*$|^--command$/],
  [/^cmd$/, /^\/[ck]/i],
  [/^(?:pwsh|powershell)$/, /^[-/](?:c|command|e|ec|enc|encodedcommand)$/i],
];

/** Null for a program that no shell reads. */
export function shellLine(argv: readonly string[]): ShellLine | null {
  const [program = '', ...args] = argv;
  const name = program.split(/[\\/]/).at(-1)?.toLowerCase().replace(/\.exe$/, '') ?? '';
  for (const [shells, option] of lineOptions) {
    if (!shells.test(name)) continue;
    const at = args.findIndex((argument) => option.test(argument));
    if (at < 0) continue;
    return { before: argv.slice(0, at + 2), line: argv[at + 2] ?? '', after: argv.slice(at + 3) };
  }
  return null;
}
