// "BooCode: Export Traces": asks how, says what would be written and what was taken out of it, and writes the file.
import * as vscode from 'vscode';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { formatBytes, formatCount } from '../../shared/format';
import type { Store } from '../store/store';
import { exportPreview, type TraceExport, type TraceFormat, type TracePreview } from '../trace/export/export-trace';
import { contentWords, previewReport, redactionWords } from '../trace/export/preview-report';
import { exportTraceToFile } from '../trace/export/trace-file';
import { QueryError } from '../trace/queries';
import type { Redactor } from '../trace/redaction';
import { pick } from './pick';
import type { ReportDocuments } from './report-document';
import { revealFolder } from './reveal-folder';

export type ExportTracesPorts = {
  store: Store;
  redactor: Redactor;
  /** Makes every stored key known to the redactor. */
  learnKeys(): Promise<void>;
  documents: Pick<ReportDocuments, 'show'>;
  /** BooCode's own version. */
  version: string;
  folders: readonly string[];
};

type How = Pick<TraceExport, 'format' | 'content'>;
type Asked = Omit<TraceExport, 'signal'>;

const title = 'BooCode: Export Traces';

const formats: readonly { value: TraceFormat; label: string; description: string; detail: string; ending: string }[] = [
  { value: 'chrome', label: 'Chrome Trace', description: 'for Perfetto and chrome://tracing', detail: 'A timeline: one row for each agent, a bar for each turn and call.', ending: 'trace.json' },
  { value: 'otlp', label: 'OpenTelemetry', description: 'OTLP/JSON', detail: 'Spans after the conventions for generative AI, for Jaeger, Grafana Tempo and other backends.', ending: 'otlp.json' },
  { value: 'jsonl', label: 'JSON Lines', description: 'for scripts', detail: 'Everything that is stored of it, one object a line.', ending: 'trace.jsonl' },
];

export async function exportTraces(ports: ExportTracesPorts, chatId: string): Promise<void> {
  const how = await askHow();
  if (!how) return;
  await ports.learnKeys();
  const asked: Asked = { ...how, chat_id: chatId, version: ports.version };
  try {
    const preview = await withProgress('Looking at the traces', (request) => exportPreview(ports.store, ports.redactor, request), asked);
    if (preview.cancelled || !(await isWanted(ports, how, preview))) return;
    await save(ports, asked, preview);
  } catch (error) {
    if (error instanceof QueryError) return void vscode.window.showErrorMessage(`The traces were not exported: ${error.message}`);
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(`The export failed: ${reason} Nothing was written; what BooCode keeps is as it was. Try again, perhaps with another folder.`);
  }
}

async function askHow(): Promise<How | null> {
  for (;;) {
    const format = await pick({ title, placeholder: 'In which format?', items: formats });
    if (format === undefined || format === 'back') return null;
    const content = await pick({
      ...{ title, placeholder: 'What should be in it?', canGoBack: true },
      items: [
        { value: 'without' as const, label: 'Without Inputs and Outputs', description: 'names, times, tokens, costs, outcomes' },
        { value: 'with' as const, label: 'With Inputs and Outputs', description: 'and what tools were given and gave, titles, subjects, messages of errors' },
      ],
    });
    if (content === undefined) return null;
    if (content !== 'back') return { format, content: content === 'with' };
  }
}

/** Says what would be written, and shows it when asked. */
async function isWanted({ documents }: ExportTracesPorts, { format }: How, preview: TracePreview): Promise<boolean> {
  for (;;) {
    const step = await pick({
      title: `${title} · ${contentWords(preview)}`,
      placeholder: redactionWords(preview),
      items: [
        { value: 'save' as const, label: '$(save) Save As…', description: formatBytes(preview.bytes) },
        { value: 'preview' as const, label: '$(open-preview) Show Preview', description: 'how it begins, and what was taken out' },
      ],
    });
    if (step !== 'preview') return step === 'save';
    await documents.show('BooCode Trace Export', previewReport(preview, `Trace export: ${labelOf(format)}`));
  }
}

function labelOf(format: TraceFormat): string {
  return formats.find(({ value }) => value === format)?.label ?? format;
}

async function save(ports: ExportTracesPorts, asked: Asked, preview: TracePreview): Promise<void> {
  const ending = formats.find(({ value }) => value === asked.format)?.ending ?? 'json';
  const day = new Date().toISOString().slice(0, 10);
  const target = await vscode.window.showSaveDialog({
    title: 'Export Traces',
    saveLabel: 'Export',
    defaultUri: vscode.Uri.file(join(homedir(), `boocode-${basename(ports.folders[0] ?? 'workspace')}-${day}.${ending}`)),
    filters: asked.format === 'jsonl' ? { 'JSON Lines': ['jsonl'] } : { JSON: ['json'] },
  });
  if (!target) return;
  if (target.scheme !== 'file') return void vscode.window.showErrorMessage('Traces can only be exported to a file on the machine where BooCode runs. Nothing was written.');
  const exported = await withProgress('Exporting traces', (request) => exportTraceToFile(ports.store, ports.redactor, request, target.fsPath), asked, preview.tool_calls);
  if (exported.cancelled) return void vscode.window.showInformationMessage('The export was cancelled. Nothing was written.');
  const [open, folder] = ['Open File', 'Show Folder'];
  // The command is done; whoever wants the file presses a button later.
  void vscode.window.showInformationMessage(`${formatCount(exported.spans, 'span')} exported to ${target.fsPath} (${formatBytes(exported.bytes)}).`, open, folder).then(async (answer) => {
    if (answer === open) await vscode.commands.executeCommand('vscode.open', target);
    if (answer === folder) await revealFolder(dirname(target.fsPath));
  });
}

/** `calls`: how many there are, where that is known. */
function withProgress<T>(what: string, work: (request: TraceExport) => Promise<T>, asked: Asked, calls?: number): Thenable<T> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: what, cancellable: true }, (progress, token) => {
    const stop = new AbortController();
    token.onCancellationRequested(() => stop.abort());
    let told = 0;
    const onProgress = (done: number): void => {
      if (done - told < 500) return;
      progress.report({ message: formatCount(done, 'tool call'), ...(calls ? { increment: ((done - told) * 100) / calls } : {}) });
      told = done;
    };
    return work({ ...asked, signal: stop.signal, onProgress });
  });
}
