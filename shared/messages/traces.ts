// What the traces view and the extension host say to each other.
import * as z from 'zod';
import type { ChatSummary } from '../chats';
import type { RunEventBody } from '../events';
import { uuid } from '../ids';
import type { StorageStatus } from '../storage';
import type { CacheBreak, Comparison, WhyAnswer } from '../trace-answers';
import type { ChildAgent, Run, TraceRow, Turn } from '../trace-parts';
import { tracePageRequest, type ToolTrace } from '../traces';

const turnNumber = z.int().positive();

export const tracesCommand = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), chat_id: z.nullable(uuid) }),
  z.object({ type: z.literal('open_chat'), chat_id: uuid }),
  z.object({ type: z.literal('copy'), text: z.string() }),
  /** `path` is relative to a workspace folder or absolute inside one; nothing outside of the workspace is opened. */
  z.object({ type: z.literal('open_file'), path: z.string().max(4096), line: z.optional(z.int().positive()) }),
  /** A whole input, output or error, however long, as a document that nobody can edit. */
  z.object({ type: z.literal('open_value'), trace_id: uuid, part: z.enum(['input', 'output', 'error']) }),
  /** What an edit changed, side by side. */
  z.object({ type: z.literal('open_diff'), trace_id: uuid }),
  /** The call, or the beginning of the turn, in the conversation. */
  z.object({ type: z.literal('show_in_chat'), chat_id: uuid, turn_number: turnNumber, trace_id: z.nullable(uuid) }),
  /** Asks how and where to, shows what was taken out, and writes the file. */
  z.object({ type: z.literal('export'), chat_id: uuid }),
  z.object({ type: z.literal('run'), action: z.enum(['run_demo', 'new_chat', 'check_storage']) }),
]);
export type TracesCommand = z.infer<typeof tracesCommand>;

export type TraceFrame = Extract<RunEventBody, { type: 'tool_trace:start' | 'tool_trace:complete' }> & {
  chat_id: string;
  session_id: string;
};

/** What a link from somewhere else leads to. */
export type TraceTarget = { turn_number: number | null; trace_id: string | null; filter: string | null };

export type TracesEvent =
  /** The chat the view follows (null: there is none yet), and the chats it can choose from. */
  | { type: 'chats'; chats: ChatSummary[]; chat_id: string | null }
  /** Events of the chat that are missing from its record: 0 unless something is wrong. */
  | { type: 'dropped_events'; chat_id: string; count: number }
  /** Texts in them are cut. */
  | { type: 'frames'; chat_id: string; frames: TraceFrame[] }
  /** Turns as they are now, whole each time. */
  | { type: 'turns'; chat_id: string; turns: Turn[] }
  /** An agent that a call of this chat started has begun, gone on or ended. */
  | { type: 'agents'; chat_id: string; agents: ChildAgent[] }
  /** Shows a place in the chat that is followed. */
  | { type: 'reveal'; chat_id: string; target: TraceTarget }
  | { type: 'problem'; message: string; next_step: string }
  | { type: 'storage'; storage: StorageStatus }
  /** BooCode itself could not be started; the next message of the view tries again. */
  | { type: 'start_failed'; message: string; next_step: string };

const scope = z.object({ chat_id: uuid, run_id: z.optional(uuid), turn_number: z.optional(turnNumber) });
const side = z.object({ chat_id: uuid, run_id: z.nullable(uuid) });

export const tracesRequests = {
  page: tracePageRequest,
  trace: z.object({ trace_id: uuid }),
  runs: z.object({ chat_id: uuid }),
  agents: z.object({ chat_id: uuid, after: z.nullable(uuid) }),
  /** `cursor` null begins; a page may find nothing and still have a next one. */
  search: z.object({ chat_id: uuid, text: z.string().min(1).max(200), cursor: z.nullable(z.string().max(400)) }),
  usual: z.object({}),
  why: z.object({ question: z.enum(['slow', 'expensive', 'failed']), scope }),
  compare: z.object({ left: side, right: side, from: z.int().nonnegative() }),
  cache_break: z.object({ chat_id: uuid, llm_call_id: uuid }),
} as const;

/** How long calls of a tool usually take in this workspace. */
export type UsualLatency = { tool_name: string; calls: number; p50_ms: number; p95_ms: number };

type Params<N extends keyof typeof tracesRequests> = z.infer<(typeof tracesRequests)[N]>;

export type TracesRequests = {
  /** Rows in the order of the trace listing, and the turns from the first of them (or the beginning) to the last (or the end). */
  page: [Params<'page'>, { traces: TraceRow[]; turns: Turn[]; next_cursor: string | null }];
  trace: [Params<'trace'>, { trace: ToolTrace; truncated: boolean }];
  /** The newest ones, oldest first. */
  runs: [Params<'runs'>, { runs: Run[] }];
  agents: [Params<'agents'>, { agents: ChildAgent[]; more: boolean }];
  /** Calls whose input, output or error holds the text, in any case. */
  search: [Params<'search'>, { trace_ids: string[]; next_cursor: string | null }];
  usual: [Params<'usual'>, { tools: UsualLatency[] }];
  why: [Params<'why'>, WhyAnswer];
  compare: [Params<'compare'>, Comparison];
  cache_break: [Params<'cache_break'>, CacheBreak | null];
};
