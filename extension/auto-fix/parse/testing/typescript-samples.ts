// What tsc prints, by itself and through package managers. Recorded from the programs; folders read /project.
import type { Sample } from './sample';

export const typescriptSamples: readonly Sample[] = [
  {
    tool: 'tsc 5.9',
    output: `src/a.ts(1,10): error TS2305: Module '"./b.js"' has no exported member 'gone'.
src/a.ts(2,14): error TS2322: Type 'string' is not assignable to type 'number'.
src/a.ts(4,16): error TS2322: Type 'string' is not assignable to type 'number'.
src/a.ts(4,25): error TS2322: Type 'number' is not assignable to type 'string'.
src/a.ts(5,3): error TS2345: Argument of type 'P' is not assignable to parameter of type '{ a: string; }'.
  Types of property 'a' are incompatible.
    Type 'number' is not assignable to type 'string'.`,
    problems: [
      { file: 'src/a.ts', line: 1, column: 10, severity: 'error', code: 'TS2305', message: 'Module \'"./b.js"\' has no exported member \'gone\'.', source: 'typescript' },
      { file: 'src/a.ts', line: 2, column: 14, severity: 'error', code: 'TS2322', message: "Type 'string' is not assignable to type 'number'.", source: 'typescript' },
      { file: 'src/a.ts', line: 4, column: 16, severity: 'error', code: 'TS2322', message: "Type 'string' is not assignable to type 'number'.", source: 'typescript' },
      { file: 'src/a.ts', line: 4, column: 25, severity: 'error', code: 'TS2322', message: "Type 'number' is not assignable to type 'string'.", source: 'typescript' },
      { file: 'src/a.ts', line: 5, column: 3, severity: 'error', code: 'TS2345', message: "Argument of type 'P' is not assignable to parameter of type '{ a: string; }'.\nTypes of property 'a' are incompatible.\nType 'number' is not assignable to type 'string'.", source: 'typescript' },
    ],
  },
  {
    tool: 'tsc 7.0',
    output: `src/a.ts(1,10): error TS2305: Module '"./b.js"' has no exported member 'gone'.
src/a.ts(2,14): error TS2322: Type 'string' is not assignable to type 'number'.
src/a.ts(4,16): error TS2322: Type 'string' is not assignable to type 'number'.
src/a.ts(4,25): error TS2322: Type 'number' is not assignable to type 'string'.
src/a.ts(5,3): error TS2345: Argument of type 'P' is not assignable to parameter of type '{ a: string; }'.
  Types of property 'a' are incompatible.
    Type 'number' is not assignable to type 'string'.`,
    problems: [
      { file: 'src/a.ts', line: 1, column: 10, severity: 'error', code: 'TS2305', message: 'Module \'"./b.js"\' has no exported member \'gone\'.', source: 'typescript' },
      { file: 'src/a.ts', line: 2, column: 14, severity: 'error', code: 'TS2322', message: "Type 'string' is not assignable to type 'number'.", source: 'typescript' },
      { file: 'src/a.ts', line: 4, column: 16, severity: 'error', code: 'TS2322', message: "Type 'string' is not assignable to type 'number'.", source: 'typescript' },
      { file: 'src/a.ts', line: 4, column: 25, severity: 'error', code: 'TS2322', message: "Type 'number' is not assignable to type 'string'.", source: 'typescript' },
      { file: 'src/a.ts', line: 5, column: 3, severity: 'error', code: 'TS2345', message: "Argument of type 'P' is not assignable to parameter of type '{ a: string; }'.\nTypes of property 'a' are incompatible.\nType 'number' is not assignable to type 'string'.", source: 'typescript' },
    ],
  },
  {
    tool: 'tsc 5.9, pretty and in colour',
    output: `\u001b[96msrc/a.ts\u001b[0m:\u001b[93m1\u001b[0m:\u001b[93m10\u001b[0m - \u001b[91merror\u001b[0m\u001b[90m TS2305: \u001b[0mModule '"./b.js"' has no exported member 'gone'.

\u001b[7m1\u001b[0m import { gone } from './b.js';
\u001b[7m \u001b[0m \u001b[91m         ~~~~\u001b[0m

\u001b[96msrc/a.ts\u001b[0m:\u001b[93m2\u001b[0m:\u001b[93m14\u001b[0m - \u001b[91merror\u001b[0m\u001b[90m TS2322: \u001b[0mType 'string' is not assignable to type 'number'.

\u001b[7m2\u001b[0m export const n: number = 'x';
\u001b[7m \u001b[0m \u001b[91m             ~\u001b[0m

\u001b[96msrc/a.ts\u001b[0m:\u001b[93m4\u001b[0m:\u001b[93m16\u001b[0m - \u001b[91merror\u001b[0m\u001b[90m TS2322: \u001b[0mType 'string' is not assignable to type 'number'.

\u001b[7m4\u001b[0m const p: P = { a: 'no', b: 1 };
\u001b[7m \u001b[0m \u001b[91m               ~\u001b[0m

  \u001b[96msrc/a.ts\u001b[0m:\u001b[93m3\u001b[0m:\u001b[93m12\u001b[0m
    \u001b[7m3\u001b[0m type P = { a: number; b: string };
    \u001b[7m \u001b[0m \u001b[96m           ~\u001b[0m
    The expected type comes from property 'a' which is declared here on type 'P'

\u001b[96msrc/a.ts\u001b[0m:\u001b[93m4\u001b[0m:\u001b[93m25\u001b[0m - \u001b[91merror\u001b[0m\u001b[90m TS2322: \u001b[0mType 'number' is not assignable to type 'string'.

\u001b[7m4\u001b[0m const p: P = { a: 'no', b: 1 };
\u001b[7m \u001b[0m \u001b[91m                        ~\u001b[0m

  \u001b[96msrc/a.ts\u001b[0m:\u001b[93m3\u001b[0m:\u001b[93m23\u001b[0m
    \u001b[7m3\u001b[0m type P = { a: number; b: string };
    \u001b[7m \u001b[0m \u001b[96m                      ~\u001b[0m
    The expected type comes from property 'b' which is declared here on type 'P'

\u001b[96msrc/a.ts\u001b[0m:\u001b[93m5\u001b[0m:\u001b[93m3\u001b[0m - \u001b[91merror\u001b[0m\u001b[90m TS2345: \u001b[0mArgument of type 'P' is not assignable to parameter of type '{ a: string; }'.
  Types of property 'a' are incompatible.
    Type 'number' is not assignable to type 'string'.

\u001b[7m5\u001b[0m f(p, gone);
\u001b[7m \u001b[0m \u001b[91m  ~\u001b[0m


Found 5 errors in the same file, starting at: src/a.ts\u001b[90m:1\u001b[0m`,
    problems: [
      { file: 'src/a.ts', line: 1, column: 10, severity: 'error', code: 'TS2305', message: 'Module \'"./b.js"\' has no exported member \'gone\'.', source: 'typescript' },
      { file: 'src/a.ts', line: 2, column: 14, severity: 'error', code: 'TS2322', message: "Type 'string' is not assignable to type 'number'.", source: 'typescript' },
      { file: 'src/a.ts', line: 4, column: 16, severity: 'error', code: 'TS2322', message: "Type 'string' is not assignable to type 'number'.", source: 'typescript' },
      { file: 'src/a.ts', line: 4, column: 25, severity: 'error', code: 'TS2322', message: "Type 'number' is not assignable to type 'string'.", source: 'typescript' },
      { file: 'src/a.ts', line: 5, column: 3, severity: 'error', code: 'TS2345', message: "Argument of type 'P' is not assignable to parameter of type '{ a: string; }'.\nTypes of property 'a' are incompatible.\nType 'number' is not assignable to type 'string'.", source: 'typescript' },
    ],
  },
  {
    tool: 'tsc 7.0, pretty',
    output: `\u001b[96msrc/a.ts\u001b[0m:\u001b[93m1\u001b[0m:\u001b[93m10\u001b[0m - \u001b[91merror\u001b[0m\u001b[90m TS2305: \u001b[0mModule '"./b.js"' has no exported member 'gone'.

\u001b[7m1\u001b[0m import { gone } from './b.js';
\u001b[7m \u001b[0m \u001b[91m         ~~~~\u001b[0m

\u001b[96msrc/a.ts\u001b[0m:\u001b[93m2\u001b[0m:\u001b[93m14\u001b[0m - \u001b[91merror\u001b[0m\u001b[90m TS2322: \u001b[0mType 'string' is not assignable to type 'number'.

\u001b[7m2\u001b[0m export const n: number = 'x';
\u001b[7m \u001b[0m \u001b[91m             ~\u001b[0m

\u001b[96msrc/a.ts\u001b[0m:\u001b[93m4\u001b[0m:\u001b[93m16\u001b[0m - \u001b[91merror\u001b[0m\u001b[90m TS2322: \u001b[0mType 'string' is not assignable to type 'number'.

\u001b[7m4\u001b[0m const p: P = { a: 'no', b: 1 };
\u001b[7m \u001b[0m \u001b[91m               ~\u001b[0m

  \u001b[96msrc/a.ts\u001b[0m:\u001b[93m3\u001b[0m:\u001b[93m12\u001b[0m - The expected type comes from property 'a' which is declared here on type 'P'
    \u001b[7m3\u001b[0m type P = { a: number; b: string };
    \u001b[7m \u001b[0m \u001b[96m           ~\u001b[0m

\u001b[96msrc/a.ts\u001b[0m:\u001b[93m4\u001b[0m:\u001b[93m25\u001b[0m - \u001b[91merror\u001b[0m\u001b[90m TS2322: \u001b[0mType 'number' is not assignable to type 'string'.

\u001b[7m4\u001b[0m const p: P = { a: 'no', b: 1 };
\u001b[7m \u001b[0m \u001b[91m                        ~\u001b[0m

  \u001b[96msrc/a.ts\u001b[0m:\u001b[93m3\u001b[0m:\u001b[93m23\u001b[0m - The expected type comes from property 'b' which is declared here on type 'P'
    \u001b[7m3\u001b[0m type P = { a: number; b: string };
    \u001b[7m \u001b[0m \u001b[96m                      ~\u001b[0m

\u001b[96msrc/a.ts\u001b[0m:\u001b[93m5\u001b[0m:\u001b[93m3\u001b[0m - \u001b[91merror\u001b[0m\u001b[90m TS2345: \u001b[0mArgument of type 'P' is not assignable to parameter of type '{ a: string; }'.
  Types of property 'a' are incompatible.
    Type 'number' is not assignable to type 'string'.

\u001b[7m5\u001b[0m f(p, gone);
\u001b[7m \u001b[0m \u001b[91m  ~\u001b[0m


Found 5 errors in the same file, starting at: src/a.ts\u001b[90m:1\u001b[0m`,
    problems: [
      { file: 'src/a.ts', line: 1, column: 10, severity: 'error', code: 'TS2305', message: 'Module \'"./b.js"\' has no exported member \'gone\'.', source: 'typescript' },
      { file: 'src/a.ts', line: 2, column: 14, severity: 'error', code: 'TS2322', message: "Type 'string' is not assignable to type 'number'.", source: 'typescript' },
      { file: 'src/a.ts', line: 4, column: 16, severity: 'error', code: 'TS2322', message: "Type 'string' is not assignable to type 'number'.", source: 'typescript' },
      { file: 'src/a.ts', line: 4, column: 25, severity: 'error', code: 'TS2322', message: "Type 'number' is not assignable to type 'string'.", source: 'typescript' },
      { file: 'src/a.ts', line: 5, column: 3, severity: 'error', code: 'TS2345', message: "Argument of type 'P' is not assignable to parameter of type '{ a: string; }'.\nTypes of property 'a' are incompatible.\nType 'number' is not assignable to type 'string'.", source: 'typescript' },
    ],
  },
  {
    tool: 'tsc 5.9, a syntax error',
    output: `src/a.ts(1,11): error TS1109: Expression expected.`,
    problems: [
      { file: 'src/a.ts', line: 1, column: 11, severity: 'error', code: 'TS1109', message: 'Expression expected.', source: 'typescript' },
    ],
  },
  {
    tool: 'tsc 5.9 without input',
    output: `error TS18003: No inputs were found in config file '/project/tsconfig.json'. Specified 'include' paths were '["**/*"]' and 'exclude' paths were '[]'.`,
    problems: [
      { file: null, line: null, column: null, severity: 'error', code: 'TS18003', message: 'No inputs were found in config file \'/project/tsconfig.json\'. Specified \'include\' paths were \'["**/*"]\' and \'exclude\' paths were \'[]\'.', source: 'typescript' },
    ],
  },
  {
    tool: 'tsc 5.9 -b -v',
    output: `8:38:38 PM - Projects in this build:
    * core/tsconfig.json
    * app/tsconfig.json
    * tsconfig.json

8:38:38 PM - Project 'core/tsconfig.json' is out of date because output file 'core/out/tsconfig.tsbuildinfo' does not exist

8:38:38 PM - Building project '/project/core/tsconfig.json'...

core/c.ts(1,14): error TS2322: Type 'string' is not assignable to type 'number'.
8:38:42 PM - Project 'app/tsconfig.json' is out of date because output file 'app/out/tsconfig.tsbuildinfo' does not exist

8:38:42 PM - Building project '/project/app/tsconfig.json'...

app/d.ts(1,14): error TS2322: Type 'number' is not assignable to type 'string'.`,
    problems: [
      { file: 'core/c.ts', line: 1, column: 14, severity: 'error', code: 'TS2322', message: "Type 'string' is not assignable to type 'number'.", source: 'typescript' },
      { file: 'app/d.ts', line: 1, column: 14, severity: 'error', code: 'TS2322', message: "Type 'number' is not assignable to type 'string'.", source: 'typescript' },
    ],
  },
  {
    tool: 'tsc 5.9 through npm 11',
    output: `npm warn Unknown user config "nodedir". This will stop working in the next major version of npm. See \`npm help npmrc\` for supported config options.

> shop@1.0.0 typecheck
> tsc -p .

app/(shop)/[id]/page.tsx(1,14): error TS2322: Type 'string' is not assignable to type 'number'.`,
    problems: [
      { file: 'app/(shop)/[id]/page.tsx', line: 1, column: 14, severity: 'error', code: 'TS2322', message: "Type 'string' is not assignable to type 'number'.", source: 'typescript' },
    ],
  },
  {
    tool: 'tsc 5.9 through yarn 1',
    output: `yarn run v1.22.22
warning package.json: No license field
$ tsc -p .
app/(shop)/[id]/page.tsx(1,14): error TS2322: Type 'string' is not assignable to type 'number'.
error Command failed with exit code 2.
info Visit https://yarnpkg.com/en/docs/cli/run for documentation about this command.`,
    problems: [
      { file: 'app/(shop)/[id]/page.tsx', line: 1, column: 14, severity: 'error', code: 'TS2322', message: "Type 'string' is not assignable to type 'number'.", source: 'typescript' },
    ],
  },
  {
    tool: 'tsc 5.9 through pnpm 10',
    output: `
> shop@1.0.0 typecheck /project
> tsc -p .

app/(shop)/[id]/page.tsx(1,14): error TS2322: Type 'string' is not assignable to type 'number'.
 ELIFECYCLE  Command failed with exit code 2.
 WARN   Local package.json exists, but node_modules missing, did you mean to install?`,
    problems: [
      { file: 'app/(shop)/[id]/page.tsx', line: 1, column: 14, severity: 'error', code: 'TS2322', message: "Type 'string' is not assignable to type 'number'.", source: 'typescript' },
    ],
  },
  {
    tool: 'tsc 5.9 in two packages through pnpm 10 -r',
    output: `Scope: 2 of 3 workspace projects
packages/a typecheck$ tsc --noEmit false x.ts
packages/b typecheck$ tsc --noEmit false x.ts
packages/b typecheck: x.ts(1,7): error TS2322: Type 'string' is not assignable to type 'number'.
packages/b typecheck: Failed
 WARN   Local package.json exists, but node_modules missing, did you mean to install?
packages/a typecheck: x.ts(1,7): error TS2322: Type 'string' is not assignable to type 'number'.
packages/a typecheck: Failed
 ERR_PNPM_RECURSIVE_FAIL


Summary: 2 fails, 0 passes

/project/packages/a:
 ERROR  @w/a@ typecheck: \`tsc --noEmit false x.ts\`
Exit status 2

/project/packages/b:
 ERROR  @w/b@ typecheck: \`tsc --noEmit false x.ts\`
Exit status 2
 WARN   Local package.json exists, but node_modules missing, did you mean to install?`,
    problems: [
      { base: 'packages/b', file: 'x.ts', line: 1, column: 7, severity: 'error', code: 'TS2322', message: "Type 'string' is not assignable to type 'number'.", source: 'typescript' },
      { base: 'packages/a', file: 'x.ts', line: 1, column: 7, severity: 'error', code: 'TS2322', message: "Type 'string' is not assignable to type 'number'.", source: 'typescript' },
    ],
  },
];
