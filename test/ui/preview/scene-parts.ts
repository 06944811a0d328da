// What every scene of the chat begins with.
import type { ChatStatus } from '../../../shared/chats';
import type { SequencedEvent } from '../../../shared/events';
import type { ChatEvent, HostStatus } from '../../../shared/messages/chat';
import { unknownFacts } from '../../../shared/model-facts';
import { noBudgets, nothingSpent } from '../../../shared/spent-math';
import { withSpending, unknownSpending } from '../../../webview/chat/spending';
import { sampleId, sampleSummary } from './sample-events';

export const previewStatus: HostStatus = {
  ...{ readiness: 'ready', approval_mode: 'ask', provider: 'DeepSeek', model: 'deepseek-chat', scripted: false },
  ...{ facts: { ...unknownFacts, context_tokens: 128_000 }, prices: { input: 0.15, cache_read: 0.003, output: 0.6 }, budgets: noBudgets, spent_today: null },
  suggested_tasks: ['Fix the failing test', 'Explain how this project is built', 'Find and fix a bug in the open file'],
  storage: { state: 'saved' },
};

export const chat_id = sampleId(1);
export const noChat: ChatEvent = { type: 'reset', chat: null, first_seq: 1, more_before: false };
export const status = (change: Partial<HostStatus> = {}): ChatEvent => ({ type: 'status', status: { ...previewStatus, ...change } });

export function opened(events: SequencedEvent[], state: ChatStatus, title = 'Fix the failing test'): ChatEvent[] {
  // All of it as one run, whatever it is made of.
  const { run } = events.filter(({ type }) => type !== 'run:start').reduce(withSpending, { ...unknownSpending, run: nothingSpent });
  const summary = sampleSummary(state, { title, spent: run ?? nothingSpent });
  return [
    { type: 'reset', chat: summary, first_seq: 1, more_before: false },
    { type: 'events', chat_id, events, summary },
  ];
}
