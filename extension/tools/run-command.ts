// run_command: one program with its arguments, without a shell.
import * as z from 'zod';
import { commandLine } from '../platform/command-words';
import { commandOptions, planCommand, runPlanned } from './run-in-workspace';
import { refusedPlan } from './tool-results';
import { defineTool } from './tool';

const noShell = 'argv must be a list of strings, the program first: ["npm","test"]. No shell reads it; where a pipe is really needed use run_shell.';

const input = z.strictObject({
  argv: z.array(z.string({ error: noShell }), { error: noShell }).min(1, { error: noShell }),
  ...commandOptions,
});

export const runCommandTool = defineTool({
  name: 'run_command',
  description:
    'Run a program in the workspace: argv is the program and its arguments, e.g. ["npm","test"]. No shell: no pipes, redirections, globs or &&. No input can be given. Ends after 30 s unless timeout_s. Shows exit code and output (32 KB, beginning and end). background: true is for servers and watchers: it answers after a moment, and command_output reads on.',
  input,
  access: 'command',
  subject: ({ argv }) => commandLine(argv),
  async plan(wanted, context) {
    const operator = shellOperator(wanted.argv);
    if (operator !== null) {
      return refusedPlan({
        code: 'shell_syntax',
        message: `"${operator}" means something only to a shell, and no shell reads argv, so nothing was run.`,
        next_step: 'Run one program a call; where a pipe is really needed use run_shell.',
      });
    }
    return planCommand(wanted, context);
  },
  run: runPlanned,
});

/** An argument that is nothing but an operator; `find -exec ... ;` and the tests of `[` have their own. */
function shellOperator(argv: readonly string[]): string | null {
  const operator = argv.find((part) => /^(?:\||\|\||&&|;|&|>{1,2}|<{1,2}|[12&]>{1,2}|2>&1|\|&)$/.test(part));
  if (operator === undefined) return null;
  const own = operator === ';' ? argv.some((part) => /^-(?:exec|ok)(?:dir)?$/.test(part)) : ['test', '[', 'expr'].includes(argv[0] ?? '');
  return own ? null : operator;
}
