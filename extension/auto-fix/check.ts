// A check: one program that says whether a project is in order.

export type CheckCommand = {
  /** The program and its arguments; no shell reads them. */
  argv: readonly string[];
  /** The folder it runs in, as shown. */
  folder: string;
  /** What it looks at, for people: `types of packages/cart`. */
  covers: string;
  /**
   * Files that decide what it runs, as shown; some of them may not exist, for one that is made later decides too. An
   * approval holds as long as their contents do.
   */
  decidedBy: readonly string[];
  /** True when it looks at everything in one go, so that what it did not name was in order. */
  thorough: boolean;
  /** The changed files it was given to look at, as shown, where it looks at nothing else. They stand last in `argv`. */
  only?: readonly string[];
};

export type Check = CheckCommand & {
  /** The same for as long as it is the same check of the same project, whatever changed. */
  key: string;
  /** The entry of the table it comes from, or `configured`. */
  kind: string;
  step: 'check' | 'tests';
};

/** As a person would type it. */
export function commandLine(argv: readonly string[]): string {
  return argv.map((part) => (/^[\w@%+=:,./\\-]+$/.test(part) ? part : JSON.stringify(part))).join(' ');
}

const mostShown = 10;

/** The command for people and the model: where it was given many files, the first of them and how many more. */
export function shownArgv({ argv, only = [] }: CheckCommand): string[] {
  const hidden = only.length - mostShown;
  return hidden > 1 ? [...argv.slice(0, argv.length - hidden), `… and ${hidden} more`] : [...argv];
}

/** The command without the changed files it was given: what stays the same from round to round. */
export function constantArgv({ argv, only }: CheckCommand): string[] {
  return only === undefined ? [...argv] : [...argv.slice(0, argv.length - only.length), '<changed files>'];
}
