// Every state of the traces view, as the answers and events a host would give.
import type { ToolTrace } from '../../../shared/traces';
import { SampleChat, sampleId, sampleStart, sampleSummary } from './sample-events';
import type { TracesEvent } from '../../../shared/messages/traces';
import type { PreviewPage } from './open-preview';
import { storageSamples } from './scenes';

type Scene = { page?: unknown; chats?: 'none' | 'some' | 'silent'; open?: number; live?: boolean; choosing?: boolean; storage?: TracesEvent & { type: 'storage' } };

const tools = ['read_file', 'search_files', 'read_file', 'edit_file', 'run_command', 'list_files'];
const latencies = [12, 46, 8, 31, 4213, 5, 980, 1700, 6400, 22];

export function sampleTraces(count: number): ToolTrace[] {
  return Array.from({ length: count }, (_, index): ToolTrace => {
    const turn_number = Math.floor(index / 4) + 1;
    const tool_name = tools[index % tools.length] ?? 'read_file';
    const latency_ms = latencies[index % latencies.length] ?? 10;
    const failed = index % 9 === 5;
    const started_at = sampleStart + index * 7_000_000;
    return {
      ...{ id: sampleId(1000 + index), session_id: sampleId(2), chat_id: sampleId(1), turn_number, tool_name },
      ...{ subject: tool_name === 'run_command' ? 'npm test -- --grep cart' : `src/some/folder/file-${index}.ts`, started_at, finished_at: started_at + latency_ms * 1000 },
      ...{ latency_ms, tokens_used: index % 4 === 0 ? 12_140 + index : null, cache_tokens: index % 4 === 0 ? 11_000 : null, reasoning_tokens: index % 4 === 0 ? 60 : null },
      input: { path: `src/some/folder/file-${index}.ts`, range: { first: 1, last: 80 } },
      output: { text: failed ? 'There is no such file.' : 'line one\nline two', summary: failed ? '' : '2 lines' },
      ...{ error: failed ? 'There is no such file.' : null, outcome: failed ? 'error' : index % 13 === 7 ? 'denied' : 'success' },
      ...{ llm_call_id: null, tool_call_id: `call_${index}` },
    };
  });
}

export const tracesScenes: Readonly<Record<string, Scene>> = {
  'traces-loading': { chats: 'silent' },
  'traces-no-chats': { chats: 'none' },
  'traces-empty': { page: { traces: [], next_cursor: null } },
  'traces-list': { page: { traces: sampleTraces(40), next_cursor: null }, live: true },
  'traces-open': { page: { traces: sampleTraces(12), next_cursor: null }, open: 5 },
  'traces-choosing': { page: { traces: sampleTraces(12), next_cursor: null }, choosing: true },
  'traces-unsaved': { page: { traces: sampleTraces(12), next_cursor: null }, storage: { type: 'storage', storage: storageSamples.unsaved } },
  'traces-unavailable': { chats: 'silent', storage: { type: 'storage', storage: storageSamples.unavailable } },
  'traces-failed': { page: { failed: { code: 'io', message: 'the store does not answer' } } },
};

export async function openTracesScene(page: PreviewPage, name: string): Promise<void> {
  const scene = tracesScenes[name];
  if (!scene) throw new Error(`there is no scene ${name}`);
  if (scene.page !== undefined) await page.answer('page', scene.page);
  const chats = [sampleSummary('done'), sampleSummary('done', { chat_id: sampleId(9), title: 'Explain the build' })];
  if (scene.chats === 'none') await page.say({ type: 'chats', chats: [], chat_id: null });
  else if (scene.chats !== 'silent') await page.say({ type: 'chats', chats, chat_id: sampleId(1) });
  if (scene.storage) await page.say(scene.storage);
  if (scene.live) {
    const chat = new SampleChat();
    for (let turn = 0; turn < 11; turn++) chat.answer('');
    const { events } = chat.startTool({ tool_name: 'run_command', subject: 'npm run build' });
    const frames = events.filter((event) => event.type === 'tool_trace:start');
    await page.say({ type: 'frames', chat_id: sampleId(1), frames });
  }
  if (scene.choosing) await page.page.getByRole('combobox', { name: 'Chat' }).click();
  if (scene.open !== undefined) await page.page.locator('.call-row').nth(scene.open).click();
}
