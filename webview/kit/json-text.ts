// Tool inputs and outputs as text for people, and whether the host has shortened them on the way.
import type { Json } from '../../shared/ids';

/** The text a tool gave, or formatted JSON. */
export function outputText(value: Json): string {
  const text = field(value, 'text');
  return typeof text === 'string' ? text : jsonText(value);
}

export function jsonText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

export function field(value: Json, name: string): Json | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value[name] : undefined;
}

/** The host ends a text that it cut with these words; see extension/trace/panel-frames.ts. */
const cutMark = /\n… \d+ more characters$/;

export function looksCut(value: Json): boolean {
  if (typeof value === 'string') return cutMark.test(value);
  if (value === null || typeof value !== 'object') return false;
  return Object.values(value).some(looksCut);
}
