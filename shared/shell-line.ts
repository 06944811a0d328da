// What of a command's arguments a shell reads as a line: `["bash", "-c", "..."]` and the like. Pure. The host asks for
// such a command as what it is, whichever tool it came through, and the card shows the line. A program that starts a
// shell in some other way is not recognised, and need not be: an approval is only ever for exactly these arguments.

export type ShellLine = {
  /** The shell and what stands before the line. */
  before: readonly string[];
  line: string;
  /** What the line gets as arguments. */
  after: readonly string[];
};

/** Null for a program that no shell reads, a script that a shell is given as a file included. */
export function shellLine(argv: readonly string[]): ShellLine | null {
  const [program = '', ...args] = argv;
  const name = program.split(/[\\/]/).at(-1)?.toLowerCase().replace(/\.exe$/, '') ?? '';
  const place = placeOf(name, args);
  if (place === null) return null;
  const { at, takesRest } = place;
  const line = takesRest ? args.slice(at).join(' ') : (args[at] ?? '');
  return { before: [program, ...args.slice(0, at)], line, after: takesRest ? [] : args.slice(at + 1) };
}

/** Where in the arguments the line begins, and whether all that follows is part of it. */
type Place = { at: number; takesRest: boolean };

function placeOf(name: string, args: readonly string[]): Place | null {
  if (name === 'fish') return fish(args);
  if (/^(?:ba|da|z|k|mk|a|fi|tc|c|rba)?sh$/.test(name)) return posix(args);
  if (name === 'cmd') return cmd(args);
  return /^(?:pwsh|powershell)$/.test(name) ? powerShell(args, name === 'powershell') : null;
}

/** `-c` says that there is a line; the line is the first word that is no option, wherever `-c` stands among them. */
function posix(args: readonly string[]): Place | null {
  let isLine = false;
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word === '--' || word === '-') {
      at++;
      break;
    }
    if (!/^[-+]./.test(word)) break;
    if (/^-[A-Za-z]*c/.test(word)) isLine = true;
    if (/^[-+][A-Za-z]*[oO]$|^--(?:rcfile|init-file)$/.test(word)) at++;
  }
  return isLine ? { at: Math.min(at, args.length), takesRest: false } : null;
}

/** `-c` and `--command` have the line right behind them. */
function fish(args: readonly string[]): Place | null {
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word === '--' || !/^-./.test(word)) return null;
    if (/^--command=|^-[A-Za-z]*c./.test(word)) return { at, takesRest: false };
    if (/^-[A-Za-z]*c$|^--command$/.test(word)) return { at: at + 1, takesRest: false };
    if (/^-[A-Za-z]*[CdDfo]$|^--(?:init-command|debug|debug-output|features|profile)$/.test(word)) at++;
  }
  return null;
}

/** All behind `/c` or `/k` is the line, also what is written right after it. */
function cmd(args: readonly string[]): Place | null {
  const at = args.findIndex((word) => /^\/[ck]/i.test(word));
  if (at < 0) return null;
  return { at: (args[at] ?? '').length === 2 ? at + 1 : at, takesRest: true };
}

/** Every option may be cut short. Windows PowerShell takes a first word that is no option for a line, its successor for a file. */
function powerShell(args: readonly string[], firstWordIsLine: boolean): Place | null {
  for (let at = 0; at < args.length; at++) {
    const word = (args[at] ?? '').toLowerCase();
    if (!/^[-/]./.test(word)) return firstWordIsLine ? { at, takesRest: true } : null;
    const option = word.slice(1);
    if ('command'.startsWith(option) || 'commandwithargs'.startsWith(option) || option === 'cwa') return { at: at + 1, takesRest: true };
    if (option === 'ec' || 'encodedcommand'.startsWith(option)) return { at: at + 1, takesRest: false };
    if ('file'.startsWith(option)) return null;
    if (takesValue.some((name) => name.startsWith(option)) || /^(?:ep|wd|if|of)$/.test(option)) at++;
  }
  return null;
}

const takesValue = ['executionpolicy', 'inputformat', 'outputformat', 'version', 'windowstyle', 'configurationname', 'configurationfile', 'custompipename', 'settingsfile', 'workingdirectory', 'psconsolefile'];
