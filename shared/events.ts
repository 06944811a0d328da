// RunEvent: everything an agent run says, in one union. Persisted events carry a sequence number per chat and
// are stored before anyone sees them; transient events only carry text on its way and name the row that will
// replace it.
import * as z from 'zod';
import { autoFixShapes } from './auto-fix';
import { reachedLimit } from './budgets';
import { durationMs, json, micros, uuid } from './ids';
import { cacheSegment, requestShape, tokenPrices } from './model-request';
import { traceOutcome } from './traces';
import { usage } from './usage';

const turnNumber = z.int().positive();

export const toolCall = z.object({
  tool_call_id: z.string(),
  tool_name: z.string(),
  /** The JSON text exactly as the model wrote it, so that it can be sent back byte for byte. */
  arguments: z.string(),
});
export type ToolCall = z.infer<typeof toolCall>;

export const runError = z.object({
  /** Stable, for code; see ModelErrorCode and LoopErrorCode. */
  code: z.string(),
  /** What happened, for people. */
  message: z.string(),
  /** What to do next, for people. */
  next_step: z.string(),
  /** The limit that ended a run, where one did. */
  limit: z.optional(reachedLimit),
});
export type RunError = z.infer<typeof runError>;

export const runOutcome = z.enum(['done', 'stopped', 'failed', 'limit_reached', 'interrupted']);
export type RunOutcome = z.infer<typeof runOutcome>;

/** What a person is asked to allow. `diff` carries the texts an editor can lay side by side. */
export const approvalSubject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('command'), argv: z.array(z.string()), cwd: z.string() }),
  z.object({
    kind: z.literal('edit'),
    path: z.string(),
    before: z.nullable(z.string()),
    after: z.nullable(z.string()),
    added: z.int(),
    removed: z.int(),
  }),
  z.object({
    kind: z.literal('delete'),
    path: z.string(),
    what: z.enum(['file', 'folder', 'link']),
    files: z.int(),
    bytes: z.int(),
    /** Whether it can be got back afterwards. */
    kept: z.boolean(),
    /** The first of what a folder holds, files and folders, relative to it. */
    paths: z.array(z.string()),
    /** How many more there are. */
    more_paths: z.optional(z.int()),
  }),
  z.object({
    kind: z.literal('move'),
    from: z.string(),
    to: z.string(),
    what: z.enum(['file', 'folder']),
    files: z.int(),
    bytes: z.int(),
    /** Whether a file stands at `to` that it takes the place of, and whether that can be got back afterwards. */
    replaces: z.boolean(),
    kept: z.boolean(),
    paths: z.array(z.string()),
    more_paths: z.optional(z.int()),
  }),
]);
export type ApprovalSubject = z.infer<typeof approvalSubject>;

/** `allow_session`: and the like for the rest of the session; `allow_always`: and exactly this from now on. */
export const approvalDecision = z.enum(['allow', 'allow_session', 'allow_always', 'deny', 'cancelled']);
export type ApprovalDecision = z.infer<typeof approvalDecision>;

/** What may be answered beyond yes and no. `partial`: some of the changes of an edit, by their numbers. */
export const approvalOffer = z.enum(['allow_session', 'allow_always', 'partial']);
export type ApprovalOffer = z.infer<typeof approvalOffer>;

export const userChoice = z.object({ label: z.string(), description: z.string() });
export type UserChoice = z.infer<typeof userChoice>;

/** One part of the project facts that are sent beside a message. */
export const projectFact = z.object({
  kind: z.enum(['instructions', 'workspace', 'open_files', 'selection', 'problems', 'git']),
  /** A few words for people: `AGENTS.md`, `3 open files`. */
  label: z.string(),
  /** Tells whether it is the same as what was sent before. */
  digest: z.string(),
});
export type ProjectFact = z.infer<typeof projectFact>;

/** Where the call stands that an agent was started by, in the chat of whoever started it. */
export const agentParent = z.object({
  chat_id: uuid,
  /** The tool call that started it; null for an agent of a workflow that a person started. */
  trace_id: z.nullable(uuid),
  kind: z.enum(['subagent', 'workflow_agent']),
  /** A few words for people: what it was asked to do, or its name in the workflow. */
  label: z.string(),
});
export type AgentParent = z.infer<typeof agentParent>;

const persisted = {
  'run:start': {
    ...{ run_id: uuid, provider: z.string(), model: z.string(), scripted: z.boolean() },
    /** In the chat of an agent that another one started; left out for a person's own chat. */
    parent: z.optional(agentParent),
  },
  'message:queued': { message_id: uuid, text: z.string() },
  'message:unqueued': { message_id: uuid },
  'message:user': { message_id: uuid, text: z.string() },
  /** What the model is told of the project beside the message before it; `text` is what is sent. */
  'context:facts': { text: z.string(), facts: z.array(projectFact) },
  /** Results of earlier tool calls that the model no longer gets; they stay in the trace. */
  'context:pruned': {
    tool_call_ids: z.array(z.string()),
    /** Estimates. */
    tokens_before: z.int(),
    tokens_after: z.int(),
  },
  /** Everything before is replaced, for the model, by `text`; `kept_messages` of the newest messages stay as they are. */
  'context:compacted': { text: z.string(), kept_messages: z.int().nonnegative(), tokens_before: z.int(), tokens_after: z.int() },
  'turn:start': { turn_number: turnNumber, llm_call_id: uuid },
  'message:assistant': {
    message_id: uuid,
    turn_number: turnNumber,
    llm_call_id: uuid,
    text: z.string(),
    reasoning: z.string(),
    reasoning_ms: z.nullable(durationMs),
    tool_calls: z.array(toolCall),
    /** True when the answer was cut off; it is kept as far as it came. */
    partial: z.boolean(),
  },
  'llm_call:complete': {
    llm_call_id: uuid,
    turn_number: turnNumber,
    provider: z.string(),
    model: z.string(),
    started_at: micros,
    first_token_ms: z.nullable(durationMs),
    duration_ms: durationMs,
    finish_reason: z.nullable(z.string()),
    usage: z.nullable(usage),
    raw_usage: z.nullable(json),
    error: z.nullable(runError),
    /** Left out for an answer of the conversation. */
    purpose: z.optional(z.enum(['compaction'])),
    /** US dollars, of the estimate where the usage is unknown; null or left out when the price is. */
    cost_usd: z.optional(z.nullable(z.number().nonnegative())),
    /** What the call is taken to have used where the API did not say. */
    estimated_tokens: z.optional(z.int().nonnegative()),
    /** How long the request was held back before it was made: until a limit had room for it. Left out: not at all. */
    queued_ms: z.optional(durationMs),
    /** Requests that were made for it, and how long it took until the last of them began. Left out: one, and 0. */
    attempts: z.optional(z.int().positive()),
    retry_ms: z.optional(durationMs),
    /** What a million tokens cost when it was made; left out or null when unknown. */
    prices: z.optional(z.nullable(tokenPrices)),
    /** What was sent, beside what was sent before; left out by earlier versions, and where nothing was sent. */
    request: z.optional(requestShape),
    /**
     * Estimates: how what was read from the cache is taken to be spread over the request. Left out without usage, and where
     * the API says nothing of its cache.
     */
    segments: z.optional(z.array(cacheSegment)),
  },
  'approval:request': {
    approval_id: uuid,
    turn_number: turnNumber,
    tool_call_id: z.string(),
    tool_name: z.string(),
    title: z.string(),
    /** Why it asks although the mode would not: a protected path, say. Empty in the ordinary case. */
    reason: z.string(),
    subject: approvalSubject,
    /** Left out by earlier versions: then only yes and no. */
    offers: z.optional(z.array(approvalOffer)),
  },
  'approval:decision': {
    approval_id: uuid,
    turn_number: turnNumber,
    decision: approvalDecision,
    /**
     * `policy`: the approval mode decided and nobody was asked; `grant`: an earlier answer covered it; `stop`: the run
     * ended while it was open.
     */
    decided_by: z.enum(['user', 'policy', 'grant', 'stop']),
    waited_ms: durationMs,
    /** Numbers of the changes of an edit that were left out, from 0; see shared/edit-hunks.ts. */
    rejected_hunks: z.optional(z.array(z.int().nonnegative())),
  },
  'question:ask': {
    question_id: uuid,
    turn_number: turnNumber,
    tool_call_id: z.string(),
    question: z.string(),
    choices: z.array(userChoice),
    multi_select: z.boolean(),
  },
  'question:answer': {
    question_id: uuid,
    turn_number: turnNumber,
    /** `stopped`: the run ended while it was open. */
    outcome: z.enum(['answered', 'dismissed', 'stopped']),
    /** Labels of what was chosen, and what was typed. */
    chosen: z.array(z.string()),
    text: z.string(),
    waited_ms: durationMs,
  },
  'tool_trace:start': {
    trace_id: uuid,
    turn_number: turnNumber,
    llm_call_id: uuid,
    tool_call_id: z.string(),
    tool_name: z.string(),
    /** What the call is about, for a one-line card: `cart.ts:1-80`, `npm test`. */
    subject: z.string(),
    input: json,
    started_at: micros,
  },
  'tool_trace:complete': {
    trace_id: uuid,
    turn_number: turnNumber,
    tool_call_id: z.string(),
    tool_name: z.string(),
    output: json,
    outcome: traceOutcome.exclude(['running']),
    error: z.nullable(z.string()),
    finished_at: micros,
    latency_ms: durationMs,
    tokens_used: z.nullable(z.int()),
    cache_tokens: z.nullable(z.int()),
    reasoning_tokens: z.nullable(z.int()),
  },
  ...autoFixShapes,
  'turn:end': { turn_number: turnNumber, duration_ms: durationMs, tool_calls: z.int() },
  notice: { level: z.enum(['info', 'warning', 'error']), code: z.string(), text: z.string() },
  'run:end': {
    run_id: uuid,
    outcome: runOutcome,
    turns: z.int(),
    usage: z.nullable(usage),
    error: z.nullable(runError),
  },
} as const;

type PersistedShapes = typeof persisted;
export type PersistedType = keyof PersistedShapes;
type BodyOf<T extends PersistedType> = { type: T } & z.infer<z.ZodObject<PersistedShapes[T]>>;

/** A persisted event before the recorder gave it its place. */
export type RunEventBody = { [T in PersistedType]: BodyOf<T> }[PersistedType];

export type EventPlace = { seq: number; at: number; chat_id: string; session_id: string };
export type SequencedEvent = RunEventBody & EventPlace;

const place = { seq: z.int().positive(), at: micros, chat_id: uuid, session_id: uuid };
const schemas = new Map<string, z.ZodType>(
  Object.entries(persisted).map(([type, shape]) => [type, z.object({ type: z.literal(type), ...place, ...shape })]),
);

const anyEvent = z.object({ type: z.string() });

/** Checks an event read back from disk. Throws a ZodError when it is not one. */
export function parseEvent(value: unknown): SequencedEvent {
  const { type } = anyEvent.parse(value);
  const schema = schemas.get(type);
  if (!schema) throw new Error(`unknown event type ${type}`);
  // The map is built from `persisted`, from which SequencedEvent is derived too.
  return schema.parse(value) as SequencedEvent;
}

/** Never stored, may be dropped: `message_id` / `trace_id` name the row that will replace it. */
export type TransientEvent =
  | { type: 'text:delta'; chat_id: string; message_id: string; turn_number: number; kind: 'text' | 'reasoning'; delta: string }
  | { type: 'tool_call:delta'; chat_id: string; message_id: string; turn_number: number; tool_name: string; bytes: number }
  | { type: 'tool:output'; chat_id: string; trace_id: string; chunk: string }
  | {
      type: 'model:status';
      chat_id: string;
      status: 'waiting' | 'streaming' | 'retrying';
      attempt: number;
      /** When the next attempt starts, in microseconds since the epoch; null unless retrying. */
      retry_at: number | null;
      reason: string;
      /** Why it is tried again, as a ModelErrorCode; empty unless retrying. */
      code: string;
    };

export type RunEvent = SequencedEvent | TransientEvent;

export function isTransient(event: RunEvent): event is TransientEvent {
  return !('seq' in event);
}
