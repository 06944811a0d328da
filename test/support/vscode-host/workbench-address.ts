// The address that opens the browser-hosted workbench on a folder, with an extension under development
// and, for tests inside VS Code, the suite to run.
import { pathToFileURL } from 'node:url';

export interface WorkbenchAddress {
  readonly origin: string;
  /** Absolute path of the folder to open; without it an empty window opens. */
  readonly folder?: string;
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
  if (address.folder === undefined) url.searchParams.set('ew', 'true');
  else url.searchParams.set('folder', pathToFileURL(address.folder).pathname);
  url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}
