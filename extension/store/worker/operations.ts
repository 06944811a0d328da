// Applies operations and reads by name. Names come from other threads and from disk, so an unknown one is an
// ordinary answer here, not a crash.
import { readHandlers, writeHandlers } from '../tables/registry';
import type { Connection, ReadContext, WriteContext } from '../tables/table';

type AnyWrite = (db: Connection, value: unknown, context: WriteContext) => void;
type AnyRead = (db: Connection, params: unknown, context: ReadContext) => unknown;

function lookUp<T>(handlers: object, name: string): T {
  if (!Object.hasOwn(handlers, name)) throw new Error(`there is no operation ${name}`);
  // The registries' types tie each name to the type of its value; here only the name is known, and the value is
  // what a typed call sent, or what a journal with a matching checksum kept of one.
  return handlers[name as keyof typeof handlers];
}

export function applyWrite(db: Connection, name: string, value: unknown, context: WriteContext): void {
  lookUp<AnyWrite>(writeHandlers, name)(db, value, context);
}

export function runRead(db: Connection, name: string, params: unknown, context: ReadContext): unknown {
  return lookUp<AnyRead>(readHandlers, name)(db, params, context);
}
