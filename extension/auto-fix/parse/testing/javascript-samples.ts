// What linters, bundlers and runtimes of JavaScript print. Recorded from the programs; folders read /project.
import type { Sample } from './sample';

export const javascriptSamples: readonly Sample[] = [
  {
    tool: 'eslint 10, stylish',
    output: `
/project/src/bad.js
  1:1  error  Parsing error: The keyword 'let' is reserved

/project/src/x.js
  1:5   warning  'a' is never reassigned. Use 'const' instead  prefer-const
  2:7   error    Expected '===' and instead saw '=='           eqeqeq
  2:15  error    'b' is not defined                            no-undef
  3:13  error    'unused' is assigned a value but never used   no-unused-vars

✖ 5 problems (4 errors, 1 warning)
  0 errors and 1 warning potentially fixable with the \`--fix\` option.`,
    problems: [
      { file: '/project/src/bad.js', line: 1, column: 1, severity: 'error', code: null, message: "Parsing error: The keyword 'let' is reserved", source: 'eslint' },
      { file: '/project/src/x.js', line: 2, column: 7, severity: 'error', code: 'eqeqeq', message: "Expected '===' and instead saw '=='", source: 'eslint' },
      { file: '/project/src/x.js', line: 2, column: 15, severity: 'error', code: 'no-undef', message: "'b' is not defined", source: 'eslint' },
      { file: '/project/src/x.js', line: 3, column: 13, severity: 'error', code: 'no-unused-vars', message: "'unused' is assigned a value but never used", source: 'eslint' },
    ],
  },
  {
    tool: 'eslint 10, json',
    output: `[{"filePath":"/project/src/bad.js","messages":[{"ruleId":null,"fatal":true,"severity":2,"message":"Parsing error: The keyword 'let' is reserved","line":1,"column":1}],"suppressedMessages":[],"errorCount":1,"fatalErrorCount":1,"warningCount":0,"fixableErrorCount":0,"fixableWarningCount":0,"source":"let = ;\\n","usedDeprecatedRules":[]},{"filePath":"/project/src/x.js","messages":[{"ruleId":"prefer-const","severity":1,"message":"'a' is never reassigned. Use 'const' instead.","line":1,"column":5,"messageId":"useConst","endLine":1,"endColumn":6,"fix":{"range":[0,10],"text":"const a = 1;"}},{"ruleId":"eqeqeq","severity":2,"message":"Expected '===' and instead saw '=='.","line":2,"column":7,"messageId":"unexpected","endLine":2,"endColumn":9,"suggestions":[{"messageId":"replaceOperator","data":{"expectedOperator":"===","actualOperator":"=="},"fix":{"range":[17,19],"text":"==="},"desc":"Use '===' instead of '=='."}]},{"ruleId":"no-undef","severity":2,"message":"'b' is not defined.","line":2,"column":15,"messageId":"undef","endLine":2,"endColumn":16},{"ruleId":"no-unused-vars","severity":2,"message":"'unused' is assigned a value but never used.","line":3,"column":13,"messageId":"unusedVar","endLine":3,"endColumn":19,"suggestions":[{"messageId":"removeVar","data":{"varName":"unused"},"fix":{"range":[40,55],"text":""},"desc":"Remove unused variable 'unused'."}]}],"suppressedMessages":[],"errorCount":3,"fatalErrorCount":0,"warningCount":1,"fixableErrorCount":0,"fixableWarningCount":1,"source":"let a = 1;\\nif (a == 2) { b(); }\\n/* c */ var unused = 3;\\n","usedDeprecatedRules":[]}]`,
    problems: [
      { file: '/project/src/bad.js', line: 1, column: 1, severity: 'error', code: null, message: "Parsing error: The keyword 'let' is reserved", source: 'eslint' },
      { file: '/project/src/x.js', line: 2, column: 7, severity: 'error', code: 'eqeqeq', message: "Expected '===' and instead saw '=='.", source: 'eslint' },
      { file: '/project/src/x.js', line: 2, column: 15, severity: 'error', code: 'no-undef', message: "'b' is not defined.", source: 'eslint' },
      { file: '/project/src/x.js', line: 3, column: 13, severity: 'error', code: 'no-unused-vars', message: "'unused' is assigned a value but never used.", source: 'eslint' },
    ],
  },
  {
    tool: 'oxlint 1.89',
    output: `
  ! eslint(no-unused-vars): Variable 'unused' is declared but never used. Unused variables should start with a '_'.
   ,-[src/x.js:3:13]
 2 | if (a == 2) { b(); }
 3 | /* c */ var unused = 3;
   :             ^^^|^^
   :                \`-- 'unused' is declared here
   \`----
  help: Consider removing this declaration.

  x Unexpected token
   ,-[src/bad.js:1:7]
 1 | let = ;
   :       ^
   \`----

Found 1 warning and 1 error.
Finished in 15ms on 2 files with 96 rules using 2 threads.`,
    problems: [
      { file: 'src/bad.js', line: 1, column: 7, severity: 'error', code: null, message: 'Unexpected token', source: 'oxlint' },
    ],
  },
  {
    tool: 'biome 2',
    output: `src/x.js:1:1 lint/style/useConst  FIXABLE  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━

  ! This let declares a variable that is only assigned once.

  > 1 │ let a = 1;
      │ ^^^
    2 │ if (a == 2) { b(); }
    3 │ /* c */ var unused = 3;

  i 'a' is never reassigned.

  > 1 │ let a = 1;
      │     ^
    2 │ if (a == 2) { b(); }
    3 │ /* c */ var unused = 3;

  i A variable that is never reassigned is clearer as const, because it prevents the binding from being reassigned.

  i Safe fix: Use const instead.

    1   │ - let·a·=·1;
      1 │ + const·a·=·1;
    2 2 │   if (a == 2) { b(); }
    3 3 │   /* c */ var unused = 3;


src/x.js:3:13 lint/correctness/noUnusedVariables  FIXABLE  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━

  ! This variable unused is unused.

    1 │ let a = 1;
    2 │ if (a == 2) { b(); }
  > 3 │ /* c */ var unused = 3;
      │             ^^^^^^
    4 │

  i Unused variables are often the result of typos, incomplete refactors, or other sources of bugs.

  i Unsafe fix: If this is intentional, prepend unused with an underscore.

    1 1 │   let a = 1;
    2 2 │   if (a == 2) { b(); }
    3   │ - /*·c·*/·var·unused·=·3;
      3 │ + /*·c·*/·var·_unused·=·3;
    4 4 │


src/bad.js:1:1 parse ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━

  × Illegal use of reserved keyword \`let\` as an identifier in strict mode

  > 1 │ let = ;
      │ ^^^
    2 │


src/bad.js:1:7 parse ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━

  × Expected an expression, or an assignment but instead found ';'.

  > 1 │ let = ;
      │       ^
    2 │

  i Expected an expression, or an assignment here.

  > 1 │ let = ;
      │       ^
    2 │


src/x.js:2:7 lint/suspicious/noDoubleEquals  FIXABLE  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━

  × Using == may be unsafe if you are relying on type coercion.

    1 │ let a = 1;
  > 2 │ if (a == 2) { b(); }
      │       ^^
    3 │ /* c */ var unused = 3;
    4 │

  i == is only allowed when comparing against null.

  i Unsafe fix: Use === instead.

    2 │ if·(a·===·2)·{·b();·}
      │         +

Checked 2 files in 60ms. No fixes applied.
Found 3 errors.
Found 2 warnings.
lint ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━

  × Some errors were emitted while running checks.
`,
    problems: [
      { file: 'src/bad.js', line: 1, column: 1, severity: 'error', code: 'parse', message: 'Illegal use of reserved keyword `let` as an identifier in strict mode', source: 'biome' },
      { file: 'src/bad.js', line: 1, column: 7, severity: 'error', code: 'parse', message: "Expected an expression, or an assignment but instead found ';'.", source: 'biome' },
      { file: 'src/x.js', line: 2, column: 7, severity: 'error', code: 'lint/suspicious/noDoubleEquals', message: 'Using == may be unsafe if you are relying on type coercion.', source: 'biome' },
    ],
  },
  {
    tool: 'node 20 --check',
    output: `/project/bad.js:1
let = ;
      ^

SyntaxError: Unexpected token ';'
    at wrapSafe (node:internal/modules/cjs/loader:1464:18)
    at checkSyntax (node:internal/main/check_syntax:78:3)

Node.js v20.20.2`,
    problems: [
      { file: '/project/bad.js', line: 1, column: null, severity: 'error', code: 'SyntaxError', message: "Unexpected token ';'", source: 'node' },
    ],
  },
  {
    tool: 'node 20, a missing module',
    output: `node:internal/modules/cjs/loader:1210
  throw err;
  ^

Error: Cannot find module './nothere'
Require stack:
- /project/r.js
    at Module._resolveFilename (node:internal/modules/cjs/loader:1207:15)
    at Module._load (node:internal/modules/cjs/loader:1038:27)
    at Module.require (node:internal/modules/cjs/loader:1289:19)
    at require (node:internal/modules/helpers:182:18)
    at Object.<anonymous> (/project/r.js:1:1)
    at Module._compile (node:internal/modules/cjs/loader:1521:14)
    at Module._extensions..js (node:internal/modules/cjs/loader:1623:10)
    at Module.load (node:internal/modules/cjs/loader:1266:32)
    at Module._load (node:internal/modules/cjs/loader:1091:12)
    at Function.executeUserEntryPoint [as runMain] (node:internal/modules/run_main:164:12) {
  code: 'MODULE_NOT_FOUND',
  requireStack: [ '/project/r.js' ]
}

Node.js v20.20.2`,
    problems: [
      { file: '/project/r.js', line: 1, column: 1, severity: 'error', code: 'Error', message: "Cannot find module './nothere'", source: 'node' },
    ],
  },
  {
    tool: 'esbuild 0.28',
    output: `✘ [ERROR] Unexpected ";"

    a.ts:2:8:
      2 │ let a = ;
        ╵         ^

1 error`,
    problems: [
      { file: 'a.ts', line: 2, column: 8, severity: 'error', code: null, message: 'Unexpected ";"', source: 'bundler' },
    ],
  },
  {
    tool: 'vite 7 build',
    output: `vite v7.3.8 building client environment for production...
transforming...
✓ 4 modules transformed.
✗ Build failed in 569ms
error during build:
b.ts (1:8): "x" is not exported by "c.ts", imported by "b.ts".
file: /project/b.ts:1:8

1: import {x} from "./c";
           ^
2: console.log(x)

    at getRollupError (file:///project/node_modules/rollup/dist/es/shared/parseAst.js:355:41)
    at error (file:///project/node_modules/rollup/dist/es/shared/parseAst.js:351:42)
    at Module.error (file:///project/node_modules/rollup/dist/es/shared/node-entry.js:18670:16)
    at Module.traceVariable (file:///project/node_modules/rollup/dist/es/shared/node-entry.js:19107:29)
    at ModuleScope.findVariable (file:///project/node_modules/rollup/dist/es/shared/node-entry.js:15335:39)
    at Identifier.bind (file:///project/node_modules/rollup/dist/es/shared/node-entry.js:6072:40)
    at CallExpression.bind (file:///project/node_modules/rollup/dist/es/shared/node-entry.js:3261:28)
    at CallExpression.bind (file:///project/node_modules/rollup/dist/es/shared/node-entry.js:14004:15)
    at ExpressionStatement.bind (file:///project/node_modules/rollup/dist/es/shared/node-entry.js:3265:23)
    at Program.bind (file:///project/node_modules/rollup/dist/es/shared/node-entry.js:3261:28)`,
    problems: [
      { file: 'b.ts', line: 1, column: 8, severity: 'error', code: null, message: '"x" is not exported by "c.ts", imported by "b.ts".', source: 'bundler' },
    ],
  },
  {
    tool: 'deno 2.9 check',
    output: `Check a.ts
TS2322 [ERROR]: Type 'string' is not assignable to type 'number'.
export const a: number = "x";
             ^
    at file:///project/a.ts:1:14

TS2304 [ERROR]: Cannot find name 'foo'.
foo();
~~~
    at file:///project/a.ts:2:1

Found 2 errors.

error: Type checking failed.`,
    problems: [
      { file: 'file:///project/a.ts', line: 1, column: 14, severity: 'error', code: 'TS2322', message: "Type 'string' is not assignable to type 'number'.", source: 'deno' },
      { file: 'file:///project/a.ts', line: 2, column: 1, severity: 'error', code: 'TS2304', message: "Cannot find name 'foo'.", source: 'deno' },
    ],
  },
  {
    tool: 'deno 2.9 check, a syntax error',
    output: `error: SyntaxError: Expression expected
  |
1 | let = ;
  |       ~
    at file:///project/b.ts:1:7`,
    problems: [
      { file: 'file:///project/b.ts', line: 1, column: 7, severity: 'error', code: 'SyntaxError', message: 'Expression expected', source: 'deno' },
    ],
  },
];
