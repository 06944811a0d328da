// JSON as tools read their own settings: with comments and trailing commas.

/** Undefined for what is no JSON even so. */
export function decodedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return strictly(withoutComments(text));
  }
}

function strictly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Strings are matched first, so that nothing inside one is taken for a comment. What is never closed goes to the end: it is looked at once. */
function withoutComments(text: string): string {
  return text
    .replace(/("(?:[^"\\\n]|\\.)*"?)|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)/g, (_, literal: string | undefined) => literal ?? ' ')
    .replace(/("(?:[^"\\\n]|\\.)*"?)|,(?=\s*[}\]])/g, (_, literal: string | undefined) => literal ?? '');
}
