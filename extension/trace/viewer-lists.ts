// What the traces view asks for beside the rows: runs, agents, calls that hold a text, how long a tool usually takes.
// Every answer fits into one message.
import type { ChatSummary } from '../../shared/chats';
import type { TracesRequests, UsualLatency } from '../../shared/messages/traces';
import type { ChildAgent, Run } from '../../shared/trace-parts';
import type { Store } from '../store/store';
import { firstMessage } from './panel-frames';
import { cursorOf, placeAt, requireChat } from './queries';
import { readRuns } from './trace-reads';

/** Of the texts in a list. */
const listedCharacters = 300;
const agentsAtOnce = 200;
/** Rows that are looked through for one answer. */
const scannedAtOnce = 1_000;
/** Calls that tell how long a tool usually takes, and for how long they are taken to tell the same. */
const usualCalls = 20_000;
const usualMs = 30_000;

function cut(text: string): string {
  return text.length <= listedCharacters ? text : `${text.slice(0, listedCharacters)}…`;
}

export function agentForPanel(agent: ChildAgent): ChildAgent {
  return { ...agent, label: cut(agent.label) };
}

function runForPanel(run: Run): Run {
  const { error } = run;
  return error === null ? run : { ...run, error: { code: error.code, message: cut(error.message), next_step: cut(error.next_step) } };
}

/** As many of the newest as one message carries. Throws QueryError for a chat that is not in this workspace's store. */
export async function viewerRuns(store: Store, { chat_id }: TracesRequests['runs'][0]): Promise<TracesRequests['runs'][1]> {
  await requireChat(store, chat_id);
  const runs = await readRuns(store, chat_id);
  return { runs: firstMessage(runs.map(runForPanel).reverse()).reverse() };
}

/** `summaryOf`: the chat as lists show it, since of an agent that was cut off the store only knows that it went on. */
export async function viewerAgents(
  store: Store,
  { chat_id, after }: TracesRequests['agents'][0],
  summaryOf: (chatId: string) => Promise<ChatSummary | null>,
): Promise<TracesRequests['agents'][1]> {
  await requireChat(store, chat_id);
  const rows = await store.read('events.agents_of', { chat_id, after, limit: agentsAtOnce });
  const shown = await Promise.all(
    rows.map(async (agent) => {
      const goesOn = agent.status === 'in_progress' || agent.status === 'awaiting_input';
      const chat = goesOn ? await summaryOf(agent.chat_id) : null;
      return agentForPanel(chat === null ? agent : { ...agent, status: chat.status });
    }),
  );
  const agents = firstMessage(shown);
  return { agents, more: agents.length < rows.length || rows.length === agentsAtOnce };
}

/** Throws QueryError like a page of the listing. */
export async function viewerSearch(store: Store, { chat_id, text, cursor }: TracesRequests['search'][0]): Promise<TracesRequests['search'][1]> {
  const after = cursor === null ? null : placeAt(cursor);
  await requireChat(store, chat_id);
  const { ids, last } = await store.read('tool_traces.search', { chat_id, text, after, scan: scannedAtOnce });
  return { trace_ids: ids, next_cursor: last && cursorOf(last) };
}

/** How long calls of each tool usually take; read once in a while only. */
export class UsualLatencies {
  readonly #store: Store;
  readonly #nowMs: () => number;
  #kept: { at: number; tools: Promise<UsualLatency[]> } | null = null;

  constructor(store: Store, nowMs: () => number = () => performance.now()) {
    this.#store = store;
    this.#nowMs = nowMs;
  }

  async read(): Promise<TracesRequests['usual'][1]> {
    const now = this.#nowMs();
    if (this.#kept === null || now - this.#kept.at >= usualMs) {
      const tools = this.#store.read('tool_traces.usual', { newest: usualCalls });
      const kept = { at: now, tools };
      this.#kept = kept;
      // Who asked gets the failure; the next one tries again.
      tools.catch(() => {
        if (this.#kept === kept) this.#kept = null;
      });
    }
    return { tools: firstMessage(await this.#kept.tools) };
  }
}
