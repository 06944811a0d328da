// Limits on what may be used, kept before each request is made: what it may come to at most is set aside first, and a
// request that finds no room is never sent. The answer is capped where a limit is nearer than the model's own end.
import type { Budgets, BudgetScope, ReachedLimit, Spent } from '../../shared/budgets';
import type { RunError } from '../../shared/events';
import { formatExact, formatUsd } from '../../shared/format';
import { nothingSpent } from '../../shared/spent-math';
import { abortedError } from '../providers/model-errors';
import { callPrices } from './call-prices';
import type { RunPorts } from './ports';
import type { Amount } from './reservations';

export type BudgetPorts = Pick<RunPorts, 'limits' | 'spentInChat' | 'spentInRun' | 'spentToday' | 'reservations' | 'transient' | 'provider' | 'model' | 'known' | 'nowMicros'>;

export type BudgetRequest = {
  chatId: string;
  /** What the chat had spent when the turn began. */
  spentBefore: Spent;
  /** What the request is estimated to come to, without its answer. */
  tokens: number;
};

export type Granted = {
  kind: 'granted';
  /** As the request has it. */
  inputTokens: number;
  /** Null: no limit is nearer than the model's own. */
  maxOutputTokens: number | null;
  /** How long it was held back: until others gave back what they had set aside. */
  queuedMs: number;
  /** Gives back what was set aside, once the call is recorded or has failed. */
  release(): void;
};

export type Reserved = Granted | { kind: 'refused'; error: RunError };

/** An answer with less room than this is not worth asking for. */
const leastAnswer = 1_000;
/** The most that is set aside for an answer while limits are near, so that calls side by side find room too. */
const ordinaryAnswer = 32_768;

/** By how much an estimate may fall short: the wire form of what was added since the API counted. */
const slack = 100;

const waitingForRoom = 'waiting for another answer, which may use what a limit leaves';

const scopes = ['turn', 'run', 'chat', 'day'] as const satisfies readonly BudgetScope[];
const units = ['tokens', 'usd'] as const;

/** Waits while only what other calls have set aside is in the way: they may come to less. Rejects with a StoreError. */
export async function reserveBudget(ports: BudgetPorts, { tokens: estimate, ...place }: BudgetRequest, signal: AbortSignal): Promise<Reserved> {
  const request = { ...place, tokens: estimate + slack };
  let waitsSince: number | null = null;
  for (;;) {
    if (signal.aborted) return { kind: 'refused', error: abortedError() };
    const { budgets } = ports.limits();
    if (scopes.every((scope) => !isLimited(budgets, scope))) return { kind: 'granted', inputTokens: estimate, maxOutputTokens: null, queuedMs: 0, release: () => undefined };
    const watch = ports.reservations.watch();
    try {
      const today = isLimited(budgets, 'day') ? await ports.spentToday() : nothingSpent;
      // Nothing may be awaited from here to where it is set aside.
      const limits = limitsOf(ports, request, { budgets, today, heldToday: watch.held() });
      const granted = grant(ports, request, limits);
      if (granted) return { kind: 'granted', inputTokens: estimate, queuedMs: waitsSince === null ? 0 : (ports.nowMicros() - waitsSince) / 1000, ...granted };
      const error = refusal(ports, request, limits);
      if (error) return { kind: 'refused', error };
      waitsSince ??= ports.nowMicros();
      ports.transient({ type: 'model:status', chat_id: request.chatId, status: 'waiting', attempt: 1, retry_at: null, reason: waitingForRoom, code: '' });
      await watch.released(signal);
    } finally {
      watch.end();
    }
  }
}

function isLimited(budgets: Budgets, scope: BudgetScope): boolean {
  return units.some((unit) => budgets[scope][unit] !== null);
}

/** A limit that a person set, and where it stands. */
type Limit = ReachedLimit & {
  /** Whether calls without a known price are in what was used. */
  isAtLeast: boolean;
  /** What other calls have set aside. */
  held: number;
  /** In the limit's own unit; null: unknown. */
  prices: { input: number; output: number } | null;
};

type Standing = { budgets: Budgets; today: Spent; heldToday: Amount };

function limitsOf(ports: BudgetPorts, { chatId, spentBefore }: BudgetRequest, { budgets, today, heldToday }: Standing): Limit[] {
  const inChat = ports.spentInChat();
  const inTurn = {
    tokens: inChat.tokens - spentBefore.tokens,
    cost_usd: inChat.cost_usd - spentBefore.cost_usd,
    unpriced_calls: inChat.unpriced_calls - spentBefore.unpriced_calls,
  };
  const spent = { turn: inTurn, run: ports.spentInRun(), chat: inChat, day: today };
  const heldInChat = ports.reservations.heldIn(chatId);
  const prices = callPrices(ports, ports.nowMicros());
  return scopes.flatMap((scope) =>
    units.flatMap((unit): Limit[] => {
      const limit = budgets[scope][unit];
      if (limit === null) return [];
      const held = scope === 'day' ? heldToday : heldInChat;
      const place = { scope, unit, limit, held: held[unit] };
      if (unit === 'tokens') return [{ ...place, used: spent[scope].tokens, isAtLeast: false, prices: { input: 1, output: 1 } }];
      const perToken = prices && { input: prices.input / 1_000_000, output: prices.output / 1_000_000 };
      return [{ ...place, used: spent[scope].cost_usd, isAtLeast: spent[scope].unpriced_calls > 0, prices: perToken }];
    }),
  );
}

/** Tokens that an answer may have; below 0 when not even the request fits. Infinity for what costs nothing. */
function roomForAnswer({ limit, used, prices }: Limit, held: number, inputTokens: number): number {
  if (prices === null) return -1;
  if (prices.input === 0 && prices.output === 0) return Infinity;
  const left = limit - used - held - inputTokens * prices.input;
  if (left < 0) return -1;
  return prices.output === 0 ? Infinity : Math.floor(left / prices.output);
}

function grant(ports: BudgetPorts, { chatId, tokens }: BudgetRequest, limits: readonly Limit[]): Pick<Granted, 'maxOutputTokens' | 'release'> | null {
  const most = longestAnswer(ports, tokens);
  const room = Math.min(...limits.map((limit) => roomForAnswer(limit, limit.held, tokens)));
  if (room < Math.min(leastAnswer, most ?? leastAnswer)) return null;
  const answer = Math.min(most ?? ordinaryAnswer, room, Math.max(ordinaryAnswer, Math.floor(room / 4)));
  const prices = callPrices(ports, ports.nowMicros());
  const usd = prices === null ? 0 : (tokens * prices.input + answer * prices.output) / 1_000_000;
  const release = ports.reservations.hold(chatId, { tokens: tokens + answer, usd });
  return { maxOutputTokens: answer === most ? null : answer, release };
}

/** Tokens; null: unknown. */
function longestAnswer({ known: { max_output_tokens, context_tokens } }: BudgetPorts, inputTokens: number): number | null {
  const inContext = context_tokens === null ? Infinity : Math.max(leastAnswer, context_tokens - inputTokens);
  const longest = Math.min(max_output_tokens ?? Infinity, inContext);
  return longest === Infinity ? null : longest;
}

/** Null when it is only for other calls that there is no room now. */
function refusal(ports: BudgetPorts, { tokens }: BudgetRequest, limits: readonly Limit[]): RunError | null {
  const least = Math.min(leastAnswer, longestAnswer(ports, tokens) ?? leastAnswer);
  const reached = limits.find((limit) => roomForAnswer(limit, 0, tokens) < least);
  if (!reached) return null;
  const { scope, unit, limit, used, prices, isAtLeast } = reached;
  const told = { scope, unit, limit, used };
  const what = `The limit of ${words(unit, limit)} for one ${scope}`;
  if (prices === null) {
    return {
      code: 'price_unknown',
      message: `${what} cannot be kept, because the price of ${ports.model} is not known. Nothing was sent.`,
      next_step: 'Give its price in the setting boocode.models, remove the limit, or choose another model.',
      limit: told,
    };
  }
  const usedSoFar = `${isAtLeast ? 'at least ' : ''}${words(unit, used)} ${unit === 'tokens' ? 'are' : 'is'} used`;
  const needed = words(unit, tokens * prices.input + least * prices.output);
  return { code: 'budget', message: `${what} stopped ${scope === 'run' ? 'it' : 'the run'}: ${usedSoFar}, and the next request with a short answer takes about ${needed}.`, next_step: 'Raise it to go on.', limit: told };
}

function words(unit: ReachedLimit['unit'], amount: number): string {
  return unit === 'usd' ? formatUsd(amount) : `${formatExact(Math.ceil(amount))} ${unit}`;
}
