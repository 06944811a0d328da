// Finds what in a request was another than in the one before it, and so spoilt the cache: both are made anew from stored
// events, and compared piece by piece.
import type { SequencedEvent } from '../../shared/events';
import type { CacheBreak } from '../../shared/trace-answers';
import type { ModelMessage, ToolSchema } from '../providers/model';
import type { Store } from '../store/store';
import { eventsOf } from '../trace/queries';
import { AnsweredRequests, beganToAnswer } from './answered-requests';
import { changedLines } from './changed-lines';
import { leftOutText } from './context-words';
import { History } from './history';
import { readOpening } from './request-opening';

const longestName = 100;

type Call = Extract<SequencedEvent, { type: 'llm_call:complete' }>;
type Pair<T> = { before: T; now: T };
/** Messages null: of a request for a summary only the end of it is another, which is the question for it. */
type Asked = { calls: Pair<Call>; messages: Pair<readonly ModelMessage[]> | null; isSummarised: boolean };

/** Null when nothing differs, and when what was sent is not known. Rejects with a StoreError. */
export async function cacheBreak(store: Store, { chat_id, llm_call_id }: { chat_id: string; llm_call_id: string }): Promise<CacheBreak | null> {
  const asked = await askedWith(store, chat_id, llm_call_id);
  const part = asked?.calls.now.request?.changed ?? null;
  if (asked === null || part === null) return null;
  switch (part) {
    case 'model':
      return modelBreak(asked.calls);
    case 'tools':
    case 'system':
      return await openingBreak(store, part, asked.calls);
    case 'history':
      return asked.messages && historyBreak(asked.messages, asked.isSummarised);
  }
}

async function askedWith(store: Store, chatId: string, llmCallId: string): Promise<Asked | null> {
  const history = new History();
  const requests = new AnsweredRequests(history);
  let isSummarised = false;
  for await (const event of eventsOf(store, chatId)) {
    if (event.type === 'llm_call:complete') {
      if (event.llm_call_id === llmCallId) {
        const { last } = requests;
        if (last === null || last.call.llm_call_id !== event.request?.previous) return null;
        const now = requests.asked(llmCallId);
        return { calls: { before: last.call, now: event }, messages: now && { before: last.messages, now }, isSummarised };
      }
      if (event.purpose === undefined && beganToAnswer(event)) isSummarised = false;
    }
    isSummarised ||= event.type === 'context:compacted';
    history.apply(event);
    requests.apply(event);
  }
  return null;
}

function modelBreak({ before, now }: Pair<Call>): CacheBreak {
  const [from, to] = before.provider === now.provider ? [before.model, now.model] : [`${before.model} of ${before.provider}`, `${now.model} of ${now.provider}`];
  if (from === to) return { part: 'model', label: `model: ${to}, told to answer otherwise, such as to think more or less`, lines: [], is_cut: false };
  return { part: 'model', label: `model: ${from} → ${to}`, lines: [{ kind: 'removed', text: from }, { kind: 'added', text: to }], is_cut: false };
}

async function openingBreak(store: Store, part: 'tools' | 'system', { before, now }: Pair<Call>): Promise<CacheBreak | null> {
  const [a, b] = await Promise.all([before, now].map(({ request }) => readOpening(store, request?.opening ?? '')));
  if (!a || !b) return null;
  return part === 'tools' ? broken(part, 'tools', toolsText(a.tools), toolsText(b.tools)) : broken(part, 'system prompt', a.system, b.system);
}

function toolsText(tools: readonly ToolSchema[]): string {
  return JSON.stringify(tools, null, 2);
}

function historyBreak({ before, now }: Pair<readonly ModelMessage[]>, isSummarised: boolean): CacheBreak | null {
  for (const [index, message] of before.entries()) {
    const other = now[index];
    const [from, to] = [textOf(message), other === undefined ? '' : textOf(other)];
    if (message === other || (message.role === other?.role && from === to)) continue;
    const what = isSummarised && index === 0 ? 'a summary in the place of the older ones' : `${nameOf(other ?? message)}${other === undefined ? ', gone' : isLeftOut(other) ? ', left out to make room' : ''}`;
    return broken('history', `message ${index + 1}, ${what}`, from, to);
  }
  return null;
}

function broken(part: CacheBreak['part'], label: string, before: string, now: string): CacheBreak {
  return { part, label, ...changedLines(before, now) };
}

function isLeftOut(message: ModelMessage): boolean {
  return message.role === 'tool' && message.text === leftOutText;
}

function nameOf(message: ModelMessage): string {
  switch (message.role) {
    case 'user':
      return 'of the user';
    case 'assistant':
      return 'answer of the model';
    case 'tool':
      // Whatever the model said.
      return `result of ${message.tool_name.slice(0, longestName)}`;
  }
}

function textOf(message: ModelMessage): string {
  switch (message.role) {
    case 'user':
      return [...(message.context === undefined ? [] : [message.context]), message.text].join('\n\n');
    case 'assistant':
      return [message.reasoning, message.text, ...message.tool_calls.map((call) => `${call.tool_name} ${call.arguments}`)].filter((text) => text !== '').join('\n\n');
    case 'tool':
      return message.text;
  }
}
