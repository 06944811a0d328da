// What every scene of the chat begins with.
import type { ChatStatus } from '../../../shared/chats';
import type { SequencedEvent } from '../../../shared/events';
import type { ChatEvent, HostStatus } from '../../../shared/messages/chat';
import { unknownFacts } from '../../../shared/model-facts';
import { noBudgets } from '../../../shared/spent-math';
import { sampleId, sampleSummary } from './sample-events';

export const previewStatus: HostStatus = {
  ...{ readiness: 'ready', approval_mode: 'ask', provider: 'DeepSeek', model: 'deepseek-chat', scripted: false },
  ...{ facts: { ...unknownFacts, context_tokens: 128_000 }, prices: null, budgets: noBudgets, spent_today: null },
  suggested_tasks: ['Fix the failing test', 'Explain how this project is built', 'Find and fix a bug in the open file'],
  storage: { state: 'saved' },
};

export const chat_id = sampleId(1);
export const noChat: ChatEvent = { type: 'reset', chat: null, first_seq: 1, more_before: false };
export const status = (change: Partial<HostStatus> = {}): ChatEvent => ({ type: 'status', status: { ...previewStatus, ...change } });

export function opened(events: SequencedEvent[], state: ChatStatus, title = 'Fix the failing test'): ChatEvent[] {
  const summary = sampleSummary(state, { title });
  return [
    { type: 'reset', chat: summary, first_seq: 1, more_before: false },
    { type: 'events', chat_id, events, summary },
  ];
}
