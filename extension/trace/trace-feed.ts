// What the traces view hears of the chats it has open while they grow: tool calls gathered into few messages, turns as
// they are now, the agents that calls started. In order, without a gap, and never more on its way than a view can take.
import type { ChatSummary } from '../../shared/chats';
import type { AgentParent, SequencedEvent } from '../../shared/events';
import type { TraceFrame, TracesEvent } from '../../shared/messages/traces';
import type { ChildAgent } from '../../shared/trace-parts';
import type { Store } from '../store/store';
import type { BusMessage, EventBus } from './event-bus';
import { EventFollower } from './event-follower';
import { Gathered } from './gathered';
import { firstMessage, frameForPanel, inMessages } from './panel-frames';
import { readTurns, shortened } from './trace-reads';
import { agentForPanel } from './viewer-lists';

export type TraceFeedMessage = Extract<TracesEvent, { type: 'dropped_events' | 'frames' | 'turns' | 'agents' }>;

export type TraceFeedPorts = {
  store: Store;
  bus: EventBus;
  /** The chat as lists show it, null when there is none with this id. */
  summaryOf(chatId: string): Promise<ChatSummary | null>;
  post(message: TraceFeedMessage): void;
  /** Something could not be read; the next event or change tries again. */
  onFailed(error: unknown): void;
};

const framesMs = 50;
const changesMs = 100;
/** Chats of agents that are followed beside the one that is shown. */
const maxAgentChats = 20;
/** Frames of a chat that may wait to be posted; what comes beyond is read from the store once there is room. */
const maxWaitingFrames = 2_000;
/** More than one message holds. */
const framesAtOnce = 250;
/** Turns of a chat that are read anew at once. */
const turnsAtOnce = 20;

type EventType = SequencedEvent['type'];
const asking: readonly EventType[] = ['approval:request', 'approval:decision', 'question:ask', 'question:answer'];
/** What changes a turn, and what changes an agent, as lists show them. */
const turnEvents: ReadonlySet<EventType> = new Set([...asking, 'turn:start', 'turn:end', 'llm_call:complete']);
const agentEvents: ReadonlySet<EventType> = new Set([...asking, 'turn:start', 'run:start', 'run:end']);

type Followed = { follower: EventFollower; frames: TraceFrame[]; onRoom: (() => void)[] };
/** What is another than before and has to be read anew: turns by chat, agents, and whether events are missing. */
type Changes = { turns: Map<string, Set<number>>; agents: Set<string>; drops: boolean };

const noChanges = (): Changes => ({ turns: new Map(), agents: new Set(), drops: false });

export class TraceFeed {
  readonly #ports: TraceFeedPorts;
  readonly #unsubscribe: () => void;
  /** By chat; the one that was asked for last stands last. */
  readonly #followed = new Map<string, Followed>();
  /** Who started the agents of chats; null for a person's own. */
  readonly #parents = new Map<string, AgentParent | null>();
  readonly #framesDue = new Gathered(framesMs, () => this.#postFrames());
  readonly #changesDue = new Gathered(changesMs, () => this.#postChanges());
  #shown: string | null = null;
  #changes = noChanges();
  #posting = false;

  constructor(ports: TraceFeedPorts) {
    this.#ports = ports;
    this.#unsubscribe = ports.bus.subscribe((message) => this.#onBus(message));
  }

  dispose(): void {
    this.#unsubscribe();
    this.#framesDue.end();
    this.#changesDue.end();
    for (const chatId of [...this.#followed.keys()]) this.#leave(chatId);
  }

  /** Shows this chat, and follows no other until it is asked for. */
  async show(chatId: string | null): Promise<void> {
    if (chatId !== this.#shown) {
      this.#shown = chatId;
      this.#changes = noChanges();
      for (const other of [...this.#followed.keys()]) this.#leave(other);
    }
    if (chatId === null) return;
    await this.follow(chatId);
    this.#changes.drops = true;
    this.#changesDue.ask();
  }

  /**
   * Follows a chat: what is read from the store once this has resolved, and what is posted, is all there is. Of many
   * chats beside the one that is shown only those are followed that were asked for last.
   */
  async follow(chatId: string): Promise<void> {
    const followed = this.#followed.get(chatId) ?? this.#begin(chatId);
    this.#followed.delete(chatId);
    this.#followed.set(chatId, followed);
    const others = [...this.#followed.keys()].filter((id) => id !== this.#shown);
    for (const other of others.slice(0, -maxAgentChats)) this.#leave(other);
    try {
      await followed.follower.started;
    } catch (error) {
      if (this.#followed.get(chatId) === followed) this.#leave(chatId);
      throw error;
    }
  }

  #begin(chatId: string): Followed {
    const frames: TraceFrame[] = [];
    const onRoom: (() => void)[] = [];
    const follower = new EventFollower(chatId, {
      store: this.#ports.store,
      take: (events) => this.#take(chatId, frames, events),
      room: () => (frames.length < maxWaitingFrames ? null : new Promise((resolve) => onRoom.push(resolve))),
      onFailed: (error) => this.#ports.onFailed(error),
    });
    return { follower, frames, onRoom };
  }

  #leave(chatId: string): void {
    const followed = this.#followed.get(chatId);
    this.#followed.delete(chatId);
    followed?.follower.end();
    for (const goOn of followed?.onRoom.splice(0) ?? []) goOn();
  }

  #onBus(message: BusMessage): void {
    if (message.kind === 'changed') {
      for (const chatId of message.chat_ids) {
        this.#followed.get(chatId)?.follower.onChanged();
        this.#onAgent(chatId);
      }
    } else if (message.kind === 'events') {
      const { chat_id } = message.chat;
      this.#followed.get(chat_id)?.follower.onEvents(message.events);
      for (const event of message.events) if (event.type === 'run:start' && event.parent) this.#parents.set(chat_id, event.parent);
      if (message.events.some(({ type }) => agentEvents.has(type))) this.#onAgent(chat_id);
    }
  }

  #onAgent(chatId: string): void {
    if (this.#followed.size === 0 || this.#parents.get(chatId) === null) return;
    this.#changes.agents.add(chatId);
    this.#changesDue.ask();
  }

  #take(chatId: string, frames: TraceFrame[], events: readonly SequencedEvent[]): void {
    for (const event of events) {
      if (event.type === 'tool_trace:start' || event.type === 'tool_trace:complete') {
        frames.push(frameForPanel(event));
        this.#framesDue.ask();
      } else if ('turn_number' in event && turnEvents.has(event.type)) {
        const turns = this.#changes.turns.get(chatId) ?? new Set();
        this.#changes.turns.set(chatId, turns.add(event.turn_number));
        this.#changesDue.ask();
      } else if (event.type === 'run:end' && chatId === this.#shown) {
        this.#changes.drops = true;
        this.#changesDue.ask();
      }
    }
  }

  /** One message for each chat; what does not fit follows after a while. */
  #postFrames(): void {
    for (const [chatId, { frames, onRoom }] of this.#followed) {
      const group = firstMessage(frames.slice(0, framesAtOnce));
      if (group.length === 0) continue;
      frames.splice(0, group.length);
      this.#ports.post({ type: 'frames', chat_id: chatId, frames: group });
      if (frames.length > 0) this.#framesDue.ask();
      if (frames.length < maxWaitingFrames / 2) for (const goOn of onRoom.splice(0)) goOn();
    }
  }

  /** One reading at a time, so that the last that is posted is the last state. */
  #postChanges(): void {
    if (this.#posting) return;
    this.#posting = true;
    const { turns, agents, drops } = this.#changes;
    this.#changes = noChanges();
    const work = async (): Promise<void> => {
      for (const [chatId, numbers] of turns) await this.#postTurns(chatId, numbers);
      await this.#postAgents(agents);
      if (drops) await this.#postDrops();
    };
    const again = (): void => {
      this.#posting = false;
      const { turns: more, agents: others, drops: dropped } = this.#changes;
      if (more.size > 0 || others.size > 0 || dropped) this.#changesDue.ask();
    };
    work().then(again, (error: unknown) => {
      this.#posting = false;
      this.#ports.onFailed(error);
      // Read anew with what changes next.
      for (const [chatId, numbers] of turns) this.#changes.turns.set(chatId, new Set([...numbers, ...(this.#changes.turns.get(chatId) ?? [])]));
      for (const chatId of agents) this.#changes.agents.add(chatId);
      this.#changes.drops ||= drops;
    });
  }

  async #postTurns(chatId: string, numbers: ReadonlySet<number>): Promise<void> {
    if (!this.#followed.has(chatId)) return;
    const asked = [...numbers].sort((a, b) => a - b);
    for (let from = 0; from < asked.length; ) {
      const first = asked[from] ?? 0;
      const wanted = new Set(asked.slice(from).filter((number) => number < first + turnsAtOnce));
      from += wanted.size;
      const turns = await readTurns(this.#ports.store, chatId, first - 1, Math.max(...wanted));
      if (!this.#followed.has(chatId)) return;
      const changed = turns.filter(({ turn_number }) => wanted.has(turn_number)).map(shortened);
      for (const group of inMessages(changed)) this.#ports.post({ type: 'turns', chat_id: chatId, turns: group });
    }
  }

  async #postAgents(chatIds: Iterable<string>): Promise<void> {
    const changed = new Map<string, ChildAgent[]>();
    for (const chatId of chatIds) {
      const parent = await this.#parentOf(chatId);
      const chat = parent !== null && this.#followed.has(parent.chat_id) ? await this.#ports.summaryOf(chatId) : null;
      if (parent === null || chat === null) continue;
      const { trace_id, kind, label } = parent;
      const agent = agentForPanel({ chat_id: chatId, trace_id, kind, label, status: chat.status, turns: chat.turns });
      changed.set(parent.chat_id, [...(changed.get(parent.chat_id) ?? []), agent]);
    }
    for (const [chatId, agents] of changed) {
      if (!this.#followed.has(chatId)) continue;
      for (const group of inMessages(agents)) this.#ports.post({ type: 'agents', chat_id: chatId, agents: group });
    }
  }

  async #postDrops(): Promise<void> {
    const chatId = this.#shown;
    if (chatId === null) return;
    const count = await this.#ports.store.read('events.missing', { chat_id: chatId });
    if (chatId === this.#shown && this.#followed.has(chatId)) this.#ports.post({ type: 'dropped_events', chat_id: chatId, count });
  }

  async #parentOf(chatId: string): Promise<AgentParent | null> {
    const known = this.#parents.get(chatId);
    if (known !== undefined) return known;
    const parent = await this.#ports.store.read('events.parent_of', { chat_id: chatId });
    this.#parents.set(chatId, parent);
    return parent;
  }
}
