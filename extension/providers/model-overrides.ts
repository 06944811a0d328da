// What a person says of models, by name: it goes before anything else that is known. Entries that make no sense are left
// out, each with the reason.
import * as z from 'zod';

const price = z.number().nonnegative();
const tokens = z.int().positive();

const override = z.strictObject({
  contextTokens: z.optional(tokens),
  maxOutputTokens: z.optional(tokens),
  tools: z.optional(z.boolean()),
  images: z.optional(z.boolean()),
  reasoning: z.optional(z.boolean()),
  /** US dollars for a million tokens. */
  prices: z.optional(z.strictObject({ input: price, cacheRead: z.optional(price), output: price })),
});
export type ModelOverride = z.infer<typeof override>;

/** By `provider/model`, or by `model` alone for every provider that has one of that name. */
export type ModelOverrides = ReadonlyMap<string, ModelOverride>;

export function parseModelOverrides(value: unknown): { overrides: ModelOverrides; problems: string[] } {
  const entries = z.record(z.string(), z.unknown()).safeParse(value);
  if (!entries.success) return { overrides: new Map(), problems: ['It is no object with the names of models.'] };
  const overrides = new Map<string, ModelOverride>();
  const problems: string[] = [];
  for (const [name, entry] of Object.entries(entries.data)) {
    const parsed = override.safeParse(entry);
    if (parsed.success) overrides.set(name, parsed.data);
    else problems.push(`"${name}": ${reasonOf(parsed.error)}`);
  }
  return { overrides, problems };
}

function reasonOf({ issues: [issue] }: z.ZodError): string {
  if (issue === undefined) return 'not valid.';
  return `${issue.path.length === 0 ? '' : `${issue.path.join('.')}: `}${issue.message}.`;
}
