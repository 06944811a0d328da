// `run` and `resume`: one agent run to its end, told on stdout as it happens.
import { randomUUID } from 'node:crypto';
import type { RunError } from '../../shared/events';
import { formatExact } from '../../shared/format';
import type { ChatAgent } from '../agent/chat-agent';
import type { RunReport } from '../agent/loop';
import { UsageError } from './options';
import type { Output } from './output';
import type { HeadlessSession } from './session';

/** Exit status of a run, by how it ended. */
export function exitStatus(report: RunReport): number {
  switch (report.outcome) {
    case 'done':
      return report.denied > 0 ? 4 : 0;
    case 'limit_reached':
      return 3;
    case 'stopped':
    case 'interrupted':
      return 130;
    case 'failed':
      return 1;
  }
}

export async function runTask(session: HeadlessSession, task: string, chatId: string | undefined, output: Output, stop: AbortSignal): Promise<number> {
  if (task.trim() === '') throw new UsageError('The task is empty. Say what should be done, in quotes.');
  const agent = chatId === undefined ? session.chats.create() : await session.chats.open(chatId);
  return follow(session, agent, () => agent.send(randomUUID(), task), output, stop);
}

export async function resumeChat(session: HeadlessSession, chatId: string, output: Output, stop: AbortSignal): Promise<number> {
  const agent = await session.chats.open(chatId);
  if (agent.chat.status === 'done') throw new UsageError('This chat ended as it should; there is nothing to resume. Use run with --chat to go on.');
  return follow(session, agent, () => agent.retry(), output, stop);
}

async function follow(session: HeadlessSession, agent: ChatAgent, start: () => void, output: Output, stop: AbortSignal): Promise<number> {
  const unsubscribe = session.bus.subscribe((message) => {
    if (message.kind === 'transient') output.transient(message.event);
    else if (message.kind === 'events') for (const event of message.events) if (event.type !== 'run:end') output.event(event);
  });
  const onStop = (): void => agent.stop();
  stop.addEventListener('abort', onStop, { once: true });
  start();
  // It may have come while the storage was opened.
  if (stop.aborted) onStop();
  const report = await agent.settled().finally(() => {
    stop.removeEventListener('abort', onStop);
    unsubscribe();
  });
  if (report === null) throw new Error('the run left no report');
  const { chat_id, session_id } = agent.chat;
  const status = exitStatus(report);
  const outcome = status === 4 ? 'approval_refused' : report.outcome;
  output.value({ type: 'run:end', chat_id, session_id, outcome, turns: report.turns, usage: report.usage, ...(report.error ? { error: report.error } : {}) });
  if (report.error) output.problem(report.error.message, nextStep(report.error, chat_id));
  else if (status === 4) output.problem(`${report.denied} call(s) needed an approval and were refused.`, 'Allow more with --approve edits or --approve all.');
  return status;
}

/** What to do next where there is no editor whose commands could be run. */
function nextStep({ code, next_step, limit }: RunError, chatId: string): string {
  if (limit?.scope === 'run' && limit.unit === 'tokens') return `Go on with: resume ${chatId} --budget-tokens N, where N is more than ${formatExact(limit.limit)}; what was used counts.`;
  return code === 'no_key' || code === 'bad_key' ? 'Put the key into the environment variable that --api-key-env names (default: DEEPSEEK_API_KEY), and check that it belongs to this address.' : next_step;
}
