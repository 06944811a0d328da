// The models that other extensions offer through VS Code, under one stable name each. BooCode's own are never among them:
// it would ask itself. What VS Code does not say of a model is null.
import * as vscode from 'vscode';
import * as z from 'zod';
import { unknownModel, type KnownModel } from '../../providers/models';

/** Under which BooCode offers its own models to VS Code. */
export const ownVendor = 'boocode';

export type VsCodeModel = {
  /** `vendor/family/id`; the last two may hold slashes of their own. */
  name: string;
  /** For people. */
  label: string;
  vendor: string;
  family: string;
  known: KnownModel;
};

/** Kept out of the typings of 1.106, and there since. */
const capabilities = z.object({ supportsToolCalling: z.boolean().nullish().catch(null), supportsImageToText: z.boolean().nullish().catch(null) });

export class VsCodeModels implements vscode.Disposable {
  /** As VS Code last told; asking again wakes extensions, and may send them to the network. */
  readonly #seen = new Map<string, vscode.LanguageModelChat>();
  /** Looked for without anybody waiting. */
  readonly #lookedFor = new Set<string>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #heard: vscode.Disposable;
  /** Other models are there, or one that `seen` did not know has been found. */
  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#heard = vscode.lm.onDidChangeChatModels(() => {
      this.forget();
      this.#changed.fire();
    });
  }

  /** Every model that can be asked now, in the order of their names. */
  async list(): Promise<VsCodeModel[]> {
    const chats = await vscode.lm.selectChatModels();
    this.#remember(chats);
    const others = chats.filter(({ vendor }) => vendor !== ownVendor).map(describe);
    const unique = [...new Map(others.map((model) => [model.name, model])).values()];
    return unique.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Null when no extension offers it, or it is BooCode's own. */
  async find(name: string): Promise<vscode.LanguageModelChat | null> {
    const known = this.#seen.get(name);
    if (known) return known;
    const [vendor = ''] = name.split('/', 1);
    // Without a vendor every extension with models would be started.
    if (vendor === '' || vendor === ownVendor) return null;
    this.#remember(await vscode.lm.selectChatModels({ vendor }));
    return this.#seen.get(name) ?? null;
  }

  /** Without waiting. Null for a model that was not met since VS Code last told of changes: it is looked for then. */
  seen(name: string): KnownModel | null {
    const chat = this.#seen.get(name);
    if (chat !== undefined) return factsOf(chat);
    if (!this.#lookedFor.has(name)) {
      this.#lookedFor.add(name);
      const tell = (found: vscode.LanguageModelChat | null): void => void (found !== null && this.#changed.fire());
      // What keeps it from being found is told to whoever asks the model.
      this.find(name).then(tell, () => undefined);
    }
    return null;
  }

  /** The next one who asks gets what is there by then. */
  forget(): void {
    this.#seen.clear();
    this.#lookedFor.clear();
  }

  dispose(): void {
    this.#heard.dispose();
    this.#changed.dispose();
  }

  #remember(chats: readonly vscode.LanguageModelChat[]): void {
    // Of several with one name (the same model from two accounts) the first is asked.
    for (const chat of chats) if (chat.vendor !== ownVendor && !this.#seen.has(nameOf(chat))) this.#seen.set(nameOf(chat), chat);
  }
}

function nameOf({ vendor, family, id }: vscode.LanguageModelChat): string {
  return `${vendor}/${family}/${id}`;
}

function describe(chat: vscode.LanguageModelChat): VsCodeModel {
  return { name: nameOf(chat), label: chat.name || chat.id, vendor: chat.vendor, family: chat.family, known: factsOf(chat) };
}

function factsOf(chat: vscode.LanguageModelChat): KnownModel {
  const told = capabilities.safeParse('capabilities' in chat ? chat.capabilities : null);
  const { maxInputTokens } = chat;
  return {
    ...unknownModel,
    context_tokens: Number.isInteger(maxInputTokens) && maxInputTokens > 0 ? maxInputTokens : null,
    calls_tools: told.data?.supportsToolCalling ?? null,
    takes_images: told.data?.supportsImageToText ?? null,
  };
}
