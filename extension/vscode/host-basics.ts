// What the host and the models offered to VS Code share: the log, the keys and the model APIs. Made with whichever of them
// comes first; none of it reads or writes the storage.
import * as vscode from 'vscode';
import { Redactor } from '../trace/redaction';
import { ApiKeys } from './api-keys';
import { redactedLog, type Log } from './log';
import { ModelProviders } from './model-providers';

export type HostBasics = { log: Log; redactor: Redactor; keys: ApiKeys; providers: ModelProviders };

let made: HostBasics | null = null;

export function hostBasics(context: vscode.ExtensionContext): HostBasics {
  made ??= make(context);
  return made;
}

function make(context: vscode.ExtensionContext): HostBasics {
  const channel = vscode.window.createOutputChannel('BooCode', { log: true });
  context.subscriptions.push(channel);
  const redactor = new Redactor();
  const log = redactedLog(channel, redactor);
  const keys = new ApiKeys(context.secrets, redactor, log);
  return { log, redactor, keys, providers: new ModelProviders(keys, log) };
}
