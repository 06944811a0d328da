// The problems that VS Code itself shows, for tools. A file that was just changed on disk, or that nobody has opened, is
// given the time its language needs, never much. Opens documents unseen, never a tab; many languages (JavaScript,
// TypeScript, JSON among them) look at tabs only, so what is in none is said to be.
import { realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import type { Editor, EditorProblem, FileProblems, ProblemSeverity } from '../tools/editor';

export type Patience = {
  /** How long a changed document may take to be read anew from disk. */
  reloadMs: number;
  /** How long a language may take to say anything. */
  firstWordMs: number;
  /** So long must nothing more have come. */
  quietMs: number;
  /** After this what is known is given, come what may. */
  longestMs: number;
};

const usual: Patience = { reloadMs: 2_000, firstWordMs: 2_000, quietMs: 500, longestMs: 6_000 };
/** A change before this is settled in any case. */
const recentMs = 30_000;
const mostOpened = 20;

type Change = { at: number; document: vscode.TextDocument | null; version: number };

export class EditorDiagnostics implements Editor, vscode.Disposable {
  readonly #patience: Patience;
  readonly #changed = new Map<string, Change>();
  /** When the text of a document last changed, and when anything was last said of it. */
  readonly #texts = new Map<string, number>();
  readonly #words = new Map<string, number>();
  readonly #subscriptions: vscode.Disposable;

  constructor(patience: Partial<Patience> = {}) {
    this.#patience = { ...usual, ...patience };
    this.#subscriptions = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.uri.scheme !== 'file') return;
        noteTime(this.#texts, document.uri.fsPath);
        // Typed by the user: on its way to its language. What was read anew from disk was noted before.
        if (document.isDirty) this.#note(document.uri.fsPath, document, document.version - 1);
      }),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        for (const uri of uris) if (uri.scheme === 'file') noteTime(this.#words, uri.fsPath);
      }),
    );
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  /** To be told of every change that is made on disk past the editor; `real` is the file's absolute path. */
  fileChanged(real: string): void {
    this.#note(real, documentAt(real), documentAt(real)?.version ?? 0);
  }

  async diagnostics(path: string | null, signal: AbortSignal): Promise<readonly FileProblems[]> {
    const folders = await workspaceFolders();
    const place = path === null ? null : asOpened(path, folders);
    const deadline = Date.now() + this.#patience.longestMs;
    const awaited = await this.#awaited(place, folders, signal);
    if (awaited.size > 0) await this.#settled(awaited, deadline, signal);
    const tabs = pathsInTabs();
    const found = vscode.languages
      .getDiagnostics()
      .filter(([uri]) => uri.scheme === 'file' && (place === null || isWithin(place, uri.fsPath)))
      .map(([uri, problems]) => factsOf(uri.fsPath, problems, tabs));
    const isTold = place === null || found.some((file) => file.path === place) || documentAt(place) === null;
    return isTold ? found : [...found, factsOf(place, [], tabs)];
  }

  #note(path: string, document: vscode.TextDocument | null, version: number): void {
    const earlier = this.#changed.get(path);
    this.#changed.set(path, { at: Date.now(), document, version: earlier?.document === document ? Math.min(earlier?.version ?? version, version) : version });
  }

  /** Documents whose problems may be those of an earlier text, or that are seen for the first time, and since when. */
  async #awaited(place: string | null, folders: readonly Folder[], signal: AbortSignal): Promise<Map<string, number>> {
    const awaited = new Map<string, number>();
    const wanted = new Map<string, Change | null>();
    for (const [real, change] of this.#changed) {
      const opened = asOpened(real, folders);
      if (Date.now() - change.at > recentMs) this.#changed.delete(real);
      else if ((place === null || isWithin(place, opened)) && wanted.size < mostOpened) {
        wanted.set(opened, change);
        this.#changed.delete(real);
      }
    }
    if (place !== null && !wanted.has(place) && documentAt(place) === null) wanted.set(place, null);
    await Promise.all(
      [...wanted].map(async ([path, change]) => {
        const document = documentAt(path);
        if (document === null) {
          const opened = Date.now();
          if (await openUnseen(path)) awaited.set(path, opened);
        } else {
          if (change?.document === document) await this.#reloaded(document, change.version, signal);
          awaited.set(path, Math.max(change?.at ?? 0, this.#texts.get(path) ?? 0));
        }
      }),
    );
    return awaited;
  }

  /** Until VS Code has read a document anew that was changed on disk; one with unsaved changes it keeps as it is. */
  async #reloaded(document: vscode.TextDocument, version: number, signal: AbortSignal): Promise<void> {
    const isOver = (): boolean => document.isDirty || document.isClosed || document.version > version;
    if (isOver()) return;
    await until(this.#patience.reloadMs, signal, (done) => vscode.workspace.onDidChangeTextDocument(() => isOver() && done()));
  }

  async #settled(awaited: ReadonlyMap<string, number>, deadline: number, signal: AbortSignal): Promise<void> {
    const { firstWordMs, quietMs } = this.#patience;
    const asked = Date.now();
    const due = (): number => {
      const words = [...awaited].flatMap(([path, since]) => {
        const at = this.#words.get(path) ?? 0;
        return at >= since ? [at] : [];
      });
      return words.length > 0 ? Math.max(...words) + quietMs : asked + firstWordMs;
    };
    await until(Math.max(0, deadline - Date.now()), signal, (done) => {
      let timer = setTimeout(done, Math.max(0, due() - Date.now()));
      const heard = vscode.languages.onDidChangeDiagnostics(() => {
        clearTimeout(timer);
        timer = setTimeout(done, Math.max(0, due() - Date.now()));
      });
      return vscode.Disposable.from(heard, { dispose: () => clearTimeout(timer) });
    });
  }
}

const mostTimes = 1_000;

/** The latest last; the oldest are forgotten. */
function noteTime(times: Map<string, number>, path: string): void {
  times.delete(path);
  times.set(path, Date.now());
  const [oldest] = times.keys();
  if (times.size > mostTimes && oldest !== undefined) times.delete(oldest);
}

type Folder = { path: string; real: string };

/** Until `listen` says done, the time is over or the signal aborts. */
async function until(longestMs: number, signal: AbortSignal, listen: (done: () => void) => vscode.Disposable): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      listening.dispose();
      resolve();
    };
    const timer = setTimeout(done, longestMs);
    const listening = listen(done);
    signal.addEventListener('abort', done, { once: true });
  });
}

/** False for a folder, a file that is gone and what is no text: of those what is known is all there is. */
async function openUnseen(path: string): Promise<boolean> {
  const uri = vscode.Uri.file(path);
  try {
    const { type } = await vscode.workspace.fs.stat(uri);
    if ((type & vscode.FileType.File) === 0) return false;
    await vscode.workspace.openTextDocument(uri);
    return true;
  } catch {
    // VS Code says no more than that it cannot be opened.
    return false;
  }
}

function documentAt(path: string): vscode.TextDocument | null {
  const { fsPath } = vscode.Uri.file(path);
  return vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'file' && uri.fsPath === fsPath) ?? null;
}

async function workspaceFolders(): Promise<Folder[]> {
  const paths = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath);
  return Promise.all(paths.map(async (path) => ({ path, real: await realpath(path).catch(() => path) })));
}

/** The editor knows a file below the folder that was opened, which may be a link to where the file really is. */
function asOpened(real: string, folders: readonly Folder[]): string {
  const folder = folders.find((one) => isWithin(one.real, real));
  return vscode.Uri.file(folder === undefined ? real : join(folder.path, relative(folder.real, real))).fsPath;
}

function isWithin(path: string, file: string): boolean {
  const way = relative(path, file);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

function pathsInTabs(): Set<string> {
  const inputs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).map(({ input }) => input);
  return new Set(inputs.flatMap((input) => (input instanceof vscode.TabInputText && input.uri.scheme === 'file' ? [input.uri.fsPath] : [])));
}

export function factsOf(path: string, problems: readonly vscode.Diagnostic[], tabs: ReadonlySet<string>): FileProblems {
  return { path, open: tabs.has(path), unsaved: documentAt(path)?.isDirty === true, problems: problems.map(problemOf) };
}

const severities: Record<vscode.DiagnosticSeverity, ProblemSeverity> = {
  [vscode.DiagnosticSeverity.Error]: 'error',
  [vscode.DiagnosticSeverity.Warning]: 'warning',
  [vscode.DiagnosticSeverity.Information]: 'information',
  [vscode.DiagnosticSeverity.Hint]: 'hint',
};

function problemOf({ severity, range, message, source, code }: vscode.Diagnostic): EditorProblem {
  const name = typeof code === 'object' ? code.value : code;
  return {
    severity: severities[severity],
    line: range.start.line + 1,
    column: range.start.character + 1,
    message,
    source: source ?? '',
    code: name === undefined ? '' : String(name),
  };
}
