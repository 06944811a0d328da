// The chats of one workspace: creates them, opens stored ones, and keeps one ChatAgent for each that is in use.
import type { ChatSummary } from '../../shared/chats';
import { eventsOf, QueryError } from '../trace/queries';
import { ChatLog, type RecorderPorts } from '../trace/recorder';
import { OpenWork } from '../session/open-work';
import { Approvals } from './approvals';
import { ChatAgent, type ChatAgentPorts } from './chat-agent';
import { History } from './history';

export class Chats {
  readonly #recorder: RecorderPorts;
  readonly #agent: ChatAgentPorts;
  readonly #open = new Map<string, Promise<ChatAgent>>();
  readonly #agents = new Map<string, ChatAgent>();

  constructor(recorder: RecorderPorts, agent: ChatAgentPorts) {
    this.#recorder = recorder;
    this.#agent = agent;
  }

  /** Stored with its first event; a chat nobody wrote in leaves nothing behind. */
  create(): ChatAgent {
    const now = this.#recorder.nowMicros();
    const chat: ChatSummary = {
      chat_id: this.#agent.newId(),
      session_id: this.#agent.newId(),
      title: '',
      status: 'new',
      turns: 0,
      created_at: now,
      updated_at: now,
    };
    const agent = this.#agentOf(new ChatLog(this.#recorder, chat, 0), new History(), new OpenWork());
    this.#open.set(chat.chat_id, Promise.resolve(agent));
    return agent;
  }

  /** The chat ready to be written in. Rejects with a QueryError when this workspace has no such chat. */
  open(chatId: string): Promise<ChatAgent> {
    const existing = this.#open.get(chatId);
    if (existing) return existing;
    const opening = this.#load(chatId);
    this.#open.set(chatId, opening);
    opening.catch(() => this.#open.delete(chatId));
    return opening;
  }

  /** The chat's agent if it is in use in this process. */
  current(chatId: string): ChatAgent | undefined {
    return this.#agents.get(chatId);
  }

  get running(): readonly ChatAgent[] {
    return [...this.#agents.values()].filter((agent) => agent.isRunning);
  }

  /** As lists show it: a run that nobody drives any more is shown as interrupted, not as going on. */
  shown(chat: ChatSummary): ChatSummary {
    const agent = this.current(chat.chat_id);
    const latest = agent?.chat ?? chat;
    const goesOn = latest.status === 'in_progress' || latest.status === 'awaiting_input';
    return goesOn && agent?.isRunning !== true ? { ...latest, status: 'interrupted' } : latest;
  }

  /** A chat by its id, null when this workspace has none such. */
  async find(chatId: string): Promise<ChatSummary | null> {
    const agent = this.current(chatId);
    if (agent) return this.shown(agent.chat);
    const row = await this.#recorder.store.read('chats.get', { chat_id: chatId });
    if (!row) return null;
    const { provider: _p, model: _m, ...chat } = row;
    return this.shown(chat);
  }

  async list(query: string, limit: number): Promise<ChatSummary[]> {
    const rows = await this.#recorder.store.read('chats.list', { query, limit });
    return rows.map(({ provider: _p, model: _m, ...chat }) => this.shown(chat));
  }

  /** Stops every run and waits for their ends to be on disk. */
  async stopAll(): Promise<void> {
    const running = this.running;
    for (const agent of running) agent.stop();
    await Promise.allSettled(running.map((agent) => agent.settled()));
  }

  async #load(chatId: string): Promise<ChatAgent> {
    const { store } = this.#recorder;
    const row = await store.read('chats.get', { chat_id: chatId });
    if (!row) throw new QueryError('chat_not_found', `There is no chat ${chatId} in this workspace. List the chats to see their ids.`);
    const { provider, model, ...chat } = row;
    const history = new History();
    const work = new OpenWork();
    let lastSeq = 0;
    for await (const event of eventsOf(store, chatId)) {
      history.apply(event);
      work.apply(event);
      lastSeq = event.seq;
    }
    return this.#agentOf(new ChatLog(this.#recorder, chat, lastSeq, { provider, model }), history, work);
  }

  #agentOf(log: ChatLog, history: History, work: OpenWork): ChatAgent {
    const agent = new ChatAgent(this.#agent, log, history, work, new Approvals());
    this.#agents.set(agent.chat.chat_id, agent);
    return agent;
  }
}
