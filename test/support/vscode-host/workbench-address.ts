// The address that opens the browser-hosted workbench on a folder, with an extension under development
// and, for tests inside VS Code, the suite to run.
import { pathToFileURL } from 'node:url';

export interface WorkbenchAddress {
  readonly origin: string;
  /** Absolute path of the folder, or of the .code-workspace file, to open; with neither an empty window opens. */
  readonly folder?: string;
  readonly workspace?: string;
  readonly extensionFolders: readonly string[];
  /** Absolute path of the suite's entry; VS Code runs it and reports its end to the page. */
  readonly extensionTests?: string;
}

export function workbenchAddress(address: WorkbenchAddress): string {
  const host = new URL(address.origin).host;
  const remote = (path: string): string => `vscode-remote://${host}${pathToFileURL(path).pathname}`;
  const payload = [
    ...address.extensionFolders.map((path) => ['extensionDevelopmentPath', remote(path)]),
    ...(address.extensionTests === undefined ? [] : [['extensionTestsPath', remote(address.extensionTests)]]),
    ['skipWelcome', 'true'],
  ];
  const url = new URL(address.origin);
  const { folder, workspace } = address;
  if (workspace !== undefined) url.searchParams.set('workspace', pathToFileURL(workspace).pathname);
  else if (folder !== undefined) url.searchParams.set('folder', pathToFileURL(folder).pathname);
  else url.searchParams.set('ew', 'true');
  url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}
