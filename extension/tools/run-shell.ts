// run_shell: one line for a shell. It is a tool of its own so that it is asked for by itself: what a person allowed
// as a program with arguments says nothing about what a shell makes of a line. The other way round a program that is
// a shell with a line (["bash","-c","..."] through run_command) is this very thing, and is asked for as such.
import * as z from 'zod';
import { commandOptions, planCommand, runPlanned } from './run-in-workspace';
import { refusedPlan } from './tool-results';
import { defineTool } from './tool';

const input = z.strictObject({ line: z.string().min(1), ...commandOptions });

export const runShellTool = defineTool({
  name: 'run_shell',
  description: 'Run one line in a shell (bash or sh; PowerShell on Windows): only for what needs pipes, redirections or &&. Otherwise as run_command, which is asked about less.',
  input,
  access: 'command',
  subject: ({ line }) => line,
  async plan({ line, ...options }, context) {
    const argv = await context.commands.shell(line);
    return argv.ok ? planCommand({ ...options, argv: argv.value, line }, context) : refusedPlan(argv.error);
  },
  run: runPlanned,
});
