// One model call that puts a summary in the place of the older part of a conversation. It is sent what the conversation
// was sent, so that all of it is read from the cache. What comes of it is recorded once, or nothing is changed.
import type { Spent } from '../../shared/budgets';
import type { RunError } from '../../shared/events';
import type { Usage } from '../../shared/usage';
import { reserveBudget } from './budget';
import { summaryMessage, summaryRequest } from './context-words';
import type { Conversation } from './history';
import { messageBytes, tokensOfBytes } from './message-size';
import { callModel } from './model-turn';
import type { RunPorts } from './ports';
import { RoomPlan } from './room-plan';

const question = { role: 'user', text: summaryRequest } as const;
const questionTokens = tokensOfBytes(messageBytes(question));
/** What a summary may come to, and with the thinking before it; and what has to be left for it. */
const longestSummary = 8_192;
const longestThought = 32_768;
const shortestSummary = 512;

export type RoomRequest = {
  chatId: string;
  sessionId: string;
  turnNumber: number;
  /** What the chat had spent when the run began. */
  spentBefore: Spent;
  conversation: Conversation;
  /** Called with what a call for a summary used. */
  used(usage: Usage): void;
};

export type SummaryLimits = {
  /** What a request and its answer may come to together. */
  window: number;
  /** About how much of the newest messages stays as it is. */
  keep: number;
  /** Whether results that the model has not read yet stay, however long. */
  keepsUnread: boolean;
  /** Less than this is not worth a call. */
  worth: number;
};

export type Summarised =
  | { kind: 'made' }
  /** There is nothing, or too little, that a summary could take the place of. */
  | { kind: 'nothing' }
  | { kind: 'failed'; error: RunError };

export async function summarise(ports: RunPorts, request: RoomRequest, limits: SummaryLimits, signal: AbortSignal): Promise<Summarised> {
  const { window, keep, keepsUnread, worth } = limits;
  const { chatId, spentBefore, conversation } = request;
  const plan = new RoomPlan(conversation, ports.toolSchemas);
  const cut = plan.cut(window - questionTokens - shortestSummary, keep, keepsUnread);
  if (cut === null || cut.freed < worth) return { kind: 'nothing' };

  const tokens = Math.min(plan.used, window - shortestSummary) + questionTokens;
  const budget = await reserveBudget(ports, { chatId, spentBefore, tokens }, signal);
  if (budget.kind === 'refused') return { kind: 'failed', error: budget.error };
  const longest = ports.known.reasons === true ? longestThought : longestSummary;
  const maxOutputTokens = Math.min(longest, Math.max(shortestSummary, Math.floor(window - tokens)), ports.known.max_output_tokens ?? Infinity, budget.maxOutputTokens ?? Infinity);
  let made: Summarised;
  try {
    made = await replaceOlder(ports, request, { plan, cut, tokens, maxOutputTokens, queuedMs: budget.queuedMs }, signal);
  } finally {
    budget.release();
  }
  if (made.kind === 'made') await ports.tellFacts(signal);
  return made;
}

type Planned = { plan: RoomPlan; cut: { until: number; keptFrom: number }; tokens: number; maxOutputTokens: number; queuedMs: number };

/** Asks and records what came of it. */
async function replaceOlder(ports: RunPorts, request: RoomRequest, { plan, cut, tokens, maxOutputTokens, queuedMs }: Planned, signal: AbortSignal): Promise<Summarised> {
  const { chatId, sessionId, turnNumber, conversation } = request;
  const { messages } = conversation;
  const place = { chatId, sessionId, turnNumber, llmCallId: ports.newId(), messageId: ports.newId() };
  const asked = [...messages.slice(0, cut.until), question];
  const turn = await callModel(unheard(ports), { ...place, messages: asked, inputTokens: tokens, maxOutputTokens, queuedMs, purpose: 'compaction' }, signal);
  if (turn.call.usage) request.used(turn.call.usage);

  const summary = turn.answer?.text.trim() ?? '';
  if (turn.error !== null || signal.aborted || summary === '') {
    ports.record(turn.call);
    return { kind: 'failed', error: turn.error ?? (signal.aborted ? stopped : nothingSaid) };
  }
  const isCut = turn.answer?.finish_reason === 'length';
  const { texts, from } = conversation.asked;
  const isAskedKept = from !== null && from >= cut.keptFrom;
  const text = summaryMessage(isCut ? `${summary}\n[The summary was cut off here.]` : summary, isAskedKept ? [] : texts);
  ports.record(turn.call, {
    type: 'context:compacted',
    text,
    kept_messages: messages.length - cut.keptFrom,
    tokens_before: plan.used,
    tokens_after: plan.after(text, cut.keptFrom),
  });
  return { kind: 'made' };
}

/** The summary is no answer in the chat: a view hears that one is written, and nothing of it. */
function unheard(ports: RunPorts): RunPorts {
  return {
    ...ports,
    transient: (event) => {
      if (event.type === 'model:status') ports.transient(event.status === 'retrying' ? event : { ...event, reason: 'summarising the conversation to make room' });
    },
  };
}

const stopped: RunError = { code: 'aborted', message: 'Stopped.', next_step: 'Send a message to go on.' };
const nothingSaid: RunError = { code: 'empty_answer', message: 'The model answered with nothing.', next_step: 'Try again, or choose another model.' };
