// What a server said when it refused: the words, the code and the type, out of the many forms that servers use for it.
import * as z from 'zod';

export type ServerWords = { text: string; code: string; type: string };

const word = z.nullish(z.union([z.string(), z.number()])).catch(null);

const saying = z.looseObject({
  /** An object, or the words themselves. */
  error: z.optional(z.unknown()),
  message: z.nullish(z.string()).catch(null),
  /** FastAPI: words, or a list of objects with a `msg` each. */
  detail: z.optional(z.unknown()),
  msg: z.nullish(z.string()).catch(null),
  code: word,
  type: word,
  /** OpenRouter: what the provider behind it said, as it came. */
  metadata: z.nullish(z.looseObject({ raw: z.optional(z.unknown()) })).catch(null),
});

const nothing: ServerWords = { text: '', code: '', type: '' };

/** A gateway may pass on as text what a gateway before it passed on as text; nobody passes on more than this. */
const depthMost = 10;

/** Never throws: a body is whatever a server sends. */
export function saidByServer(body: string): ServerWords {
  return wordsIn(body, depthMost);
}

function wordsIn(value: unknown, depth: number): ServerWords {
  if (depth === 0) return nothing;
  if (typeof value === 'string') {
    const inner = asJson(value);
    if (inner !== null) return wordsIn(inner, depth - 1);
    // A page of a gateway: its words are for people who look at it.
    return /^\s*</.test(value) ? nothing : { ...nothing, text: value.trim() };
  }
  if (Array.isArray(value)) return { ...nothing, text: value.map((each) => wordsIn(each, depth - 1).text).join(' ') };
  const parsed = saying.safeParse(value);
  if (!parsed.success) return nothing;
  const { error, message, msg, detail, code, type, metadata } = parsed.data;
  const inner = [error, detail, metadata?.raw].map((each) => wordsIn(each, depth - 1));
  const texts = [(message ?? msg ?? '').trim(), ...inner.map(({ text }) => text)].filter((text) => text !== '');
  const first = (field: 'code' | 'type', own: string | number | null | undefined): string => String(own ?? inner.find((each) => each[field] !== '')?.[field] ?? '');
  return { text: [...new Set(texts)].join(' '), code: first('code', code), type: first('type', type) };
}

function asJson(text: string): object | null {
  if (!/^\s*\{/.test(text)) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
