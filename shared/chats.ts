// A chat as lists show it.
import * as z from 'zod';
import { spent } from './budgets';
import { micros, uuid } from './ids';

export const chatStatus = z.enum([
  'new',
  'in_progress',
  'awaiting_input',
  'done',
  'stopped',
  'failed',
  'limit_reached',
  'interrupted',
]);
export type ChatStatus = z.infer<typeof chatStatus>;

export const chatSummary = z.object({
  chat_id: uuid,
  session_id: uuid,
  title: z.string(),
  status: chatStatus,
  turns: z.int().nonnegative(),
  created_at: micros,
  updated_at: micros,
  /** What its model calls used and cost so far. */
  spent,
  /** Another process drives the run that goes on in it. Never stored. */
  elsewhere: z.optional(z.literal(true)),
});
export type ChatSummary = z.infer<typeof chatSummary>;
