// Every parser on what its programs print, and on what is none of their business.
import assert from 'node:assert/strict';
import { outputLimits, parseOutput } from './parse-output';
import { hidesOthers, parsers } from './parsers';
import { samplesByHand } from './testing/by-hand-samples';
import { javascriptSamples } from './testing/javascript-samples';
import { javascriptTestSamples } from './testing/javascript-tests-samples';
import { jvmSamples } from './testing/jvm-samples';
import { nativeSamples } from './testing/native-samples';
import { pythonSamples } from './testing/python-samples';
import type { Sample } from './testing/sample';
import { typescriptSamples } from './testing/typescript-samples';

const recorded: Readonly<Record<string, readonly Sample[]>> = {
  'TypeScript, recorded': typescriptSamples,
  'JavaScript, recorded': javascriptSamples,
  'tests of JavaScript, recorded': javascriptTestSamples,
  'Python, recorded': pythonSamples,
  'Rust, C and make, recorded': nativeSamples,
  'Java, recorded': jvmSamples,
  'written by hand': samplesByHand,
};

describe('parsers of check output', () => {
  for (const [group, samples] of Object.entries(recorded)) {
    describe(group, () => {
      for (const { tool, output, problems } of samples) {
        it(`reads ${tool}`, () => assert.deepEqual(parseOutput(output), problems));
        it(`reads ${tool} with Windows line ends and colours`, () => {
          const coloured = output.split('\n').map((line) => (line === '' ? line : `\u001b[31m${line}\u001b[0m`)).join('\r\n');
          assert.deepEqual(parseOutput(coloured), problems);
        });
      }
    });
  }

  it('has a sample for every parser', () => {
    const sampled = new Set(Object.values(recorded).flat().flatMap(({ problems }) => problems.map(({ source }) => source)));
    assert.deepEqual(parsers.map(({ id }) => id).filter((id) => !sampled.has(id)), []);
  });

  it('finds nothing in output that names no place', () => {
    const output = 'Error: it did not work\nnpm error Lifecycle script `build` failed with error:\nnpm error code 1\nsh: 1: tsc: not found\n';
    assert.deepEqual(parseOutput(output), []);
  });

  it('gives warnings only where there are no errors', () => {
    const warning = 'src/u.c:3:7: warning: unused variable [-Wunused-variable]';
    const found = (output: string): string[] => parseOutput(output).map(({ severity, line }) => `${severity} ${line}`);
    assert.deepEqual([found(warning), found(`${warning}\nsrc/u.c:9:1: error: no`)], [['warning 3'], ['error 9']]);
  });

  it('is quick with an output made to be slow', () => {
    const lines = [' '.repeat(100_000), '('.repeat(100_000), 'a:1:'.repeat(25_000), `at ${'('.repeat(50_000)}`, `${'x '.repeat(50_000)}(1,1`, '\t'.repeat(100_000)];
    assert.deepEqual(parseOutput(lines.join('\n').concat('\n').repeat(20)), []);
  });

  it('is quick with an output in which every line begins something that never ends', () => {
    const heads = ['  ● x', 'FAIL src/a.test.ts', "thread 'x' panicked at src/a.rs:1:1:", 'error[E0308]: mismatched', 'a.c:(.text+0x1): undefined reference to `x`', '--- FAIL: TestX', 'x.py:1: in x', 'E   x', 'panic: x', '    a_test.go:1: x', 'not ok 1 - x\n  ---', 'a.ts:1:2 lint/x ━━━'];
    for (const head of heads) assert.ok(parseOutput(`${head}\n`.repeat(outputLimits.lines)).length <= outputLimits.problems, head);
  });

  it('knows which problems keep others from being found', () => {
    const of = (source: string, code: string | null, file: string | null = 'a'): boolean => hidesOthers({ source, code, file, message: '' });
    assert.deepEqual(
      [of('typescript', 'TS1109'), of('typescript', 'TS2322'), of('typescript', 'TS18003', null), of('mypy', 'syntax'), of('mypy', 'arg-type'), of('eslint', null), of('rust', 'E0308'), of('compiler', null), of('unheard of', null, null)],
      [true, false, true, true, false, false, true, true, true],
    );
  });
});
