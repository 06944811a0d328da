// What test runners of JavaScript print. Recorded from the programs; folders read /project.
import type { Sample } from './sample';

export const javascriptTestSamples: readonly Sample[] = [
  {
    tool: 'node 20 --test, spec',
    output: `▶ sums
  ✖ adds (3.545458ms)
    AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:

    -1 !== 3

        at TestContext.<anonymous> (/project/n.test.js:6:12)
        at Test.runInAsyncScope (node:async_hooks:206:9)
        at Test.run (node:internal/test_runner/test:796:25)
        at Test.start (node:internal/test_runner/test:702:17)
        at node:internal/test_runner/test:1133:71
        at node:internal/per_context/primordials:482:82
        at new Promise (<anonymous>)
        at new SafePromise (node:internal/per_context/primordials:450:29)
        at node:internal/per_context/primordials:482:9
        at Array.map (<anonymous>) {
      generatedMessage: true,
      code: 'ERR_ASSERTION',
      actual: -1,
      expected: 3,
      operator: 'strictEqual'
    }

  ✖ booms (0.126659ms)
    TypeError [Error]: boom
        at exports.boom (/project/src/add.js:2:30)
        at TestContext.<anonymous> (/project/n.test.js:8:23)
        at Test.runInAsyncScope (node:async_hooks:206:9)
        at Test.run (node:internal/test_runner/test:796:25)
        at Suite.processPendingSubtests (node:internal/test_runner/test:526:18)
        at Test.postRun (node:internal/test_runner/test:889:19)
        at Test.run (node:internal/test_runner/test:835:12)
        at async Promise.all (index 0)
        at async Suite.run (node:internal/test_runner/test:1135:7)
        at async Test.processPendingSubtests (node:internal/test_runner/test:526:7)

✖ sums (5.318923ms)
ℹ tests 2
ℹ suites 1
ℹ pass 0
ℹ fail 2
ℹ cancelled 0
ℹ skipped 0
ℹ todo 0
ℹ duration_ms 195.862547

✖ failing tests:

test at n.test.js:5:3
✖ adds (3.545458ms)
  AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:

  -1 !== 3

      at TestContext.<anonymous> (/project/n.test.js:6:12)
      at Test.runInAsyncScope (node:async_hooks:206:9)
      at Test.run (node:internal/test_runner/test:796:25)
      at Test.start (node:internal/test_runner/test:702:17)
      at node:internal/test_runner/test:1133:71
      at node:internal/per_context/primordials:482:82
      at new Promise (<anonymous>)
      at new SafePromise (node:internal/per_context/primordials:450:29)
      at node:internal/per_context/primordials:482:9
      at Array.map (<anonymous>) {
    generatedMessage: true,
    code: 'ERR_ASSERTION',
    actual: -1,
    expected: 3,
    operator: 'strictEqual'
  }

test at n.test.js:8:3
✖ booms (0.126659ms)
  TypeError [Error]: boom
      at exports.boom (/project/src/add.js:2:30)
      at TestContext.<anonymous> (/project/n.test.js:8:23)
      at Test.runInAsyncScope (node:async_hooks:206:9)
      at Test.run (node:internal/test_runner/test:796:25)
      at Suite.processPendingSubtests (node:internal/test_runner/test:526:18)
      at Test.postRun (node:internal/test_runner/test:889:19)
      at Test.run (node:internal/test_runner/test:835:12)
      at async Promise.all (index 0)
      at async Suite.run (node:internal/test_runner/test:1135:7)
      at async Test.processPendingSubtests (node:internal/test_runner/test:526:7)`,
    problems: [
      { file: '/project/n.test.js', line: 6, column: 12, severity: 'error', code: null, message: 'adds: AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:', source: 'node-test' },
      { file: '/project/src/add.js', line: 2, column: 30, severity: 'error', code: null, message: 'booms: TypeError [Error]: boom', source: 'node-test' },
    ],
  },
  {
    tool: 'node 20 --test, TAP',
    output: `TAP version 13
# Subtest: sums
    # Subtest: adds
    not ok 1 - adds
      ---
      duration_ms: 10.902241
      location: '/project/n.test.js:5:3'
      failureType: 'testCodeFailure'
      error: |-
        Expected values to be strictly equal:

        -1 !== 3

      code: 'ERR_ASSERTION'
      name: 'AssertionError'
      expected: 3
      actual: -1
      operator: 'strictEqual'
      stack: |-
        TestContext.<anonymous> (/project/n.test.js:6:12)
        Test.runInAsyncScope (node:async_hooks:206:9)
        Test.run (node:internal/test_runner/test:796:25)
        Test.start (node:internal/test_runner/test:702:17)
        node:internal/test_runner/test:1133:71
        node:internal/per_context/primordials:482:82
        new Promise (<anonymous>)
        new SafePromise (node:internal/per_context/primordials:450:29)
        node:internal/per_context/primordials:482:9
        Array.map (<anonymous>)
      ...
    # Subtest: booms
    not ok 2 - booms
      ---
      duration_ms: 0.126168
      location: '/project/n.test.js:8:3'
      failureType: 'testCodeFailure'
      error: 'boom'
      code: 'ERR_TEST_FAILURE'
      name: 'TypeError'
      stack: |-
        exports.boom (/project/src/add.js:2:30)
        TestContext.<anonymous> (/project/n.test.js:8:23)
        Test.runInAsyncScope (node:async_hooks:206:9)
        Test.run (node:internal/test_runner/test:796:25)
        Suite.processPendingSubtests (node:internal/test_runner/test:526:18)
        Test.postRun (node:internal/test_runner/test:889:19)
        Test.run (node:internal/test_runner/test:835:12)
        async Promise.all (index 0)
        async Suite.run (node:internal/test_runner/test:1135:7)
        async Test.processPendingSubtests (node:internal/test_runner/test:526:7)
      ...
    1..2
not ok 1 - sums
  ---
  duration_ms: 12.778299
  type: 'suite'
  location: '/project/n.test.js:4:1'
  failureType: 'subtestsFailed'
  error: '2 subtests failed'
  code: 'ERR_TEST_FAILURE'
  ...
1..1
# tests 2
# suites 1
# pass 0
# fail 2
# cancelled 0
# skipped 0
# todo 0
# duration_ms 430.747866`,
    problems: [
      { file: '/project/n.test.js', line: 6, column: 12, severity: 'error', code: null, message: 'adds: Expected values to be strictly equal:', source: 'node-test' },
      { file: '/project/src/add.js', line: 2, column: 30, severity: 'error', code: null, message: 'booms: boom', source: 'node-test' },
    ],
  },
  {
    tool: 'mocha 11',
    output: `

  sums
    1) adds
    2) booms


  0 passing (21ms)
  2 failing

  1) sums
       adds:

      AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:

-1 !== 3

      + expected - actual

      --1
      +3

      at Context.<anonymous> (m/m.spec.js:5:12)
      at process.processImmediate (node:internal/timers:483:21)

  2) sums
       booms:
     TypeError: boom
      at exports.boom (src/add.js:2:30)
      at Context.<anonymous> (m/m.spec.js:7:21)
      at process.processImmediate (node:internal/timers:483:21)`,
    problems: [
      { file: 'm/m.spec.js', line: 5, column: 12, severity: 'error', code: null, message: 'sums > adds: AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:', source: 'mocha' },
      { file: 'src/add.js', line: 2, column: 30, severity: 'error', code: null, message: 'sums > booms: TypeError: boom', source: 'mocha' },
    ],
  },
  {
    tool: 'jest 30',
    output: `FAIL j/j.test.js
  sums
    ✕ adds (18 ms)
    ✕ booms (1 ms)

  ● sums › adds

    expect(received).toBe(expected) // Object.is equality

    Expected: 3
    Received: -1

      2 | describe('sums', () => {
      3 |   it('adds', () => {
    > 4 |     expect(add(1, 2)).toBe(3);
        |                       ^
      5 |   });
      6 |   it('booms', () => boom());
      7 | });

      at Object.toBe (j/j.test.js:4:23)

  ● sums › booms

    TypeError: boom

      1 | exports.add = (a, b) => a - b;
    > 2 | exports.boom = () => { throw new TypeError('boom'); };
        |                              ^
      3 |

      at exports.boom (src/add.js:2:30)
      at Object.boom (j/j.test.js:6:21)

Test Suites: 1 failed, 1 total
Tests:       2 failed, 2 total
Snapshots:   0 total
Time:        2.582 s
Ran all test suites matching j/j.`,
    problems: [
      { file: 'j/j.test.js', line: 4, column: 23, severity: 'error', code: null, message: 'sums > adds: expect(received).toBe(expected) // Object.is equality', source: 'jest' },
      { file: 'src/add.js', line: 2, column: 30, severity: 'error', code: null, message: 'sums > booms: TypeError: boom', source: 'jest' },
    ],
  },
  {
    tool: 'vitest 3',
    output: `
 RUN  v3.2.7 /project

 ❯ v/v.test.mjs (2 tests | 2 failed) 11ms
   × sums > adds 8ms
     → expected -1 to be 3 // Object.is equality
   × sums > booms 1ms
     → boom

⎯⎯⎯⎯⎯⎯⎯ Failed Tests 2 ⎯⎯⎯⎯⎯⎯⎯

 FAIL  v/v.test.mjs > sums > adds
AssertionError: expected -1 to be 3 // Object.is equality

- Expected
+ Received

- 3
+ -1

 ❯ v/v.test.mjs:5:23
      3| describe('sums', () => {
      4|   it('adds', () => {
      5|     expect(add(1, 2)).toBe(3);
       |                       ^
      6|   });
      7|   it('booms', () => boom());

⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/2]⎯

 FAIL  v/v.test.mjs > sums > booms
TypeError: boom
 ❯ exports.boom src/add.js:2:30
      1| exports.add = (a, b) => a - b;
      2| exports.boom = () => { throw new TypeError('boom'); };
       |                              ^
      3|
 ❯ v/v.test.mjs:7:25

⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[2/2]⎯


 Test Files  1 failed (1)
      Tests  2 failed (2)
   Start at  20:40:12
   Duration  1.64s (transform 403ms, setup 0ms, collect 39ms, tests 11ms, environment 0ms, prepare 673ms)`,
    problems: [
      { file: 'v/v.test.mjs', line: 5, column: 23, severity: 'error', code: null, message: 'sums > adds: AssertionError: expected -1 to be 3 // Object.is equality', source: 'vitest' },
      { file: 'src/add.js', line: 2, column: 30, severity: 'error', code: null, message: 'sums > booms: TypeError: boom', source: 'vitest' },
    ],
  },
  {
    tool: 'vitest 3, a module that is missing',
    output: `
 RUN  v3.2.7 /project


⎯⎯⎯⎯⎯⎯ Failed Suites 1 ⎯⎯⎯⎯⎯⎯⎯

 FAIL  v/w.test.mjs [ v/w.test.mjs ]
Error: Cannot find module './gone.mjs' imported from '/project/v/w.test.mjs'
 ❯ v/w.test.mjs:1:1
      1| import x from "./gone.mjs";
       | ^
      2|

Caused by: Error: Failed to load url ./gone.mjs (resolved id: ./gone.mjs) in /project/v/w.test.mjs. Does the file exist?
 ❯ loadAndTransform node_modules/vite/dist/node/chunks/config.js:22907:33

⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/1]⎯


 Test Files  1 failed (1)
      Tests  no tests
   Start at  20:40:16
   Duration  1.25s (transform 33ms, setup 0ms, collect 0ms, tests 0ms, environment 0ms, prepare 434ms)`,
    problems: [
      { file: 'v/w.test.mjs', line: 1, column: 1, severity: 'error', code: null, message: "v/w.test.mjs: Error: Cannot find module './gone.mjs' imported from '/project/v/w.test.mjs'", source: 'vitest' },
    ],
  },
  {
    tool: 'bun 1.4 test',
    output: `bun test v1.4.5 (a7733435c)

b.test.ts:
1 | import {test,expect} from "bun:test";
2 | test("adds", () => {
3 |   expect(1).toBe(2);
                ^
error: expect(received).toBe(expected)

Expected: 2
Received: 1

      at <anonymous> (/project/b.test.ts:3:13)
(fail) adds [6.76ms]

 0 pass
 1 fail
 1 expect() calls
Ran 1 test across 1 file. [108.00ms]`,
    problems: [
      { file: '/project/b.test.ts', line: 3, column: 13, severity: 'error', code: null, message: 'adds: expect(received).toBe(expected)', source: 'bun-test' },
    ],
  },
  {
    tool: 'deno 2.9 test',
    output: `Check t_test.ts
running 1 test from ./t_test.ts
adds ... FAILED (4ms)

 ERRORS

adds => ./t_test.ts:2:6
error: Error: no
Deno.test("adds", () => { throw new Error("no"); });
                                ^
    at file:///project/t_test.ts:2:33

 FAILURES

adds => ./t_test.ts:2:6

FAILED | 0 passed | 1 failed (11ms)

error: Test failed`,
    problems: [
      { file: 'file:///project/t_test.ts', line: 2, column: 33, severity: 'error', code: null, message: 'adds: Error: no', source: 'deno-test' },
    ],
  },
];
