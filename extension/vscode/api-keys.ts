// API keys: in SecretStorage and nowhere else. Where that cannot be used (a locked or missing keyring) a key is held in
// memory until the window closes, and never written. Every key that is read is told to the redactor first.
import type * as vscode from 'vscode';
import type { Redactor } from '../trace/redaction';
import type { Log } from './log';

export class ApiKeys {
  readonly #secrets: vscode.SecretStorage;
  readonly #redactor: Redactor;
  readonly #log: Log;
  /** What SecretStorage did not take. */
  readonly #inMemory = new Map<string, string>();

  constructor(secrets: vscode.SecretStorage, redactor: Redactor, log: Log) {
    this.#secrets = secrets;
    this.#redactor = redactor;
    this.#log = log;
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
      return 'stored';
    } catch (error) {
      this.#tell(error);
      this.#inMemory.set(provider, key);
      return 'memory';
    }
  }

  /** Rejects when what is stored could not be deleted. */
  async delete(provider: string): Promise<void> {
    this.#inMemory.delete(provider);
    await this.#secrets.delete(secretName(provider));
  }

  async #stored(provider: string): Promise<string | undefined> {
    try {
      return await this.#secrets.get(secretName(provider));
    } catch (error) {
      this.#tell(error);
      return undefined;
    }
  }

  #tell(error: unknown): void {
    this.#log.warn('the secret storage cannot be used:', error instanceof Error ? error.message : String(error));
  }
}

function secretName(provider: string): string {
  return `boocode.apiKey.${provider}`;
}
