// How a command's words are written for people. Pure.

/** Quoted where a shell would need it; nothing is ever run from this text. */
export function commandLine(argv: readonly string[]): string {
  return argv.map((part) => (/^[\w@%+=:,./-]+$/.test(part) ? part : JSON.stringify(part))).join(' ');
}
