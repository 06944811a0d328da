// The composition root without VS Code: the command line of docs/headless.md, over the extension's own core.
import { storageProblem } from './session/storage-words';
import { StoreError } from './store/store';
import type { OtlpStream } from './trace/export/otlp-stream';
import { QueryError } from './trace/queries';
import { parseCall, usage, UsageError } from './headless/options';
import { Output } from './headless/output';
import { doctor, listChats, listTraces } from './headless/reports';
import { resumeChat, runTask } from './headless/run-command';
import { openSession } from './headless/session';
import { writeTrace } from './headless/trace-export';
import { endStream, streamTraces } from './headless/trace-stream';
import { version } from '../package.json';

async function main(argv: readonly string[]): Promise<number> {
  const { command, argument, options } = parseCall(argv);
  const output = new Output(options.json, process.stdout, process.stderr);
  if (command === 'help') {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const session = await openSession(options, __dirname, process.env, (line) => output.progress(line));
  let stream: OtlpStream | null = null;
  try {
    if (command === 'run' || command === 'resume') stream = streamTraces(session, process.env, (line) => output.progress(line));
    switch (command) {
      case 'run':
        return await runTask(session, argument, options.chat, output, stop.signal);
      case 'resume':
        return await resumeChat(session, argument, output, stop.signal);
      case 'chats':
        return await listChats(session, output);
      case 'traces':
        return await listTraces(session, argument, options, output);
      case 'trace-export':
        return await writeTrace(session, argument, options, version, output, stop.signal);
      case 'doctor':
        return await doctor(session, __dirname, version, output);
    }
  } finally {
    await endStream(stream);
    await session.close();
  }
}

/** What happened, what to try, and the exit status for it. */
function explain(error: unknown): number {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\nRun with --help to see what can be said.\n`);
    return 2;
  }
  if (error instanceof QueryError) {
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
  if (error instanceof StoreError) {
    process.stderr.write(`${error.message}\n${storageProblem(error).next_step} Run doctor to look at the storage.\n`);
    return 1;
  }
  process.stderr.write(`BooCode itself failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    process.exitCode = explain(error);
  },
);
