// What package.json says of a call of npm, pnpm, yarn or bun: which scripts it comes to run, and what of the file
// decides that. Pure: it is given the text and reads nothing.
import * as z from 'zod';

const packageFile = z.looseObject({ scripts: z.record(z.string(), z.unknown()).catch({}) });

export type PackageCall = {
  /** The texts of the scripts that are run, those before and after them included. */
  scripts: string[];
  /** What an approval is bound to of package.json. */
  bound: string;
  /** True unless only scripts are run: then packages, and so their lock files, decide what runs. */
  bindsPackages: boolean;
};

/** Nothing in these decides what a script does. */
const idle = new Set([
  'name', 'version', 'description', 'keywords', 'homepage', 'bugs', 'license', 'author', 'contributors', 'funding', 'repository', 'files', 'private',
  'dependencies', 'devDependencies', 'peerDependencies', 'peerDependenciesMeta', 'optionalDependencies', 'engines',
]);
const commandsThatRunScripts = new Map([['test', 'test'], ['t', 'test'], ['tst', 'test'], ['start', 'start'], ['stop', 'stop'], ['restart', 'restart']]);
const runWords = new Set(['run', 'run-script', 'rum', 'urn', '--run', 'task']);
/** These do more than run the script of their name. */
const packageCommands = new Set(['install', 'add', 'ci', 'update', 'publish', 'pack', 'prepare', 'version', 'exec', 'link', 'rebuild', 'dlx', 'x', 'create', 'init']);

/** Run by these, and by the like of them, with those before and after. */
const packageScripts = ['install', 'prepare', 'prepublish', 'prepublishOnly', 'pack'];

/** `words` follow the name of the package manager. */
export function packageCall(text: string, words: readonly string[]): PackageCall {
  const read = packageFile.safeParse(parsed(text));
  if (!read.success) return { scripts: [], bound: text, bindsPackages: true };
  const { scripts } = read.data;
  const first = words.find((word) => !word.startsWith('-') || runWords.has(word)) ?? '';
  const onlyScripts = runWords.has(first) || commandsThatRunScripts.has(first) || (Object.hasOwn(scripts, first) && !packageCommands.has(first));
  const bound = Object.entries(read.data).filter(([key]) => !idle.has(key)).sort(([a], [b]) => (a < b ? -1 : 1));
  // Which word is the script's name depends on the options before it, so every word may be.
  const names = words.flatMap((word) => [word.replace(/^npm:/, ''), commandsThatRunScripts.get(word) ?? word]).flatMap((name) => (name === 'restart' ? ['stop', name, 'start'] : [name]));
  const texts = [...names, ...(onlyScripts ? [] : packageScripts)].flatMap((name) => [`pre${name}`, name, `post${name}`]).map((name) => (Object.hasOwn(scripts, name) ? scripts[name] : undefined));
  return {
    scripts: texts.filter((script) => typeof script === 'string'),
    bound: onlyScripts ? JSON.stringify(bound) : text,
    bindsPackages: !onlyScripts,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    // Whatever it is, it is bound as it stands.
    return null;
  }
}
