// The parsers there are. To add one: a file beside this one, a line here, its samples in parsers.test.ts.
// Their order decides who reads a line that two of them would: the more particular form comes first.
import { bundlerParser } from './bundlers';
import { cmakeParser } from './cmake';
import { compilerParser } from './compiler';
import { denoParser } from './deno';
import { eslintParser } from './eslint';
import { genericParser, nodeErrorParser } from './generic';
import { goParser } from './go';
import { javaParser } from './java';
import { biomeParser, oxlintParser } from './js-linters';
import { msbuildParser } from './msbuild';
import type { OutputParser } from './output-parser';
import { phpParser } from './php';
import { mypyParser, pyrightParser, pythonLintParser, pythonParser } from './python';
import { pytestParser } from './pytest';
import { rustParser } from './rust';
import { bunTestParser, denoTestParser, jestParser, mochaParser, nodeTestParser, vitestParser } from './test-runners';
import { typescriptParser } from './typescript';

export const parsers: readonly OutputParser[] = [
  nodeTestParser,
  vitestParser,
  jestParser,
  mochaParser,
  bunTestParser,
  denoTestParser,
  pytestParser,
  typescriptParser,
  denoParser,
  eslintParser,
  oxlintParser,
  biomeParser,
  rustParser,
  mypyParser,
  pythonLintParser,
  pyrightParser,
  pythonParser,
  javaParser,
  msbuildParser,
  goParser,
  phpParser,
  cmakeParser,
  bundlerParser,
  compilerParser,
  nodeErrorParser,
  genericParser,
];

const byId = new Map(parsers.map((parser) => [parser.id, parser]));

/** Whether this problem may have kept its tool from finding others. */
export function hidesOthers(problem: { source: string; code: string | null; file: string | null; message: string }): boolean {
  return byId.get(problem.source)?.hidesOthers?.(problem) ?? problem.file === null;
}
