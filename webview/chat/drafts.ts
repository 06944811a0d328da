// What was typed and not sent, for each chat, and which chat is shown: kept in the view state of VS Code, so that a
// hidden or reloaded view is as it was left.

type Store = { getState(): unknown; setState(state: unknown): void };

/** The draft of the chat that does not exist yet. */
const newChat = 'new';
const maxDrafts = 30;

export class Drafts {
  readonly #store: Store;
  readonly #texts: Map<string, string>;
  #chatId: string | null;

  constructor(store: Store) {
    this.#store = store;
    const state = readState(store.getState());
    this.#texts = new Map(Object.entries(state.drafts));
    this.#chatId = state.chat_id;
  }

  /** The chat that was shown last; null for none. */
  get chatId(): string | null {
    return this.#chatId;
  }

  show(chatId: string | null): void {
    if (chatId === this.#chatId) return;
    this.#chatId = chatId;
    this.#save();
  }

  text(chatId: string | null): string {
    return this.#texts.get(chatId ?? newChat) ?? '';
  }

  put(chatId: string | null, text: string): void {
    const key = chatId ?? newChat;
    if ((this.#texts.get(key) ?? '') === text) return;
    this.#texts.delete(key);
    if (text !== '') this.#texts.set(key, text);
    for (const oldest of this.#texts.keys()) {
      if (this.#texts.size <= maxDrafts) break;
      this.#texts.delete(oldest);
    }
    this.#save();
  }

  #save(): void {
    this.#store.setState({ chat_id: this.#chatId, drafts: Object.fromEntries(this.#texts) });
  }
}

function readState(state: unknown): { chat_id: string | null; drafts: Record<string, string> } {
  const none = { chat_id: null, drafts: {} };
  if (state === null || typeof state !== 'object') return none;
  const chatId = 'chat_id' in state && typeof state.chat_id === 'string' ? state.chat_id : null;
  const drafts = 'drafts' in state && state.drafts !== null && typeof state.drafts === 'object' ? Object.entries(state.drafts) : [];
  return { chat_id: chatId, drafts: Object.fromEntries(drafts.filter((entry): entry is [string, string] => typeof entry[1] === 'string')) };
}
