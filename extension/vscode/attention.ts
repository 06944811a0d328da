// Knows which approvals and questions wait for a person, and says so where the chat is out of sight: a badge on its view
// and one notification. What the mode or an earlier answer decided at once never counts.
import * as vscode from 'vscode';
import type { SequencedEvent } from '../../shared/events';
import type { BusMessage, EventBus } from '../trace/event-bus';
import { inNotification } from './plain-text';

type Waiting = { chatId: string; kind: 'approval' | 'answer'; title: string };

export type AttentionPorts = {
  /** Whether a person who looks at the chat's view sees this chat, and so the question itself. */
  isShowing(chatId: string): boolean;
  showChat(chatId: string): Promise<void>;
};

export class Attention {
  readonly #ports: AttentionPorts;
  readonly #waiting = new Map<string, Waiting>();
  readonly #unsubscribe: () => void;
  #view: vscode.WebviewView | null = null;

  constructor(bus: EventBus, ports: AttentionPorts) {
    this.#ports = ports;
    this.#unsubscribe = bus.subscribe((message) => this.#onBus(message));
  }

  dispose(): void {
    this.#unsubscribe();
  }

  /** The view that carries the badge; null when there is none. */
  set view(view: vscode.WebviewView | null) {
    this.#view = view;
    this.#showCount();
  }

  /** What waits longest; null when nothing does. */
  get first(): Waiting | null {
    return [...this.#waiting.values()][0] ?? null;
  }

  #onBus(message: BusMessage): void {
    if (message.kind === 'refused') return this.#forget(message.chat_id);
    if (message.kind !== 'events') return;
    const { chat_id: chatId } = message.chat;
    const before = this.#of(chatId).length;
    for (const event of message.events) this.#apply(chatId, event);
    const [newest] = this.#of(chatId);
    this.#showCount();
    if (before === 0 && newest !== undefined && !this.#ports.isShowing(chatId)) this.#tell(newest);
  }

  #apply(chatId: string, event: SequencedEvent): void {
    switch (event.type) {
      case 'approval:request':
        this.#waiting.set(event.approval_id, { chatId, kind: 'approval', title: event.title });
        break;
      case 'question:ask':
        this.#waiting.set(event.question_id, { chatId, kind: 'answer', title: event.question });
        break;
      case 'approval:decision':
        this.#waiting.delete(event.approval_id);
        break;
      case 'question:answer':
        this.#waiting.delete(event.question_id);
        break;
      case 'run:end':
        for (const [id, waiting] of this.#waiting) if (waiting.chatId === chatId) this.#waiting.delete(id);
        break;
      default:
        break;
    }
  }

  #forget(chatId: string): void {
    for (const [id, waiting] of this.#waiting) if (waiting.chatId === chatId) this.#waiting.delete(id);
    this.#showCount();
  }

  #showCount(): void {
    if (this.#view === null) return;
    const value = this.#waiting.size;
    this.#view.badge = value === 0 ? undefined : { value, tooltip: value === 1 ? 'One thing waits for you' : `${value} things wait for you` };
  }

  #tell({ chatId, kind, title }: Waiting): void {
    const show = 'Show Chat';
    const what = inNotification(title);
    const text = kind === 'approval' ? `BooCode waits for your approval: ${what}` : `BooCode asks: ${what}`;
    void vscode.window.showInformationMessage(text, show).then((answer) => (answer === show ? this.#ports.showChat(chatId) : undefined));
  }

  #of(chatId: string): Waiting[] {
    return [...this.#waiting.values()].filter((waiting) => waiting.chatId === chatId);
  }
}
