// Which problems are the agent's: known ones are known again, new ones are new, and what cannot be told is set aside.
import assert from 'node:assert/strict';
import { locateLimits } from '../parse/locate-problems';
import { outputLimits } from '../parse/parse-output';
import type { Problem } from '../problem';
import { evidenceOf } from './change-evidence';
import type { FileChange } from './file-changes';
import { judgeProblems, nothingKnown, type Known } from './judge-problems';

const problem = (more: Partial<Problem> = {}): Problem => ({
  file: 'src/a.ts',
  line: 3,
  column: 7,
  severity: 'error',
  code: 'TS2322',
  message: "Type 'string' is not assignable to type 'number'.",
  source: 'typescript',
  text: 'const total: number = name;',
  ...more,
});
const whole = (...problems: Problem[]): Known => ({ problems, complete: 'all' });
const partly = (...problems: Problem[]): Known => ({ problems, complete: new Set() });
const cannotTell = { causes: () => false };

type Case = { behaviour: string; known: Known; now: readonly Problem[]; own?: readonly Problem[]; gone?: readonly string[]; changes?: readonly FileChange[]; fresh?: number[]; old?: number[]; unclear?: number[] };

/** Numbers are places in `now`. */
const cases: readonly Case[] = [
  { behaviour: 'what was there before is old', known: whole(problem()), now: [problem()], old: [0] },
  { behaviour: 'what moved to other lines is old', known: whole(problem(), problem({ line: 9, text: 'let b: number = name;' })), now: [problem({ line: 5 }), problem({ line: 11, column: 3, text: 'let b: number = name;' })], old: [0, 1] },
  { behaviour: 'the same mistake once more, on a line like it, is new', known: whole(problem()), now: [problem(), problem({ line: 8 })], old: [0], fresh: [1] },
  { behaviour: 'what is indented otherwise now is old', known: whole(problem()), now: [problem({ text: 'const  total: number =   name;' })], old: [0] },
  { behaviour: 'an old one whose line was edited in part is old', known: whole(problem()), now: [problem({ text: 'const total: number = name; // sum' })], old: [0] },
  { behaviour: 'the same words on quite another line are new when the old line is gone', known: whole(problem()), now: [problem({ text: 'return items.length.toString();' })], fresh: [0] },
  { behaviour: 'another message on the same line is new', known: whole(problem()), now: [problem({ message: "Cannot find name 'x'." })], fresh: [0] },
  { behaviour: 'another code on the same line is new', known: whole(problem()), now: [problem({ code: 'TS2345' })], fresh: [0] },
  { behaviour: 'the same in another file is new', known: whole(problem()), now: [problem({ file: 'src/b.ts' })], fresh: [0] },
  { behaviour: 'an old one in a file that was moved is old', known: whole(problem()), now: [problem({ file: 'src/b.ts' })], gone: ['src/a.ts'], old: [0] },
  {
    behaviour: 'a message is the same with other places, times and quotes in it',
    known: whole(problem({ message: 'it took 12 ms at line 4 of ‘x.c:4:5’ (0x7ffe12ab)' })),
    now: [problem({ message: "it took 48 ms at line 40 of 'x.c:40:1' (0x55aa0001)" })],
    old: [0],
  },
  { behaviour: 'numbers that mean something make a difference', known: whole(problem({ message: 'Expected 2 arguments, but got 1.' })), now: [problem({ message: 'Expected 3 arguments, but got 1.' })], fresh: [0] },
  { behaviour: 'nothing is called new that nobody looked for', known: nothingKnown, now: [problem()], unclear: [0] },
  { behaviour: 'nothing is called new where an old one hid others', known: partly(problem({ code: 'TS1005' })), now: [problem()], unclear: [0] },
  { behaviour: 'files that were looked at one by one are known one by one', known: { problems: [], complete: new Set(['src/a.ts']) }, now: [problem(), problem({ file: 'src/b.ts' })], fresh: [0], unclear: [1] },
  { behaviour: 'what the agent left behind in an earlier run stays its own', known: nothingKnown, now: [problem()], own: [problem({ line: 90 })], fresh: [0] },
  {
    behaviour: 'a line that was written is the agent’s',
    known: nothingKnown,
    now: [problem(), problem({ line: 4, text: 'const old: number = name;' })],
    changes: [{ file: 'src/a.ts', before: 'const old: number = name;\n', after: 'const total: number = name;\nconst old: number = name;\n' }],
    fresh: [0],
    unclear: [1],
  },
  {
    behaviour: 'a line that was written is the agent’s also when no name ties it to the change',
    known: nothingKnown,
    now: [problem({ message: 'Expression expected.', text: 'return *;' }), problem({ message: 'Expression expected.', text: 'return /;' })],
    changes: [{ file: 'src/a.ts', before: 'return /;\n', after: 'return *;\nreturn /;\n' }],
    fresh: [0],
    unclear: [1],
  },
  {
    behaviour: 'a line too long to be kept whole was not written because another was',
    known: nothingKnown,
    now: [problem({ text: `return [${'1, '.repeat(200)}];`.slice(0, locateLimits.textLength) })],
    changes: [{ file: 'src/a.ts', before: `return [${'1, '.repeat(200)}];\n`, after: `// first\n  return [${'1, '.repeat(200)}];\n` }],
    unclear: [0],
  },
  { behaviour: 'a file that was made is the agent’s', known: nothingKnown, now: [problem()], changes: [{ file: 'src/a.ts', before: null, after: 'x' }], fresh: [0] },
  { behaviour: 'a file nobody could look at before is taken for the agent’s', known: nothingKnown, now: [problem()], changes: [{ file: 'src/a.ts', before: undefined, after: 'x' }], fresh: [0] },
  {
    behaviour: 'a name that was taken away points at the change, in whichever file it is missed',
    known: nothingKnown,
    now: [problem({ file: 'src/b.ts', message: "Module './a' has no exported member 'subtotal'.", text: "import { subtotal } from './a';" }), problem({ file: 'src/c.ts', message: "Cannot find name 'other'.", text: 'other();' })],
    changes: [{ file: 'src/a.ts', before: 'export function subtotal() {}\n', after: 'export function sum() {}\n' }],
    fresh: [0],
    unclear: [1],
  },
  {
    behaviour: 'a declaration that was changed points at those who use it',
    known: nothingKnown,
    now: [problem({ file: 'src/b.ts', message: "Argument of type 'number' is not assignable to parameter of type 'string'.", text: 'add(1, 2);' }), problem({ file: 'src/b.ts', text: 'const n: number = text;' })],
    changes: [{ file: 'src/a.ts', before: 'export function add(a: number, b: number) {\n}\n', after: 'export function add(a: string, b: number) {\n}\n' }],
    fresh: [0],
    unclear: [1],
  },
  {
    behaviour: 'a file that was deleted points at those who name it',
    known: nothingKnown,
    now: [problem({ file: 'src/b.ts', message: "Cannot find module './cart' or its corresponding type declarations.", text: "import './cart';" })],
    changes: [{ file: 'src/cart.ts', before: 'x', after: null }],
    fresh: [0],
  },
  {
    behaviour: 'plain English in a message is no name',
    known: nothingKnown,
    now: [problem({ file: 'src/b.rs', message: 'cannot find value `nope` in this scope', text: 'nope;' })],
    changes: [{ file: 'src/a.rs', before: 'let value = 1;\n', after: 'let value = 2;\n' }],
    unclear: [0],
  },
];

describe('judging problems', () => {
  for (const { behaviour, known, now, own = [], gone = [], changes, fresh = [], old = [], unclear = [] } of cases) {
    it(behaviour, () => {
      const judged = judgeProblems(now, { known, own, gone: new Set(gone), evidence: changes === undefined ? cannotTell : evidenceOf(changes) });
      const at = (problems: readonly Problem[]): number[] => problems.map((one) => now.indexOf(one)).sort((a, b) => a - b);
      assert.deepEqual({ fresh: at(judged.fresh), old: at(judged.old), unclear: at(judged.unclear) }, { fresh, old, unclear });
    });
  }

  it('is quick with as many as a check may name', () => {
    const many = (message: string): Problem[] => Array.from({ length: outputLimits.problems }, (_, n) => problem({ line: n, message: `${message} ${n}`, text: `line ${n}` }));
    const judged = judgeProblems(many('now'), { known: whole(...many('before')), own: [], gone: new Set(), evidence: cannotTell });
    assert.equal(judged.fresh.length, outputLimits.problems);
  });

  it('loses and doubles none, whatever is known', () => {
    const now = Array.from({ length: 300 }, (_, n) => problem({ line: n, text: `line ${n % 40}`, message: `message ${n % 7}` }));
    const known = partly(...now.filter((_, n) => n % 3 === 0).map((one) => ({ ...one, line: 1 })));
    const judged = judgeProblems(now, { known, own: [], gone: new Set(), evidence: { causes: ({ line }) => (line ?? 0) % 2 === 0 } });
    const all = [...judged.fresh, ...judged.old, ...judged.unclear];
    assert.deepEqual([all.length, new Set(all).size, judged.old.length], [300, 300, 100]);
  });
});
