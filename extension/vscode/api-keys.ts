// API keys: in SecretStorage and nowhere else. Every key that is read is told to the redactor first.
import type * as vscode from 'vscode';
import type { Redactor } from '../trace/redaction';

export class ApiKeys {
  readonly #secrets: vscode.SecretStorage;
  readonly #redactor: Redactor;

  constructor(secrets: vscode.SecretStorage, redactor: Redactor) {
    this.#secrets = secrets;
    this.#redactor = redactor;
  }

  async get(provider: string): Promise<string | undefined> {
    const key = await this.#secrets.get(secretName(provider));
    if (key) this.#redactor.add(key);
    return key || undefined;
  }

  /** Makes every stored key known to the redactor. */
  async learn(providers: readonly string[]): Promise<void> {
    await Promise.all(providers.map((provider) => this.get(provider)));
  }

  async set(provider: string, key: string): Promise<void> {
    this.#redactor.add(key);
    await this.#secrets.store(secretName(provider), key);
  }

  async delete(provider: string): Promise<void> {
    await this.#secrets.delete(secretName(provider));
  }
}

function secretName(provider: string): string {
  return `boocode.apiKey.${provider}`;
}
