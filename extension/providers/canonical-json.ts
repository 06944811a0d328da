// One JSON text per value: keys sorted at every depth, nothing optional in the spelling. What is sent to a model
// is written with it, so that equal requests are equal bytes whatever order a program built them in.

export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
