// "BooCode: Check Storage": looks at every file and row, says in one line how it is, and opens the whole report.
import * as vscode from 'vscode';
import { join } from 'node:path';
import { outputsSize } from '../session/output-sweep';
import { retentionWords } from '../session/retention';
import { storageHeadline, storageReport } from '../session/storage-report';
import type { Store } from '../store/store';
import { quarantineName } from '../store/worker/file-names';
import type { Log } from './log';
import type { ReportDocuments } from './report-document';
import { revealFolder } from './reveal-folder';
import { storageSettings } from './settings';

export type CheckStoragePorts = {
  store: Store;
  outputDirectory: string;
  documents: ReportDocuments;
  /** BooCode's own version. */
  version: string;
  log: Log;
};

const showFolder = 'Show Folder';
const showCopies = 'Show Copies';

export async function checkStorage({ store, outputDirectory, documents, version, log }: CheckStoragePorts): Promise<void> {
  const [check, outputs] = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: 'BooCode is checking its storage' }, () =>
    Promise.all([store.check(), outputsSize(outputDirectory)]),
  );
  const versions = `BooCode ${version}, VS Code ${vscode.version}, ${process.platform}-${process.arch}`;
  await documents.show('BooCode Storage', storageReport({ check, outputs, retention: retentionWords(storageSettings()), versions }, 'markdown'));
  const headline = storageHeadline(check);
  const isFine = check.problems.length === 0;
  if (isFine) log.info(`storage: ${headline}`);
  else for (const problem of check.problems) log.warn(`storage: ${problem}`);
  const buttons = check.quarantine.length === 0 ? [showFolder] : [showCopies, showFolder];
  const told = isFine ? vscode.window.showInformationMessage(`${headline}.`, ...buttons) : vscode.window.showWarningMessage(`${headline}. The report says what each means.`, ...buttons);
  // The command is done; whoever wants a folder presses the button later.
  void told.then((answer) => {
    if (answer === undefined) return undefined;
    return revealFolder(answer === showFolder ? check.directory : join(check.directory, quarantineName));
  });
}
