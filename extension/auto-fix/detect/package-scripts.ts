// The scripts of a package.json, and the files that decide what running one does.
import { posix } from 'node:path';
import * as z from 'zod';
import { join, type ProjectView } from './project-view';

const manifest = z.object({ scripts: z.optional(z.record(z.string(), z.unknown())) });

export type Scripts = ReadonlyMap<string, string>;

export async function scriptsOf(view: ProjectView, folder: string): Promise<Scripts> {
  const scripts = manifest.safeParse(await view.json(join(folder, 'package.json'))).data?.scripts ?? {};
  return new Map(Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** A script that runs until it is stopped, or that only says there is none. */
export function isNoCheck(script: string): boolean {
  return /(?:^|\s)(?:--watch(?:All)?(?!=false)|-w)(?=\s|=|$)|\bnodemon\b|\b(?:vite|next|nuxt|nuxi|astro|webpack|ng|parcel) (?:dev|serve|start|preview)\b|^\s*vite\s*$|no test specified/.test(script);
}

/** Programs that look at everything they are given in one go. */
const thorough = new Set(['tsc', 'vue-tsc', 'eslint', 'oxlint', 'biome', 'svelte-check']);

/** False whenever a first part may keep a second from running. */
export function isThorough(scripts: Scripts, name: string): boolean {
  const script = scripts.get(name) ?? '';
  const [program = ''] = wordsOf(script);
  return thorough.has(program) && !/[&|;]/.test(script) && !/\s(?:-b|--build)\b/.test(script) && !scripts.has(`pre${name}`) && !scripts.has(`post${name}`);
}

const besideManifest = ['package.json', '.npmrc', '.yarnrc', '.yarnrc.yml', '.pnpmfile.cjs', 'pnpm-workspace.yaml', 'bunfig.toml'];
const scriptEndings = ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts', 'json'];
/** Settings of one tool that another reads too. */
const alsoReads: Readonly<Record<string, readonly string[]>> = { vitest: ['vite'], jest: ['babel'], 'svelte-check': ['svelte'], ng: ['angular'], 'webpack-cli': ['webpack'] };
const mostWords = 60;

/** `above` begins with the package's own folder. */
export async function filesDeciding(view: ProjectView, above: readonly string[], scripts: Scripts, name: string): Promise<string[]> {
  const [folder = '.'] = above;
  const files = new Set(above.flatMap((one) => besideManifest.map((file) => join(one, file))));
  const words = [...new Set([...scriptsReached(scripts, name)].flatMap((one) => wordsOf(scripts.get(one) ?? '')))].slice(0, mostWords);
  for (const word of words) {
    for (const path of pathsMeant(word)) files.add(placed(folder, path));
    if (!/^[\w@][\w.-]*$/.test(word)) continue;
    const programs = above.map((one) => join(one, `node_modules/.bin/${word}`));
    const installed = await Promise.all(programs.map((program) => view.exists(program)));
    if (!installed.includes(true)) continue;
    for (const program of programs) files.add(program);
    for (const tool of [word, ...(alsoReads[word] ?? [])]) for (const file of settingsOf(tool)) files.add(join(folder, file));
  }
  return [...files];
}

/** The script, what runs before and after it, and every script that one of them names. */
function scriptsReached(scripts: Scripts, name: string): Set<string> {
  const reached = new Set<string>();
  const open = [name];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (reached.has(next) || !scripts.has(next)) continue;
    reached.add(next);
    open.push(`pre${next}`, `post${next}`);
    for (const word of wordsOf(scripts.get(next) ?? '')) {
      const group = /^(.*)\*$/.exec(word)?.[1];
      open.push(...(group === undefined ? [word] : [...scripts.keys()].filter((other) => other.startsWith(group))));
    }
  }
  return reached;
}

export function wordsOf(script: string): string[] {
  return script.match(/[^\s"'`;&|()<>=]+/g) ?? [];
}

/** The files that a word of a package's script may name. */
function pathsMeant(word: string): string[] {
  if (namesScriptFile(word)) return [word];
  if (!word.includes('/') || /^-|[$%*?{}!]|:\/\//.test(word) || isBuilt(word)) return [];
  return [word, ...scriptEndings.slice(0, 4).map((ending) => `${word}.${ending}`), `${word}/index.js`];
}

/** Whether a word of a command line is the name of a file that a program is told what to do by. */
export function namesScriptFile(word: string): boolean {
  if (/^-|[$%*?{}!]|:\/\//.test(word) || isBuilt(word)) return false;
  return /\.(?:[cm]?[jt]sx?|json|sh|bash|zsh|fish|py|pl|rb|php|lua|ps1|bat|cmd|mk|toml|ya?ml|gradle|kts|groovy|awk|sed)$/i.test(word);
}

/** What a build makes changes with every source; asking again for that would be asking always. */
function isBuilt(path: string): boolean {
  return /^(?:\.\/)?(?:dist|build|out|target|coverage|tmp|\.next|\.nuxt|\.svelte-kit)\//.test(path);
}

function settingsOf(tool: string): string[] {
  if (tool === 'tsc' || tool === 'vue-tsc') return ['tsconfig.json'];
  return [
    ...scriptEndings.map((ending) => `${tool}.config.${ending}`),
    ...['', '.json', '.jsonc', '.js', '.cjs', '.mjs', '.yml', '.yaml'].map((ending) => `.${tool}rc${ending}`),
    `${tool}.json`,
    `${tool}file.js`,
  ];
}

/** A path as a command in `folder` means it; one that leads out of the workspace stays as it is and cannot be read. */
export function placed(folder: string, path: string): string {
  return posix.isAbsolute(path) ? path : posix.normalize(join(folder, path));
}
