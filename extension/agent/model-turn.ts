// One model call: streams the answer out as transient deltas, and returns it whole with its measures.
import { cacheSegments } from '../../shared/cache-math';
import type { RunError, RunEventBody } from '../../shared/events';
import type { Usage } from '../../shared/usage';
import { noUsage, totalTokens } from '../../shared/usage-math';
import type { ModelAnswer, ModelError, ModelErrorCode, ModelMessage, ModelRequest } from '../providers/model';
import { costOf } from '../providers/models';
import { countsCache } from '../providers/normalise-usage';
import { beganToAnswer } from './answered-requests';
import { callPrices, recordedPrices } from './call-prices';
import { tokensOfBytes } from './message-size';
import type { RunPorts } from './ports';
import type { ComparedRequest } from './sent-requests';
import { systemPrompt } from './system-prompt';

export type ModelTurn = {
  /** Null when the call failed; `text` and `reasoning` are then what had come so far. */
  answer: ModelAnswer | null;
  error: ModelError | null;
  text: string;
  reasoning: string;
  reasoningMs: number | null;
  call: Extract<RunEventBody, { type: 'llm_call:complete' }>;
};

export type ModelTurnRequest = {
  chatId: string;
  sessionId: string;
  turnNumber: number;
  llmCallId: string;
  messageId: string;
  messages: readonly ModelMessage[];
  /** What the request is estimated to come to, without its answer. */
  inputTokens: number;
  /** The answer is cut off there; null: where the API does. */
  maxOutputTokens: number | null;
  /** How long it was held back. */
  queuedMs: number;
  purpose?: 'compaction';
};

const milliseconds = (from: number, to: number): number => (to - from) / 1000;

export async function callModel(ports: RunPorts, request: ModelTurnRequest, signal: AbortSignal): Promise<ModelTurn> {
  const { chatId, turnNumber, messageId } = request;
  let firstTokenAt: number | null = null;
  let reasoningFrom: number | null = null;
  let reasoningTo: number | null = null;
  let text = '';
  let reasoning = '';
  let answer: ModelAnswer | null = null;
  let error: ModelError | null = null;
  /** Of the arguments of tool calls, as far as they came: of the calls before, and of the one being written. */
  let argumentBytes: [before: number, now: number] = [0, 0];
  let isUnderWay = false;
  let failedUsage: Pick<ModelAnswer, 'usage' | 'raw_usage'> = { usage: null, raw_usage: null };

  /** Requests that were made, and when the last of them was. */
  let attempts = 0;
  let lastAttemptAt = 0;

  const asked: ModelRequest = {
    model: ports.model,
    system: systemPrompt,
    tools: ports.toolSchemas,
    messages: request.messages,
    session_id: request.sessionId,
    ...(request.maxOutputTokens !== null && { max_output_tokens: request.maxOutputTokens }),
  };
  const parts = ports.provider.stream(asked, signal);
  // What the model is about to read must be on disk before it is sent, its tool results above all.
  const onDisk = ports.durable();
  // While the disk is waited for anyway.
  const compared = ports.requests.compare(ports.provider, asked, request.purpose === 'compaction');
  const begun = parts.next();
  const [recorded] = await Promise.allSettled([onDisk, begun]);
  if (recorded.status === 'rejected') throw recorded.reason;
  const startedAt = ports.nowMicros();
  for (let step = await begun; step.done !== true; step = await parts.next()) {
    const part = step.value;
    const now = ports.nowMicros();
    switch (part.type) {
      case 'status':
        isUnderWay = part.status !== 'retrying';
        if (part.status === 'waiting') {
          attempts++;
          lastAttemptAt = now;
        }
        ports.transient({ ...part, type: 'model:status', chat_id: chatId });
        break;
      case 'reasoning':
      case 'text': {
        firstTokenAt ??= now;
        if (part.type === 'reasoning') {
          reasoningFrom ??= now;
          reasoningTo = now;
          reasoning += part.delta;
        } else {
          text += part.delta;
        }
        const { type: kind, delta } = part;
        ports.transient({ type: 'text:delta', chat_id: chatId, message_id: messageId, turn_number: turnNumber, kind, delta });
        break;
      }
      case 'tool_call_progress': {
        firstTokenAt ??= now;
        const { tool_name, bytes } = part;
        const [before, last] = argumentBytes;
        argumentBytes = [bytes < last ? before + last : before, bytes];
        ports.transient({ type: 'tool_call:delta', chat_id: chatId, message_id: messageId, turn_number: turnNumber, tool_name, bytes });
        break;
      }
      case 'end': {
        const { type: _, ...whole } = part;
        answer = whole;
        break;
      }
      case 'error':
        error = part.error;
        failedUsage = { usage: part.usage ?? null, raw_usage: part.raw_usage ?? null };
        break;
    }
  }
  if (answer === null && error === null) throw new Error(`provider ${ports.provider.id} ended its stream without end or error`);

  const usage = answer?.usage ?? failedUsage.usage;
  const mayBeCharged = error === null || firstTokenAt !== null || (isUnderWay && chargedWithoutAnswer.includes(error.code));
  const used = usage ?? estimatedUsage(mayBeCharged ? Math.ceil(request.inputTokens) : 0, { text, reasoning, argumentBytes: argumentBytes[0] + argumentBytes[1], answer });
  const raw_usage = answer?.raw_usage ?? failedUsage.raw_usage;
  const prices = callPrices(ports, startedAt);
  const endedAt = ports.nowMicros();
  const first_token_ms = firstTokenAt === null ? null : milliseconds(startedAt, firstTokenAt);
  if (request.purpose === undefined && beganToAnswer({ usage, first_token_ms })) compared.answered(request.llmCallId, endedAt);
  const told: RunError | null = error && { code: error.code, message: error.message, next_step: error.next_step };
  return {
    answer,
    error,
    text: answer?.text ?? text,
    reasoning: answer?.reasoning ?? reasoning,
    reasoningMs: reasoningFrom === null || reasoningTo === null ? null : milliseconds(reasoningFrom, reasoningTo),
    call: {
      type: 'llm_call:complete',
      llm_call_id: request.llmCallId,
      turn_number: turnNumber,
      provider: ports.provider.id,
      model: ports.model,
      started_at: startedAt,
      first_token_ms,
      duration_ms: milliseconds(startedAt, endedAt),
      finish_reason: answer?.finish_reason ?? null,
      usage,
      raw_usage,
      error: told,
      cost_usd: totalTokens(used) === 0 ? 0 : costOf(used, prices),
      ...(usage === null && { estimated_tokens: totalTokens(used) }),
      ...(request.purpose && { purpose: request.purpose }),
      ...(request.queuedMs >= 1 && { queued_ms: request.queuedMs }),
      ...(attempts > 1 && { attempts, retry_ms: milliseconds(startedAt, lastAttemptAt) }),
      ...((attempts > 0 || answer !== null) && { prices: recordedPrices(prices), ...sentFacts(ports, compared, { startedAt, usage, raw_usage }) }),
    },
  };
}

type CallComplete = ModelTurn['call'];
type Counted = Pick<CallComplete, 'usage' | 'raw_usage'> & { startedAt: number };

function sentFacts(ports: RunPorts, { opening, shape }: ComparedRequest, { startedAt, usage, raw_usage }: Counted): Pick<CallComplete, 'request' | 'segments'> {
  ports.openings.keep(opening);
  const request = shape(startedAt);
  const saysCache = usage !== null && (usage.cache_read > 0 || ports.provider.scripted || countsCache(raw_usage));
  return { request, ...(saysCache && { segments: cacheSegments(usage, request) }) };
}

/** Ends of a request that its server may have worked on all the same. A refusal costs nothing. */
const chargedWithoutAnswer: readonly ModelErrorCode[] = ['aborted', 'timeout', 'bad_stream'];

type Came = { text: string; reasoning: string; argumentBytes: number; answer: ModelAnswer | null };

/** By the length of what came; as if nothing had been read from a cache, so that a limit is rather kept than passed. */
function estimatedUsage(input: number, { text, reasoning, argumentBytes, answer }: Came): Usage {
  const calls = answer === null ? argumentBytes : answer.tool_calls.reduce((sum, call) => sum + Buffer.byteLength(call.arguments), 0);
  return { ...noUsage, input, output: tokensOfBytes(Buffer.byteLength(answer?.text ?? text) + calls), reasoning: tokensOfBytes(Buffer.byteLength(answer?.reasoning ?? reasoning)) };
}
