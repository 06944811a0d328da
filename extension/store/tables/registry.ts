// Every table of the database, and the two maps of what can be written and read. Adding a table: a migration,
// tables/<name>.ts, and its lines here.
import { approvalGrants, type ApprovalGrantReads, type ApprovalGrantWrites } from './approval-grants';
import { blobUses } from './blob-uses';
import { cacheStats, type CacheStatReads } from './cache-stats';
import { chats, type ChatReads, type ChatWrites } from './chats';
import { displacedEvents } from './displaced-events';
import { events, type EventReads, type EventWrites } from './events';
import { llmCalls, type LlmCallReads, type LlmCallWrites } from './llm-calls';
import { requestOpenings, type RequestOpeningReads, type RequestOpeningWrites } from './request-openings';
import { spending, type SpendingReads, type SpendingWrites } from './spending';
import type { PayloadForm, ReadHandlers, Table, WriteHandlers } from './table';
import { toolTraces, type ToolTraceReads, type ToolTraceWrites } from './tool-traces';

/** Operation name -> its value. */
export interface Writes extends ChatWrites, EventWrites, ToolTraceWrites, LlmCallWrites, SpendingWrites, ApprovalGrantWrites, RequestOpeningWrites {}

/** Read name -> [parameters, result]. */
export interface Reads extends ChatReads, EventReads, ToolTraceReads, LlmCallReads, SpendingReads, ApprovalGrantReads, RequestOpeningReads, CacheStatReads {}

export const writeHandlers: WriteHandlers<Writes> = {
  ...chats.writes,
  ...events.writes,
  ...toolTraces.writes,
  ...llmCalls.writes,
  ...spending.writes,
  ...approvalGrants.writes,
  ...requestOpenings.writes,
};

export const readHandlers: ReadHandlers<Reads> = {
  ...chats.reads,
  ...events.reads,
  ...toolTraces.reads,
  ...llmCalls.reads,
  ...spending.reads,
  ...approvalGrants.reads,
  ...requestOpenings.reads,
  ...cacheStats.reads,
};

/** What `check` and retention go through. */
export const tables: readonly Pick<Table<object, object>, 'name' | 'bytesOfChat' | 'check'>[] = [
  chats,
  events,
  toolTraces,
  llmCalls,
  spending,
  displacedEvents,
  blobUses,
  approvalGrants,
  requestOpenings,
];

/** Operation name -> its fields that hold payloads. */
export const payloadFields: Readonly<Record<string, Readonly<Record<string, PayloadForm>>>> = {
  ...events.payloads,
  ...toolTraces.payloads,
  ...llmCalls.payloads,
};
