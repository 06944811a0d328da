// Matches paths against globs. No regular expression is made of what a model wrote: the time grows with the lengths of
// path and pattern and with nothing else, so that no pattern can keep the host busy.

/** `*` and `?` stay within one name, `**` is any number of folders, `{a,b}` alternatives, `[a-z]` and `[!a-z]` one character. */
type Name = readonly ('*' | ((character: string) => boolean))[];

const mostAlternatives = 100;

/** A glob without `/` is about the file's name, one with it about the whole path. Null when it stands for too many others. */
export function globMatcher(glob: string | null): ((path: string) => boolean) | null {
  if (glob === null || glob === '') return () => true;
  const plain = glob.replace(/^\.?\//, '');
  if (plain === '') return () => true;
  const alternatives = withoutBraces(plain);
  if (alternatives === null) return null;
  const patterns = alternatives.map((one) => one.split('/').filter((name) => name !== '').map((name) => (name === '**' ? name : readName(name))));
  const ofName = !plain.includes('/');
  return (path) => {
    const names = ofName ? [path.slice(path.lastIndexOf('/') + 1)] : path.split('/');
    return patterns.some((pattern) => fits(pattern, names, (part) => part === '**', (part, name) => part !== '**' && fitsName(part, name)));
  };
}

function fitsName(name: Name, text: string): boolean {
  return fits(name, text, (part) => part === '*', (part, character) => part !== '*' && part(character));
}

/** The one place to come back to is the last star: what an earlier one could give up, the last one can take. */
function fits<Part, Item>(parts: readonly Part[], items: ArrayLike<Item>, isStar: (part: Part) => boolean, fitsOne: (part: Part, item: Item) => boolean): boolean {
  let [at, item, star, starItem] = [0, 0, -1, 0];
  while (item < items.length) {
    const part = parts[at];
    // Within its length a list holds what its type says.
    const now = items[item] as Item;
    if (part !== undefined && isStar(part)) [star, starItem, at] = [at, item, at + 1];
    else if (part !== undefined && fitsOne(part, now)) [at, item] = [at + 1, item + 1];
    else if (star >= 0) [at, starItem, item] = [star + 1, starItem + 1, starItem + 1];
    else return false;
  }
  return parts.slice(at).every(isStar);
}

function readName(text: string): Name {
  const parts: Name[number][] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    const set = character === '[' ? /^\[([!^]?)(\]?[^\]]*)\]/.exec(text.slice(at)) : null;
    if (set !== null) {
      const [whole, not = '', members = ''] = set;
      const inSet = readSet(members);
      parts.push((one) => inSet(one) === (not === ''));
      at += whole.length - 1;
    } else if (character === '*') {
      if (parts.at(-1) !== '*') parts.push('*');
    } else if (character === '?') {
      parts.push(() => true);
    } else {
      const literal = character === '\\' && at + 1 < text.length ? (text[++at] ?? '') : character;
      parts.push((one) => one === literal);
    }
  }
  return parts;
}

function readSet(members: string): (character: string) => boolean {
  const ranges: (readonly [from: string, to: string])[] = [];
  for (let at = 0; at < members.length; at++) {
    const from = members[at] ?? '';
    const to = members[at + 1] === '-' ? members[at + 2] : undefined;
    ranges.push([from, to ?? from]);
    if (to !== undefined) at += 2;
  }
  return (character) => ranges.some(([from, to]) => from <= character && character <= to);
}

/** Every text that a glob with braces stands for; null when there are too many. */
function withoutBraces(glob: string): string[] | null {
  const done: string[] = [];
  for (const open = [glob]; open.length > 0; ) {
    const next = open.pop() ?? '';
    const braces = innermostBraces(next);
    if (braces === null) done.push(next);
    else open.push(...braces);
    if (done.length + open.length > mostAlternatives) return null;
  }
  return done;
}

/** The first braces that hold no others, put in place of by each of their alternatives; null when there are none. */
function innermostBraces(glob: string): string[] | null {
  const found = /(?<!\\)\{([^{}]*,[^{}]*)\}/.exec(glob);
  if (found === null) return null;
  const [whole, inside = ''] = found;
  return inside.split(',').map((one) => glob.slice(0, found.index) + one + glob.slice(found.index + whole.length));
}
