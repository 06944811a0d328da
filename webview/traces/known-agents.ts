// The agents that calls started, as far as the host has told of them: where they belong, and whether they go on.
import type { ChatStatus } from '../../shared/chats';
import type { ChildAgent } from '../../shared/trace-parts';

const none: readonly ChildAgent[] = [];

export class KnownAgents {
  /** By the chat that started them, then by the call ('' for none); in the order in which they were told of. */
  readonly #byChat = new Map<string, Map<string, ChildAgent[]>>();
  readonly #status = new Map<string, ChatStatus>();

  clear(): void {
    this.#byChat.clear();
    this.#status.clear();
  }

  add(chatId: string, agents: readonly ChildAgent[]): void {
    const known = this.#byChat.get(chatId) ?? new Map<string, ChildAgent[]>();
    this.#byChat.set(chatId, known);
    for (const agent of agents) {
      const place = agent.trace_id ?? '';
      const before = known.get(place) ?? [];
      const at = before.findIndex(({ chat_id }) => chat_id === agent.chat_id);
      known.set(place, at === -1 ? [...before, agent] : before.with(at, agent));
      this.#status.set(agent.chat_id, agent.status);
    }
  }

  of(chatId: string, traceId: string | null): readonly ChildAgent[] {
    return this.#byChat.get(chatId)?.get(traceId ?? '') ?? none;
  }

  /** Of an agent; undefined for any other chat. */
  status(chatId: string): ChatStatus | undefined {
    return this.#status.get(chatId);
  }

  /** The call of `root` that the agent was started by, over however many agents between. */
  starterIn(root: string | null, chatId: string): string | null {
    for (const [parent, byCall] of this.#byChat) {
      for (const [traceId, agents] of byCall) {
        if (!agents.some(({ chat_id }) => chat_id === chatId)) continue;
        return parent === root ? traceId || null : this.starterIn(root, parent);
      }
    }
    return null;
  }
}
