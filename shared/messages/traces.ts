// What the traces view and the extension host say to each other.
import * as z from 'zod';
import type { ChatSummary } from '../chats';
import type { RunEventBody } from '../events';
import { uuid } from '../ids';
import type { StorageStatus } from '../storage';
import { tracePageRequest, type ToolTrace, type TracePage } from '../traces';

export const tracesCommand = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), chat_id: z.nullable(uuid) }),
  z.object({ type: z.literal('open_chat'), chat_id: uuid }),
  z.object({ type: z.literal('copy'), text: z.string() }),
  z.object({ type: z.literal('run'), action: z.enum(['run_demo', 'new_chat', 'check_storage']) }),
]);
export type TracesCommand = z.infer<typeof tracesCommand>;

export type TraceFrame = Extract<RunEventBody, { type: 'tool_trace:start' | 'tool_trace:complete' }> & {
  chat_id: string;
  session_id: string;
};

export type TracesEvent =
  /** The chat the view follows (null: there is none yet), and the chats it can choose from. */
  | { type: 'chats'; chats: ChatSummary[]; chat_id: string | null }
  | { type: 'frames'; chat_id: string; frames: TraceFrame[] }
  | { type: 'storage'; storage: StorageStatus }
  /** BooCode itself could not be started; the next message of the view tries again. */
  | { type: 'start_failed'; message: string; next_step: string };

export const tracesRequests = {
  page: tracePageRequest,
  trace: z.object({ trace_id: uuid }),
} as const;

export type TracesRequests = {
  /** Inputs and outputs over 2 KB are cut; ask for `trace` to see more. */
  page: [z.infer<typeof tracePageRequest>, TracePage];
  trace: [{ trace_id: string }, { trace: ToolTrace; truncated: boolean }];
};
