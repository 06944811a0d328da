// One model call: streams the answer out as transient deltas, and returns it whole with its measures.
import type { RunError, RunEventBody } from '../../shared/events';
import { costOf, pricesAt } from '../providers/models';
import type { ModelAnswer, ModelError, ModelMessage } from '../providers/model';
import type { RunPorts } from './ports';
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
  purpose?: 'compaction';
};

const milliseconds = (from: number, to: number): number => (to - from) / 1000;

export async function callModel(ports: RunPorts, request: ModelTurnRequest, signal: AbortSignal): Promise<ModelTurn> {
  const { chatId, turnNumber, messageId } = request;
  const startedAt = ports.nowMicros();
  let firstTokenAt: number | null = null;
  let reasoningFrom: number | null = null;
  let reasoningTo: number | null = null;
  let text = '';
  let reasoning = '';
  let answer: ModelAnswer | null = null;
  let error: ModelError | null = null;
  let failedUsage: Pick<ModelAnswer, 'usage' | 'raw_usage'> = { usage: null, raw_usage: null };

  const parts = ports.provider.stream(
    {
      model: ports.model,
      system: systemPrompt,
      tools: ports.toolSchemas,
      messages: request.messages,
      session_id: request.sessionId,
      ...(request.maxOutputTokens !== null && { max_output_tokens: request.maxOutputTokens }),
    },
    signal,
  );
  for await (const part of parts) {
    const now = ports.nowMicros();
    switch (part.type) {
      case 'status':
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
      first_token_ms: firstTokenAt === null ? null : milliseconds(startedAt, firstTokenAt),
      duration_ms: milliseconds(startedAt, ports.nowMicros()),
      finish_reason: answer?.finish_reason ?? null,
      usage,
      raw_usage: answer?.raw_usage ?? failedUsage.raw_usage,
      error: told,
      cost_usd: usage === null ? null : costOf(usage, pricesAt(ports.known.prices, startedAt)),
      ...(request.purpose && { purpose: request.purpose }),
    },
  };
}
