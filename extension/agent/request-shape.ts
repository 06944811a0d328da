// How much of a request is the one before it, byte by byte from its beginning, and which part is the first that is not. Pure.
import type { RequestPart, RequestShape } from '../../shared/model-request';
import type { RequestParts } from '../providers/model';

/** A request as it was sent: to whom, and what it was made of. */
export type WrittenRequest = { provider: string; parts: RequestParts };

type Lengths = Pick<RequestShape, 'bytes' | 'tools_bytes' | 'system_bytes'>;
type Shared = Pick<RequestShape, 'shared_bytes' | 'changed'>;

export function requestLengths({ tools, system, messages }: RequestParts): Lengths {
  let bytes = tools.length + system.length;
  for (const { length } of messages) bytes += length;
  return { bytes, tools_bytes: tools.length, system_bytes: system.length };
}

/** What stands behind a part that is another is not shared, however equal. */
export function sharedWith(before: WrittenRequest, now: WrittenRequest): Shared {
  const [a, b] = [before.parts, now.parts];
  if (before.provider !== now.provider || a.head !== b.head) return changedAt('model', 0);
  if (!isSame(a.tools, b.tools)) return changedAt('tools', commonBytes(a.tools, b.tools));
  let shared = a.tools.length;
  if (!isSame(a.system, b.system)) return changedAt('system', shared + commonBytes(a.system, b.system));
  shared += a.system.length;
  let index = 0;
  for (const message of a.messages) {
    const other = b.messages[index++];
    if (other === undefined) return changedAt('history', shared);
    if (!isSame(message, other)) return changedAt('history', shared + commonBytes(message, other));
    shared += message.length;
  }
  return { shared_bytes: shared, changed: null };
}

function changedAt(changed: RequestPart, shared_bytes: number): Shared {
  return { shared_bytes, changed };
}

function isSame(a: Buffer, b: Buffer): boolean {
  return a === b || a.equals(b);
}

function commonBytes(a: Buffer, b: Buffer): number {
  const end = Math.min(a.length, b.length);
  let at = 0;
  while (at < end && a[at] === b[at]) at += 1;
  return at;
}
