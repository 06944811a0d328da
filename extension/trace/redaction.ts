// Takes secrets out of everything before it is written or shown: first the keys this process knows, then what
// has the unmistakable form of a provider's key. What the model reads is redacted too, so a replay is byte-equal.
import type { Json } from '../../shared/ids';

const mark = '[redacted]';
/** No key is shorter. */
const shortestKey = 20;
const keyForms = [
  /\bsk-(?:ant-|proj-|or-v1-)?[A-Za-z0-9_-]{24,}\b/g,
  /\bgh[pousr]_[A-Za-z0-9]{36,}\b/g,
  /\bgithub_pat_[A-Za-z0-9_]{50,}\b/g,
  /\bAKIA[0-9A-Z]{16}\b/g,
  /\bxox[abprs]-[A-Za-z0-9-]{20,}\b/g,
  /\bAIza[0-9A-Za-z_-]{35}\b/g,
];

export class Redactor {
  readonly #secrets = new Set<string>();

  /** Values under eight characters are ignored: they would redact ordinary words. */
  add(secret: string): void {
    if (secret.length >= 8) this.#secrets.add(secret);
  }

  text(value: string): string {
    let result = value;
    for (const secret of this.#secrets) if (result.includes(secret)) result = result.replaceAll(secret, mark);
    if (result.length < shortestKey) return result;
    for (const form of keyForms) result = result.replace(form, mark);
    return result;
  }

  /** The same value when there was nothing to redact, so that the common case copies nothing. */
  value<T extends Json | object>(value: T): T {
    // Redaction maps strings to strings, so the shape and with it the type stay what they were.
    return this.#walk(value) as T;
  }

  #walk(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) {
      const next = value.map((item) => this.#walk(item));
      return next.every((item, index) => item === value[index]) ? value : next;
    }
    if (value !== null && typeof value === 'object') {
      const entries = Object.entries(value);
      const next = entries.map(([key, item]) => [this.text(key), this.#walk(item)] as const);
      const same = next.every(([key, item], index) => key === entries[index]?.[0] && item === entries[index]?.[1]);
      return same ? value : Object.fromEntries(next);
    }
    return value;
  }
}
