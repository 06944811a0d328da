// Where a series of requests stops being one text that only grows: what a prefix cache would have to read anew.

/** A request body from its first byte to its last message. */
export function conversationOf(rawBody: string): string {
  return rawBody.slice(0, rawBody.lastIndexOf('}]') + 1);
}

/** The numbers, from 1, of the requests that do not begin with everything of the request before. */
export function prefixBreaks(rawBodies: readonly string[]): number[] {
  return rawBodies.flatMap((body, index) => (index === 0 || body.startsWith(conversationOf(rawBodies[index - 1] ?? '')) ? [] : [index + 1]));
}
