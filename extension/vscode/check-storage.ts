// "BooCode: Check Storage": looks at every file and row, says in one line how it is, and opens the whole report.
import * as vscode from 'vscode';
import { outputsSize } from '../session/output-sweep';
import { retentionWords } from '../session/retention';
import { storageHeadline, storageReport } from '../session/storage-report';
import type { Store } from '../store/store';
import type { ReportDocuments } from './report-document';
import { revealFolder } from './reveal-folder';
import { storageSettings } from './settings';

export type CheckStoragePorts = {
  store: Store;
  outputDirectory: string;
  documents: ReportDocuments;
  /** BooCode's own version. */
  version: string;
  log: Pick<vscode.LogOutputChannel, 'info' | 'warn'>;
};

const showFolder = 'Show Folder';

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
  const told = isFine ? vscode.window.showInformationMessage(`${headline}.`, showFolder) : vscode.window.showWarningMessage(`${headline}. The report says what each means.`, showFolder);
  // The command is done; whoever wants the folder presses the button later.
  void told.then((answer) => (answer === showFolder ? revealFolder(check.directory) : undefined));
}
