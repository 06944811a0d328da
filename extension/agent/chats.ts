// The chats of one workspace: creates them, opens stored ones, keeps one ChatAgent for each that is in use, and
// follows what other processes do with them. The store is the truth; an agent that no longer agrees with it is dropped.
import type { ChatSummary } from '../../shared/chats';
import { nothingSpent } from '../../shared/spent-math';
import type { Refusal } from '../trace/event-bus';
import { eventsOf, QueryError } from '../trace/queries';
import { ChatLog, type RecorderPorts } from '../trace/recorder';
import { OpenWork } from '../session/open-work';
import { unstoredRun, storageProblem } from '../session/storage-words';
import { AnsweredRequests, type AnsweredRequest } from './answered-requests';
import { Approvals } from './approvals';
import { ChatAgent, type ChatAgentPorts, type ChatParts } from './chat-agent';
import { ChatsElsewhere } from './chats-elsewhere';
import { History } from './history';
import { readOpening, requestOpening } from './request-opening';
import type { StoredRequest } from './sent-requests';
import { systemPrompt } from './system-prompt';

const chatsInOneWrite = 200;

export class Chats {
  readonly #recorder: RecorderPorts;
  readonly #agent: ChatAgentPorts;
  readonly #open = new Map<string, Promise<ChatAgent>>();
  readonly #agents = new Map<string, ChatAgent>();
  /** What was allowed for a session outlives the agent that asked. */
  readonly #approvals = new Map<string, Approvals>();
  readonly #refused = new Map<string, Refusal>();
  readonly #elsewhere: ChatsElsewhere;

  constructor(recorder: RecorderPorts, agent: ChatAgentPorts) {
    this.#recorder = recorder;
    this.#agent = agent;
    this.#elsewhere = new ChatsElsewhere((chatId) => this.#tellChanged([chatId]));
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
      spent: nothingSpent,
    };
    const agent = this.#agentOf(new ChatLog(this.#recorder, chat, 0), { history: new History(), work: new OpenWork(), messageIds: [], lastRequest: null, unstoredEnd: null });
    this.#open.set(chat.chat_id, Promise.resolve(agent));
    return agent;
  }

  /** The chat ready to be written in. Rejects with a QueryError when this workspace has no such chat, or no longer. */
  async open(chatId: string): Promise<ChatAgent> {
    const existing = this.#open.get(chatId);
    if (existing) {
      const agent = await existing;
      if (agent.isRunning || agent.stored === null || (await this.#recorder.store.read('chats.get', { chat_id: chatId })) !== null) return agent;
      await this.followed([chatId]);
      throw chatNotFound(chatId);
    }
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

  /** What the store refused of a chat that it holds no end of, or nothing at all; null when there is none such. */
  unstoredEnd(chatId: string): Refusal | null {
    const refusal = this.#refused.get(chatId);
    const isOver = refusal?.in_run === true || refusal?.chat === null;
    return isOver && this.current(chatId)?.isRunning !== true ? refusal : null;
  }

  /** As lists show it: a run that nobody drives any more is shown as interrupted, not as going on. */
  shown(chat: ChatSummary): ChatSummary {
    const agent = this.current(chat.chat_id);
    const latest = agent?.chat ?? chat;
    if (!goesOn(latest) || agent?.isRunning === true) return latest;
    if (this.unstoredEnd(chat.chat_id)?.in_run === true) return { ...latest, status: 'failed' };
    return this.#elsewhere.isActive(chat.chat_id) ? { ...latest, elsewhere: true } : { ...latest, status: 'interrupted' };
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

  /** Ends what runs in these chats and deletes them with everything of them and of the agents they started, for good. */
  async delete(given: readonly string[]): Promise<void> {
    const below = await Promise.all(given.map((chat_id) => this.#recorder.store.read('chats.agents_below', { chat_id })));
    const chatIds = [...new Set([...given, ...below.flat()])];
    const running = this.running.filter((agent) => chatIds.includes(agent.chat.chat_id));
    for (const agent of running) agent.stop();
    await Promise.allSettled(running.map((agent) => agent.settled()));
    await Promise.allSettled(chatIds.map((chatId) => this.#agent.stopBackground(chatId)));
    for (let from = 0; from < chatIds.length; from += chatsInOneWrite) {
      const ids = chatIds.slice(from, from + chatsInOneWrite);
      await this.#recorder.store.write(ids.map((chat_id) => ({ op: 'chats.delete', value: { chat_id } })));
      await this.#dropStale(ids);
      this.#tellChanged(ids);
    }
  }

  /** Another process wrote in these chats: what this one holds of them is dropped, unless it is at work there too. */
  async followed(chatIds: readonly string[]): Promise<void> {
    for (const chatId of chatIds) if (this.current(chatId)?.isRunning !== true) this.#elsewhere.wroteIn(chatId);
    await this.#dropStale(chatIds);
    this.#tellChanged(chatIds);
  }

  /** Chats may be gone without anybody saying which: retention deleted some. `shown`: those that views show. */
  async recheck(shown: readonly string[]): Promise<void> {
    const inUse = [...new Set([...this.#agents.keys(), ...shown])];
    await this.#dropStale(inUse);
    this.#tellChanged(inUse);
  }

  /** Stops every run and waits for their ends to be on disk. */
  async stopAll(): Promise<void> {
    const running = this.running;
    for (const agent of running) agent.stop();
    await Promise.allSettled(running.map((agent) => agent.settled()));
  }

  async #dropStale(chatIds: readonly string[]): Promise<void> {
    for (const chatId of chatIds) {
      const agent = this.#agents.get(chatId);
      if (!agent || agent.stored === null) continue;
      const isThere = (await this.#recorder.store.read('chats.get', { chat_id: chatId })) !== null;
      if (isThere && agent.isRunning) continue;
      // A run in a chat that was deleted would work for nobody: nothing of it is kept any more.
      agent.stop();
      this.#drop(agent);
      if (!isThere) this.#elsewhere.forget(chatId);
    }
  }

  #drop(agent: ChatAgent): void {
    const chatId = agent.chat.chat_id;
    if (this.#agents.get(chatId) !== agent) return;
    this.#agents.delete(chatId);
    this.#open.delete(chatId);
  }

  #tellChanged(chatIds: readonly string[]): void {
    this.#recorder.bus.publish({ kind: 'changed', chat_ids: chatIds });
  }

  async #load(chatId: string): Promise<ChatAgent> {
    const { store } = this.#recorder;
    const row = await store.read('chats.get', { chat_id: chatId });
    if (!row) throw chatNotFound(chatId);
    const { provider, model, ...chat } = row;
    const history = new History();
    const work = new OpenWork();
    const requests = new AnsweredRequests(history);
    const messageIds: string[] = [];
    let lastSeq = 0;
    for await (const event of eventsOf(store, chatId)) {
      history.apply(event);
      work.apply(event);
      requests.apply(event);
      if (event.type === 'message:user' || event.type === 'message:queued') messageIds.push(event.message_id);
      lastSeq = event.seq;
    }
    const lastRequest = await this.#lastRequest(requests.last);
    const unstoredEnd = this.unstoredEnd(chatId)?.error ?? null;
    this.#refused.delete(chatId);
    return this.#agentOf(new ChatLog(this.#recorder, chat, lastSeq, { provider, model }), { history, work, messageIds, lastRequest, unstoredEnd });
  }

  /** What of it can be written anew. */
  async #lastRequest(last: AnsweredRequest | null): Promise<StoredRequest | null> {
    const shape = last?.call.request;
    if (!last || !shape) return null;
    const now = requestOpening({ system: systemPrompt, tools: this.#agent.toolSchemas });
    const opening = shape.opening === now.digest ? null : await readOpening(this.#recorder.store, shape.opening);
    if (opening === null && shape.opening !== now.digest) return null;
    const { llm_call_id, provider, started_at, duration_ms } = last.call;
    return { llmCallId: llm_call_id, provider, endedAt: started_at + duration_ms * 1000, shape, opening, messages: last.messages };
  }

  #agentOf(log: ChatLog, parts: Omit<ChatParts, 'log' | 'approvals'>): ChatAgent {
    const chatId = log.chat.chat_id;
    const approvals = this.#approvals.get(chatId) ?? new Approvals();
    this.#approvals.set(chatId, approvals);
    const agent = new ChatAgent(this.#agent, { ...parts, log, approvals }, (error, inRun) => {
      this.#drop(agent);
      const chat = agent.stored;
      const refusal: Refusal = { chat_id: chatId, chat, error: inRun ? unstoredRun(error) : storageProblem(error), in_run: chat !== null && goesOn(chat) };
      this.#refused.set(chatId, refusal);
      this.#recorder.bus.publish({ kind: 'refused', ...refusal, chat: chat && this.shown(chat) });
    });
    this.#agents.set(chatId, agent);
    return agent;
  }
}

function goesOn({ status }: ChatSummary): boolean {
  return status === 'in_progress' || status === 'awaiting_input';
}

function chatNotFound(chatId: string): QueryError {
  return new QueryError('chat_not_found', `There is no chat ${chatId} in this workspace. List the chats to see their ids.`);
}
