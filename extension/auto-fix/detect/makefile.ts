// What a Makefile can be asked to do, without running it.
import { namesScriptFile, placed, wordsOf } from './package-scripts';
import { join, type ProjectView } from './project-view';

/** In the order in which make looks for them. */
export const makefileNames = ['GNUmakefile', 'makefile', 'Makefile'] as const;

/** `targets` in their order: the first is what plain `make` makes. */
export type Makefile = { file: string; targets: readonly string[]; decidedBy: string[] };

const rule = /^([^\s#:=.%$][^#:=%$\n]*)::?(?![=:])/gm;
const include = /^[ \t]*[-s]?include[ \t]+(.+)$/gm;
const mostIncludes = 20;

/** Null when there is none that can be read. Files it includes by a plain name are taken in too. */
export async function readMakefile(view: ProjectView, folder: string): Promise<Makefile | null> {
  const decidedBy = new Set(makefileNames.map((name) => join(folder, name)));
  const targets = new Set<string>();
  const texts: string[] = [];
  let file: string | null = null;
  for (const name of makefileNames) {
    const text = file === null ? await view.text(join(folder, name)) : null;
    if (text === null) continue;
    texts.push(text);
    file = join(folder, name);
  }
  if (file === null) return null;
  const included = new Set<string>();
  for (let text = texts.pop(); text !== undefined; text = texts.pop()) {
    for (const [, names = ''] of text.matchAll(rule)) for (const name of names.trim().split(/\s+/)) targets.add(name);
    for (const word of wordsOf(text)) if (namesScriptFile(word)) decidedBy.add(placed(folder, word));
    for (const [, names = ''] of text.matchAll(include)) {
      for (const name of names.split(/\s+/).filter((one) => one !== '' && !/[$*]/.test(one))) {
        const path = placed(folder, name);
        decidedBy.add(path);
        const more = included.has(path) || included.size >= mostIncludes ? null : await view.text(path);
        included.add(path);
        if (more !== null) texts.push(more);
      }
    }
  }
  return { file, targets: [...targets], decidedBy: [...decidedBy] };
}
