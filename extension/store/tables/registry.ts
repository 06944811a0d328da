// Every table of the database, and the two maps of what can be written and read. Adding a table: a migration,
// tables/<name>.ts, and its lines here.
import { chats, type ChatReads, type ChatWrites } from './chats';
import { displacedEvents } from './displaced-events';
import { events, type EventReads, type EventWrites } from './events';
import { llmCalls, type LlmCallReads, type LlmCallWrites } from './llm-calls';
import type { ReadHandlers, WriteHandlers } from './table';
import { toolTraces, type ToolTraceReads, type ToolTraceWrites } from './tool-traces';

/** Operation name -> its value. */
export interface Writes extends ChatWrites, EventWrites, ToolTraceWrites, LlmCallWrites {}

/** Read name -> [parameters, result]. */
export interface Reads extends ChatReads, EventReads, ToolTraceReads, LlmCallReads {}

export const writeHandlers: WriteHandlers<Writes> = {
  ...chats.writes,
  ...events.writes,
  ...toolTraces.writes,
  ...llmCalls.writes,
};

export const readHandlers: ReadHandlers<Reads> = {
  ...chats.reads,
  ...events.reads,
  ...toolTraces.reads,
  ...llmCalls.reads,
};

/** The tables whose rows `check` counts. */
export const tableNames: readonly string[] = [chats, events, toolTraces, llmCalls, displacedEvents].map((table) => table.name);
