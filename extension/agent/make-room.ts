// Makes room when the conversation fills the model's context: first by leaving out old tool results, then by a summary
// in the place of what is old. Each is recorded once and changes the beginning of the request once.
import type { RunError } from '../../shared/events';
import type { ModelMessage } from '../providers/model';
import type { KnownModel } from '../providers/models';
import { summaryFailedNotice } from './history';
import type { RunPorts } from './ports';
import { RoomPlan } from './room-plan';
import { summarise, type RoomRequest } from './summarise';

export type Room =
  /** There was nothing to do, or nothing that could be left out. */
  | { kind: 'enough' }
  | { kind: 'made' }
  | { kind: 'failed'; error: RunError };

/** Shares of what may be used. */
const fullAt = 0.8;
const roomyAt = 0.6;
/** Shares of what is used: what pruning and summarising have to free, and what of the newest is never left out. */
const worthPruning = 0.3;
const worthSummarising = 0.25;
const newest = 0.25;
/** Of a request that was refused although it was taken to fit; its estimate was that much too low at least. */
const fitsAfterRefusal = 0.75;

/** `exceeded`: the API has just refused the conversation for its length. */
export async function makeRoom(ports: RunPorts, request: RoomRequest, why: 'filling' | 'exceeded', signal: AbortSignal): Promise<Room> {
  const { conversation } = request;
  const used = conversation.estimatedTokens(ports.toolSchemas);
  const usable = usableTokens(ports.known) ?? Infinity;
  const isRefused = why === 'exceeded';
  if (!isRefused && used < usable * fullAt) return { kind: 'enough' };
  const limit = isRefused ? Math.min(usable, used * fitsAfterRefusal) : usable;
  const target = isRefused ? limit : limit * fullAt;

  const plan = new RoomPlan(conversation, ports.toolSchemas);
  const read = plan.readResults(isRefused ? 0 : newest);
  const freed = plan.freedBy(read);
  if (freed >= used * worthPruning && used - freed < target) return leaveOut(ports, plan, read);

  if (plan.smallest > limit) {
    const tooLong = enoughOf(plan, plan.unreadResults(), plan.smallest - limit * roomyAt);
    const left = plan.freedBy(tooLong);
    if (plan.smallest - left > limit) return isRefused || plan.smallest * roomyAt > limit ? { kind: 'failed', error: tooLongError(plan, limit) } : { kind: 'enough' };
    const all = used - left < limit ? tooLong : [...read, ...tooLong];
    if (all.length > 0) return leaveOut(ports, plan, all);
  }

  if (conversation.lastSummary === 'unused' || (conversation.lastSummary === 'failed' && !isRefused)) return { kind: 'enough' };
  const window = isRefused ? limit : (ports.known.context_tokens ?? Infinity);
  const keepsUnread = !isRefused || plan.smallest < limit * roomyAt;
  const limits = { window, keep: shareKept(limit), keepsUnread, worth: used * worthSummarising };
  // Once the prefix changes anyway, nothing old is kept that the summary does not need.
  const isTight = used > window * 0.95 && read.length > 0;
  if (isTight) leaveOut(ports, plan, read);
  const made = await summarise(ports, request, limits, signal);
  if (made.kind === 'nothing') return { kind: isTight ? 'made' : 'enough' };
  if (made.kind === 'made' || made.error.code === 'aborted') return made;
  if (isRefused) return { kind: 'failed', error: made.error.limit ? made.error : unsummarised(made.error) };
  ports.record({
    type: 'notice',
    level: 'warning',
    code: summaryFailedNotice,
    text: `The conversation fills the model’s context, and it could not be summarised to make room: ${made.error.message} It goes on without a summary as long as it fits.`,
  });
  return { kind: 'enough' };
}

/** What a request may come to when there is to be room for its answer; null when the context is unknown. */
function usableTokens({ context_tokens, max_output_tokens }: KnownModel): number | null {
  if (context_tokens === null) return null;
  const answer = Math.min(max_output_tokens ?? 8_192, Math.max(4_096, context_tokens / 10));
  return context_tokens - Math.min(answer, context_tokens / 4);
}

/** About how much of the newest stays as it is beside a summary. */
function shareKept(limit: number): number {
  return Math.min(16_000, limit / 8);
}

function leaveOut(ports: RunPorts, plan: RoomPlan, results: readonly number[]): Room {
  ports.record({
    type: 'context:pruned',
    tool_call_ids: plan.callIds(results),
    tokens_before: plan.used,
    tokens_after: plan.used - plan.freedBy(results),
  });
  return { kind: 'made' };
}

/** The first of `results` that free `tokens` together. */
function enoughOf(plan: RoomPlan, results: readonly number[], tokens: number): number[] {
  const count = results.findIndex((_, index) => plan.freedBy(results.slice(0, index + 1)) >= tokens);
  return results.slice(0, count === -1 ? results.length : count + 1);
}

function tooLongError({ longest }: RoomPlan, limit: number): RunError {
  const what = longest === null ? 'The conversation' : `${nameOf(longest.message)} alone, about ${longest.tokens} tokens,`;
  return {
    code: 'context_exceeded',
    message: `${what} is longer than the model takes (about ${Math.floor(limit)} tokens here).`,
    next_step: 'Start a new chat with a shorter message, or choose a model with a longer context.',
  };
}

function nameOf(message: ModelMessage): string {
  switch (message.role) {
    case 'user':
      return `The message that begins with "${message.text.trim().slice(0, 40)}"`;
    case 'assistant':
      return 'An answer of the model';
    case 'tool':
      return `A result of ${message.tool_name}`;
  }
}

function unsummarised({ code, message, next_step }: RunError): RunError {
  return {
    code,
    message: `The conversation no longer fits the model, and it could not be summarised to make room: ${message}`,
    next_step: code === 'context_exceeded' ? 'Start a new chat, or choose a model with a longer context.' : next_step,
  };
}
