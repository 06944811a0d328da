// Which chat the chat view shows, kept in a file of the workspace's own folder: VS Code's own state is written late
// and lost when a window dies early, above all in the browser.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod';
import { uuid } from '../../shared/ids';

const content = z.object({ shown_chat: z.nullable(uuid) });

export class ShownChat {
  readonly #directory: string;
  #saving: Promise<void> = Promise.resolve();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Undefined when nothing readable is kept, null when the view showed no chat. */
  async get(): Promise<string | null | undefined> {
    await this.#saving;
    const text = await readFile(this.#file, 'utf8').catch(() => 'null');
    const parsed = content.safeParse(jsonOf(text));
    return parsed.success ? parsed.data.shown_chat : undefined;
  }

  /** Resolves when it is kept; the last of several calls stays. A disk that refuses costs only the memory of it. */
  set(chatId: string | null): Promise<void> {
    this.#saving = this.#saving.then(() => this.#save(chatId)).catch(() => undefined);
    return this.#saving;
  }

  get #file(): string {
    return join(this.#directory, 'shown-chat.json');
  }

  async #save(chatId: string | null): Promise<void> {
    const temporary = `${this.#file}.${randomUUID()}`;
    await writeFile(temporary, JSON.stringify({ shown_chat: chatId }));
    await rename(temporary, this.#file);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
