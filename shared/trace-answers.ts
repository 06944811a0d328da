// What the host finds out about traces when a view asks: why something was slow, expensive or failed, how two runs
// differ, and what in a request broke its cache. Types only.
import type { RequestPart } from './model-request';
import type { TraceRef } from './trace-parts';

export type WhyQuestion = 'slow' | 'expensive' | 'failed';

/** A whole chat with the agents it started, one run of it, or one turn. */
export type TraceScope = { chat_id: string; run_id?: string | undefined; turn_number?: number | undefined };

/** A share of the whole that the answer is about. */
export type WhyShare = {
  label: string;
  /** Milliseconds for "slow", US dollars or tokens for "expensive". */
  amount: number;
  /** `amount` as people read it. */
  figure: string;
  /** Of the whole, 0 to 1. */
  share: number;
  kind: 'queue' | 'first_token' | 'generation' | 'approval' | 'tool' | 'retry' | 'other' | 'fresh' | 'cached' | 'written' | 'output' | 'reasoning';
};

export type WhyFinding = {
  /** One plain sentence: what. */
  title: string;
  /** One or two: how that is known, and what may be done. */
  detail: string;
  /** How much of the whole it explains; null where that has no measure. */
  share: number | null;
  /** The rows it rests on, most telling first; at most five. */
  at: TraceRef[];
};

export type WhyAnswer = {
  question: WhyQuestion;
  /** The answer in one sentence. */
  headline: string;
  /** What was looked at: `12 turns, 40 calls, 2 agents`. */
  basis: string;
  shares: WhyShare[];
  /** Biggest first. */
  findings: WhyFinding[];
};

/** One run, or all of a chat (`run_id` null). */
export type CompareSide = { chat_id: string; run_id: string | null };

/** Tokens, cost and hit rate with those of agents; the rest of the chat or run itself. */
export type CompareTotals = {
  title: string;
  turns: number;
  calls: number;
  failed: number;
  wall_ms: number;
  model_ms: number;
  tool_ms: number;
  waiting_ms: number;
  tokens: number;
  /** Null when the price of any of its calls is unknown. */
  cost_usd: number | null;
  /** Null: n/a. */
  hit_rate: number | null;
};

export type ComparedCall = { turn_number: number; trace_id: string; latency_ms: number | null; outcome: string };

/**
 * Calls of both that stand for each other (same tool, same subject), or one that only one of them made. `subject` is
 * `a → b` where calls of the same tool stand in the same place.
 */
export type CompareRow = { tool_name: string; subject: string; left: ComparedCall | null; right: ComparedCall | null };

/** A page of rows, and the totals of the whole. */
export type Comparison = {
  left: CompareTotals;
  right: CompareTotals;
  rows: CompareRow[];
  total_rows: number;
  /** There were too many calls, or differences, to align them as a whole: they are aligned turn by turn. */
  by_turn?: true;
};

export type DiffLine = { kind: 'same' | 'added' | 'removed'; text: string };

/** The first part of a request that differs from the one before. */
export type CacheBreak = {
  part: RequestPart;
  /** Which piece of it: `message 14, result of read_file`. */
  label: string;
  lines: DiffLine[];
  /** Whether lines were left out. */
  is_cut: boolean;
};
