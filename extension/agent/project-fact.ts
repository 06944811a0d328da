// What one kind of project fact comes to, and how text of others is made safe to stand in the frame around the facts.
import { createHash } from 'node:crypto';
import type { ProjectFact } from '../../shared/events';

export type FactKind = ProjectFact['kind'];

/** `text` is what the model reads, in blocks of its own; `label` is for people. */
export type ToldFact = { label: string; digest: string; text: string };

/** `nothing`: there is none now; `unknown`: that cannot be said now, and what was told stands. */
export type FoundFact = ToldFact | 'nothing' | 'unknown';

/** In place of a digest, once the model was told that there is none any more. */
export const noneDigest = 'none';

const tags = ['project_facts', 'instructions', 'workspace', 'open_files', 'selection', 'problems', 'git'] as const;
const looksLikeTag = new RegExp(`<(?=/?(?:${tags.join('|')})\\b)`, 'gi');

/** Nothing in a text can end the frame or begin another. */
export function framed(text: string): string {
  return text.replace(looksLikeTag, '&lt;');
}

export function block(kind: FactKind, text: string, attributes: Readonly<Record<string, string>> = {}): string {
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${framed(value).replaceAll('"', '&quot;')}"`);
  return `<${kind}${written.join('')}>\n${framed(text)}\n</${kind}>`;
}

/** A path or a branch as one line, whatever characters it has. */
export function shownName(name: string): string {
  return /[\p{Cc}\p{Zl}\p{Zp}]/u.test(name) ? JSON.stringify(name) : name;
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
