// What was read from disk, looked at field by field where there is too much of it, or too little time, for a schema.
// Nothing is trusted that these did not see.

export type Fields = Readonly<Record<string, unknown>>;

/** Null when the text is not the JSON of an object. */
export function parseFields(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : null;
  } catch {
    // Not JSON: no fields either.
    return null;
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An integer that a number can hold exactly. */
export function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
