// The commands that only read: `chats`, `traces`, `doctor`.
import { existsSync } from 'node:fs';
import { findRipgrep } from '../platform/ripgrep-path';
import { outputsSize } from '../session/output-sweep';
import { storageReport } from '../session/storage-report';
import { requireChat, tracePage } from '../trace/queries';
import type { HeadlessOptions } from './options';
import type { Output } from './output';
import type { HeadlessSession } from './session';

export async function listChats(session: HeadlessSession, output: Output): Promise<number> {
  const chats = await session.chats.list('', 10_000);
  for (const { chat_id, title, status, turns, created_at, updated_at } of chats) {
    output.value({ chat_id, title, status, turns, created_at, updated_at });
    output.text(`${chat_id}  ${status.padEnd(13)} ${String(turns).padStart(4)} turns  ${title}`);
  }
  if (chats.length === 0) output.text('No chats in this workspace yet.');
  return 0;
}

export async function listTraces(session: HeadlessSession, chatId: string, options: HeadlessOptions, output: Output): Promise<number> {
  await requireChat(session.store, chatId);
  const page = await tracePage(session.store, {
    chat_id: chatId,
    ...(options.cursor === undefined ? {} : { cursor: options.cursor }),
    ...(options.limit === undefined ? {} : { limit: options.limit }),
    ...(options.turn === undefined ? {} : { turn_number: options.turn }),
  });
  output.value(page);
  for (const trace of page.traces) {
    const latency = trace.latency_ms === null ? '—' : `${(trace.latency_ms / 1000).toFixed(2)} s`;
    output.text(`${String(trace.turn_number).padStart(4)}  ${trace.tool_name.padEnd(14)} ${trace.outcome.padEnd(11)} ${latency.padStart(9)}  ${trace.subject}`);
  }
  if (page.next_cursor) output.text(`More: --cursor ${page.next_cursor}`);
  return 0;
}

/** Exit status 1 when the store has a problem; what is merely degraded is said and is no failure. */
export async function doctor(session: HeadlessSession, dist: string, version: string, output: Output): Promise<number> {
  const store = await session.store.check();
  const ripgrep = findRipgrep(dist);
  const degraded = [
    ...(ripgrep === null ? ['search_files and list_files: no ripgrep for this platform was found.'] : []),
    ...(existsSync(`${dist}/sql-wasm.wasm`) ? [] : ['the store: sql-wasm.wasm is missing beside the program. Build or install again.']),
  ];
  const report = {
    ok: store.problems.length === 0,
    versions: { boocode: version, node: process.version, platform: `${process.platform}-${process.arch}` },
    engine: { store: 'sql.js in a worker thread', search: ripgrep },
    store,
    degraded,
  };
  output.value(report);
  const outputs = await outputsSize(session.outputDirectory);
  const versions = `BooCode ${version}, Node ${process.version}, ${report.versions.platform}`;
  output.text(storageReport({ check: store, outputs, retention: 'as the settings in VS Code say; this command deletes nothing', versions }, 'text'));
  for (const line of degraded) output.text(`Degraded: ${line}`);
  return report.ok ? 0 : 1;
}
