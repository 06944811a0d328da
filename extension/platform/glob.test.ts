import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import { globMatcher } from './glob';

const paths = ['a.ts', 'a.tsx', 'src/a.ts', 'src/b/c.ts', 'src/b/[id].ts', 'src/.hidden/x.js', 'test/a.test.ts', 'docs/x{1}.md'];
const matching = (glob: string): string[] => paths.filter(globMatcher(glob) ?? (() => false));

describe('a glob', () => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    '*.ts': ['a.ts', 'src/a.ts', 'src/b/c.ts', 'src/b/[id].ts', 'test/a.test.ts'],
    '?.ts': ['a.ts', 'src/a.ts', 'src/b/c.ts'],
    './a.ts': ['a.ts', 'src/a.ts'],
    'src/*.ts': ['src/a.ts'],
    'src/**/*.ts': ['src/a.ts', 'src/b/c.ts', 'src/b/[id].ts'],
    '**/b/**': ['src/b/c.ts', 'src/b/[id].ts'],
    '**/*.js': ['src/.hidden/x.js'],
    '**': paths,
    '*.{tsx,js}': ['a.tsx', 'src/.hidden/x.js'],
    '{src,test}/{a,b/c}*.ts': ['src/a.ts', 'src/b/c.ts', 'test/a.test.ts'],
    '{s{rc,xx}/a,a}.ts': ['a.ts', 'src/a.ts'],
    '[a-b].ts': ['a.ts', 'src/a.ts'],
    '[!a-b].ts': ['src/b/c.ts'],
    '\\[id\\].ts': ['src/b/[id].ts'],
    '[[]*': ['src/b/[id].ts'],
    'x{1}.md': ['docs/x{1}.md'],
    '[a.ts': [],
    'A.ts': [],
  };
  for (const [glob, wanted] of Object.entries(cases)) {
    it(`${glob} finds what it says`, () => assert.deepEqual(matching(glob), wanted));
  }

  it('is done in time for whatever stars and braces it has', () => {
    const path = `${'a/'.repeat(200)}${'a'.repeat(250)}`;
    const globs = [`${'*a'.repeat(200)}b`, `${'**/a*/'.repeat(80)}b`, `${'{*,**}/'.repeat(6)}b`];
    const match = (): boolean[] => globs.map((glob) => globMatcher(glob)?.(path) ?? true);
    assert.deepEqual([...runInNewContext('match()', { match }, { timeout: 10_000 })], [false, false, false]);
  });

  it('is refused when it stands for too many others', () => {
    assert.equal(globMatcher('{a,b}'.repeat(90)), null);
  });
});
