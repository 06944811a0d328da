// What the chat view and the extension host say to each other.
import * as z from 'zod';
import { budgetScope, budgetUnit, type Budgets, type Spent } from '../budgets';
import type { ChatSummary } from '../chats';
import type { ModelFacts } from '../model-facts';
import type { RunError, SequencedEvent, TransientEvent } from '../events';
import { uuid } from '../ids';
import { approvalDecision } from '../events';
import type { StorageStatus } from '../storage';
import type { ToolTrace } from '../traces';

/** Numbers of the changes of an edit to leave out; see shared/edit-hunks.ts. */
const rejectedHunks = z.array(z.int().nonnegative()).max(1_000);

/** Upward, without an answer. The host checks each again: a forged approval of an unknown id does nothing. */
export const chatCommand = z.discriminatedUnion('type', [
  /** The view is there and has everything of `chat_id` up to `after_seq` (0: nothing). */
  z.object({ type: z.literal('ready'), chat_id: z.nullable(uuid), after_seq: z.int().nonnegative() }),
  z.object({ type: z.literal('ack'), chat_id: uuid, seq: z.int().nonnegative() }),
  /** `chat_id` null starts a new chat. While the agent works the message is queued. */
  z.object({ type: z.literal('send'), chat_id: z.nullable(uuid), message_id: uuid, text: z.string().min(1).max(60_000) }),
  z.object({ type: z.literal('unqueue'), chat_id: uuid, message_id: uuid }),
  z.object({ type: z.literal('stop'), chat_id: uuid }),
  z.object({ type: z.literal('retry'), chat_id: uuid }),
  /** Asks for another value of the limit that ended the last run, and goes on. */
  z.object({ type: z.literal('raise_limit'), chat_id: uuid, scope: budgetScope, unit: budgetUnit }),
  z.object({
    type: z.literal('decide'),
    chat_id: uuid,
    approval_id: uuid,
    decision: approvalDecision.exclude(['cancelled']),
    rejected_hunks: z.optional(rejectedHunks),
  }),
  /** Answers a question of the model; `answer` null closes it. */
  z.object({
    type: z.literal('answer'),
    chat_id: uuid,
    question_id: uuid,
    answer: z.nullable(z.object({ chosen: z.array(z.string().max(200)).max(10), text: z.string().max(60_000) })),
  }),
  /** `rejected_hunks`: what is left out so far; the diff shows what would be written. */
  z.object({ type: z.literal('open_diff'), chat_id: uuid, approval_id: uuid, rejected_hunks: z.optional(rejectedHunks) }),
  /** The choice of changes is another now; an open diff follows it, and none is opened for it. */
  z.object({ type: z.literal('choose_changes'), chat_id: uuid, approval_id: uuid, rejected_hunks: rejectedHunks }),
  z.object({ type: z.literal('open_file'), path: z.string().max(4096), line: z.optional(z.int().positive()) }),
  /** A kept output of a command: nothing else outside of the workspace is opened. */
  z.object({ type: z.literal('open_output'), path: z.string().max(4096) }),
  /** A background command of this window, by its id. */
  z.object({ type: z.literal('background'), id: z.string().max(100), do: z.enum(['stop', 'show']) }),
  z.object({ type: z.literal('open_link'), url: z.string().max(4096) }),
  z.object({ type: z.literal('copy'), text: z.string() }),
  z.object({ type: z.literal('open_chat'), chat_id: z.nullable(uuid) }),
  /** The call in the traces, or the beginning of the turn. */
  z.object({ type: z.literal('show_in_traces'), chat_id: uuid, turn_number: z.int().positive(), trace_id: z.nullable(uuid) }),
  /** A command of the extension, by a short name the host maps; nothing else can be run. */
  z.object({
    type: z.literal('run'),
    action: z.enum([
      ...(['choose_model', 'set_api_key', 'choose_approval_mode', 'run_demo', 'open_folder', 'open_traces', 'show_log'] as const),
      ...(['manage_trust', 'open_settings', 'check_storage'] as const),
    ]),
  }),
]);
export type ChatCommand = z.infer<typeof chatCommand>;

/** Why the chat cannot work at all, most basic first; `ready` when it can. */
export type Readiness = 'no_folder' | 'untrusted' | 'no_key' | 'ready';

/** What runs without asking where somebody is there to ask. */
export type AttendedMode = 'ask' | 'auto_edit' | 'full_auto';

/** A command that goes on in the background, as the chat lists it; long texts are cut. */
export type BackgroundRow = {
  id: string;
  chat_id: string | null;
  command_line: string;
  cwd: string;
  /** Microseconds since the epoch. */
  started_at: number;
  last_line: string;
};

export type HostStatus = {
  readiness: Readiness;
  approval_mode: AttendedMode;
  provider: string;
  model: string;
  /** What is known of the model. */
  facts: ModelFacts;
  /** US dollars for a million tokens now; null when unknown. */
  prices: { input: number; cache_read: number; output: number } | null;
  budgets: Budgets;
  /** All chats of the workspace since local midnight; null while no limit is set on it. */
  spent_today: Spent | null;
  scripted: boolean;
  suggested_tasks: string[];
  storage: StorageStatus;
};

export type ChatEvent =
  | { type: 'status'; status: HostStatus }
  /**
   * The view now shows this chat (null: the empty state) and forgets what it had. `first_seq` is the oldest event
   * that follows; `more_before` tells whether older ones can be asked for.
   */
  | { type: 'reset'; chat: ChatSummary | null; first_seq: number; more_before: boolean }
  /** Stored events in order; `summary` is the chat as it is after them. */
  | { type: 'events'; chat_id: string; events: SequencedEvent[]; summary: ChatSummary }
  | { type: 'transient'; events: TransientEvent[] }
  /**
   * The store took no more of this chat. `chat` is what is stored of it, null when that is nothing: the view then
   * shows the empty state. `in_run`: a run ended with it that is stored without an end.
   */
  | { type: 'refused'; chat_id: string; chat: ChatSummary | null; error: RunError; in_run: boolean }
  /** The chat that is shown was deleted; the view keeps what it has and says so. */
  | { type: 'deleted'; chat_id: string }
  /** All that run in the background of this window, whole each time. */
  | { type: 'background'; commands: BackgroundRow[] }
  /** The list of chats is another than before. */
  | { type: 'chats_changed' }
  /** BooCode itself could not be started; the next message of the view tries again. */
  | { type: 'start_failed'; message: string; next_step: string }
  /** Something the person asked for did not work. */
  | { type: 'problem'; code: string; message: string; next_step: string }
  /** Shows a call of the chat that is shown, or the beginning of its turn, however far up it is. */
  | { type: 'reveal'; chat_id: string; turn_number: number; trace_id: string | null }
  | { type: 'focus_composer' }
  /** Shows the list of chats, or puts it away. */
  | { type: 'show_chats' }
  /** Puts text into the composer (and sends it when `send`), for commands such as "Run Demo". */
  | { type: 'compose'; text: string; send: boolean };

export const chatRequests = {
  list_chats: z.object({ query: z.string().max(200) }),
  /** Up to `limit` events before `before_seq`, oldest first. */
  events_before: z.object({ chat_id: uuid, before_seq: z.int().positive(), limit: z.int().min(1).max(500) }),
  trace: z.object({ trace_id: uuid }),
} as const;

export type ChatRequests = {
  list_chats: [z.infer<(typeof chatRequests)['list_chats']>, { chats: ChatSummary[] }];
  events_before: [z.infer<(typeof chatRequests)['events_before']>, { events: SequencedEvent[]; more_before: boolean }];
  trace: [z.infer<(typeof chatRequests)['trace']>, { trace: ToolTrace; truncated: boolean }];
};
