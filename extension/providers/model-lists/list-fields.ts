// How fields of model lists are read: one that is missing or makes no sense is null and spoils nothing else.
import * as z from 'zod';
import { maxListedModels } from './served-model';

export const modelId = z.string().trim().min(1).max(300);

export const tokenCount = z.nullable(z.int().positive().max(1_000_000_000)).catch(null);
export const words = z.nullable(z.array(z.string())).catch(null);
export const flag = z.nullable(z.boolean()).catch(null);

/** The entries that can be read at all; the others are left out. */
export function readable<T>(entries: readonly unknown[], schema: z.ZodType<T>): T[] {
  return entries.slice(0, maxListedModels).flatMap((entry) => {
    const parsed = schema.safeParse(entry);
    return parsed.success ? [parsed.data] : [];
  });
}
