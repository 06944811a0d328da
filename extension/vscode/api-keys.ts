// API keys: in SecretStorage and nowhere else. Where that cannot be used (a locked or missing keyring) a key is held in
// memory until the window closes, and never written. Every key that is read is told to the redactor first.
import type * as vscode from 'vscode';
import type { Redactor } from '../trace/redaction';
import type { Log } from './log';

type Secrets = Pick<vscode.SecretStorage, 'get' | 'store' | 'delete' | 'onDidChange'>;

export class ApiKeys {
  readonly #secrets: Secrets;
  readonly #redactor: Redactor;
  readonly #log: Log;
  /** What SecretStorage did not take. */
  readonly #inMemory = new Map<string, string>();
  /** What it was asked for and has not changed since: every question goes to the window and back, and every request has one. */
  readonly #read = new Map<string, string | undefined>();
  #changes = 0;
  readonly #listeners = new Set<() => void>();

  constructor(secrets: Secrets, redactor: Redactor, log: Log) {
    this.#secrets = secrets;
    this.#redactor = redactor;
    this.#log = log;
    // For as long as there is an extension to hear it.
    secrets.onDidChange(() => this.#forget());
  }

  /** Calls back when a key comes or goes, kept only in memory or not. */
  onDidChange(listener: () => void): { dispose(): void } {
    const stored = this.#secrets.onDidChange(listener);
    this.#listeners.add(listener);
    return {
      dispose: () => {
        stored.dispose();
        this.#listeners.delete(listener);
      },
    };
  }

  async get(provider: string): Promise<string | undefined> {
    const key = this.#inMemory.get(provider) ?? (await this.#stored(provider));
    if (key) this.#redactor.add(key);
    return key || undefined;
  }

  /** Makes every stored key known to the redactor. */
  async learn(providers: readonly string[]): Promise<void> {
    await Promise.all(providers.map((provider) => this.get(provider)));
  }

  /** `memory`: it could not be stored and is there until the window closes. */
  async set(provider: string, key: string): Promise<'stored' | 'memory'> {
    this.#redactor.add(key);
    try {
      await this.#secrets.store(secretName(provider), key);
      this.#inMemory.delete(provider);
      this.#forget();
      return 'stored';
    } catch (error) {
      this.#tell(error);
      this.#inMemory.set(provider, key);
      this.#changed();
      return 'memory';
    }
  }

  /** Rejects when what is stored could not be deleted. */
  async delete(provider: string): Promise<void> {
    if (this.#inMemory.delete(provider)) this.#changed();
    await this.#secrets.delete(secretName(provider));
    this.#forget();
  }

  async #stored(provider: string): Promise<string | undefined> {
    if (this.#read.has(provider)) return this.#read.get(provider);
    const changes = this.#changes;
    try {
      const key = await this.#secrets.get(secretName(provider));
      if (changes === this.#changes) this.#read.set(provider, key);
      return key;
    } catch (error) {
      this.#tell(error);
      return undefined;
    }
  }

  #forget(): void {
    this.#changes++;
    this.#read.clear();
  }

  /** Of what is stored VS Code tells. */
  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #tell(error: unknown): void {
    this.#log.warn('the secret storage cannot be used:', error instanceof Error ? error.message : String(error));
  }
}

function secretName(provider: string): string {
  return `boocode.apiKey.${provider}`;
}
