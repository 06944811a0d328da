// Takes secrets out of everything before it is written or shown: first the keys this process knows, then what
// has the unmistakable form of a provider's key. What the model reads is redacted too, so a replay is byte-equal.
import type { Json } from '../../shared/ids';

const mark = '[redacted]';
/** No key is shorter. */
const shortestKey = 20;
const keyForms = [
  { kind: 'model API key', form: /\bsk-(?:ant-|proj-|or-v1-)?[A-Za-z0-9_-]{24,}\b/g },
  { kind: 'GitHub token', form: /\bgh[pousr]_[A-Za-z0-9]{36,}\b/g },
  { kind: 'GitHub token', form: /\bgithub_pat_[A-Za-z0-9_]{50,}\b/g },
  { kind: 'AWS access key', form: /\bAKIA[0-9A-Z]{16}\b/g },
  { kind: 'Slack token', form: /\bxox[abprs]-[A-Za-z0-9-]{20,}\b/g },
  { kind: 'Google API key', form: /\bAIza[0-9A-Za-z_-]{35}\b/g },
] as const;

/** What a secret was known by. */
export type RedactedKind = 'stored key' | (typeof keyForms)[number]['kind'];

/** Counts what was taken out of texts: marks that stood in them already, and what was found now. */
export class RedactionTally {
  before = 0;
  now = 0;
  readonly kinds = new Set<RedactedKind>();

  found(kind: RedactedKind, times: number): void {
    if (times === 0) return;
    this.now += times;
    this.kinds.add(kind);
  }
}

export class Redactor {
  readonly #secrets = new Set<string>();

  /** Values under eight characters are ignored: they would redact ordinary words. */
  add(secret: string): void {
    if (secret.length >= 8) this.#secrets.add(secret);
  }

  text(value: string, tally?: RedactionTally): string {
    let result = value;
    if (tally) tally.before += occurrences(value, mark);
    for (const secret of this.#secrets) {
      if (!result.includes(secret)) continue;
      tally?.found('stored key', occurrences(result, secret));
      result = result.replaceAll(secret, mark);
    }
    if (result.length < shortestKey) return result;
    for (const { kind, form } of keyForms) {
      if (tally) tally.found(kind, result.match(form)?.length ?? 0);
      result = result.replace(form, mark);
    }
    return result;
  }

  /** The same value when there was nothing to redact, so that the common case copies nothing. */
  value<T extends Json | object>(value: T, tally?: RedactionTally): T {
    // Redaction maps strings to strings, so the shape and with it the type stay what they were.
    return this.#walk(value, tally) as T;
  }

  #walk(value: unknown, tally: RedactionTally | undefined): unknown {
    if (typeof value === 'string') return this.text(value, tally);
    if (Array.isArray(value)) {
      const next = value.map((item) => this.#walk(item, tally));
      return next.every((item, index) => item === value[index]) ? value : next;
    }
    if (value !== null && typeof value === 'object') {
      const entries = Object.entries(value);
      const next = entries.map(([key, item]) => [this.text(key, tally), this.#walk(item, tally)] as const);
      const same = next.every(([key, item], index) => key === entries[index]?.[0] && item === entries[index]?.[1]);
      return same ? value : Object.fromEntries(next);
    }
    return value;
  }
}

function occurrences(text: string, part: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) count++;
  return count;
}
