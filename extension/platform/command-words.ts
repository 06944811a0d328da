// What a command's words say by themselves: how it is written for people, and whether a shell reads it. Pure.

/** Quoted where a shell would need it; nothing is ever run from this text. */
export function commandLine(argv: readonly string[]): string {
  return argv.map((part) => (/^[\w@%+=:,./-]+$/.test(part) ? part : JSON.stringify(part))).join(' ');
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
