// For tests: a process that runs one command with a journal, as the extension host does, until it is killed.
// Use: command-host.ts WORKSPACE OUTPUTS JOURNAL MODE ARGV-AS-JSON   (MODE: foreground, background or unstarted)
import { CommandJournal } from '../command-journal';
import { CommandRunner } from '../command-runner';
import { WorkspaceFiles } from '../workspace-files';

async function main(): Promise<void> {
  const [path = '', outputDirectory = '', directory = '', mode = '', argv = '[]'] = process.argv.slice(2);
  const journal = new CommandJournal(directory);
  const files = new WorkspaceFiles({ roots: [{ name: 'ws', path }], ripgrepPath: null });
  const commands = new CommandRunner({ files, outputDirectory, journal });
  const command = { argv: JSON.parse(argv) as string[], cwd: '.', signal: new AbortController().signal }; // the test wrote it
  // The moment between the entry and what it is about: the command runs, and the journal does not know its pid.
  if (mode === 'unstarted') journal.started = () => Promise.resolve();
  const show = (chunk: string): void => void process.stdout.write(chunk);
  if (mode === 'background') {
    const started = await commands.background.start({ ...command, chatId: null });
    if (started.ok) show((await commands.background.read(started.value.id, null, { offset: 0, most: 1000, waitMs: 10_000, until: ['up'], signal: command.signal })).ok ? 'up\n' : 'lost\n');
    return;
  }
  await commands.run({ ...command, timeoutMs: 600_000, onOutput: show });
}

// Kept alive also when nothing runs.
setInterval(() => undefined, 1000);
void main();
