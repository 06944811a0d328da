// The traces view as the rest of the host sees it: shows a place in it, now or as soon as the view is there.
import * as vscode from 'vscode';
import type { TracesPanel } from './panels/traces-panel';
import type { TraceLink } from './trace-links';

export class TracesView {
  #panel: TracesPanel | null = null;
  /** For the next panel. */
  #link: TraceLink | null = null;

  get chatId(): string | null {
    return this.#panel?.chatId ?? null;
  }

  /** The view was made, or made anew; its panel keeps what is to be shown until the view has spoken. */
  async attach(panel: TracesPanel): Promise<void> {
    this.#panel = panel;
    const link = this.#link;
    this.#link = null;
    if (link !== null) await panel.reveal(link.chatId, link.target);
  }

  detach(panel: TracesPanel): void {
    if (this.#panel === panel) this.#panel = null;
  }

  /** Shows the chat (null: the newest one). */
  async open(chatId: string | null): Promise<void> {
    await vscode.commands.executeCommand('boocode.traces.focus');
    await this.#panel?.show(chatId);
  }

  async reveal(link: TraceLink): Promise<void> {
    this.#link = link;
    await vscode.commands.executeCommand('boocode.traces.focus');
    const panel = this.#panel;
    if (panel !== null && this.#link === link) await this.attach(panel);
  }
}
