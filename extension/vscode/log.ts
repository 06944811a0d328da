// The log channel with every secret taken out of what is written to it: it is a file, and people attach it to reports.
import type * as vscode from 'vscode';
import type { Redactor } from '../trace/redaction';

export type Log = Pick<vscode.LogOutputChannel, 'debug' | 'info' | 'warn' | 'error' | 'show'>;

export function redactedLog(channel: Log, redactor: Redactor): Log {
  const written = (value: unknown): unknown => {
    if (value instanceof Error) return redactor.text(value.stack ?? `${value.name}: ${value.message}`);
    return typeof value === 'string' ? redactor.text(value) : value;
  };
  return {
    debug: (message, ...more) => channel.debug(redactor.text(message), ...more.map(written)),
    info: (message, ...more) => channel.info(redactor.text(message), ...more.map(written)),
    warn: (message, ...more) => channel.warn(redactor.text(message), ...more.map(written)),
    error: (problem, ...more) => channel.error(String(written(problem)), ...more.map(written)),
    show: () => channel.show(),
  };
}
