// The host's end of a panel's wire: checks everything that comes up, answers requests, never sends too much down.
import type * as vscode from 'vscode';
import type * as z from 'zod';
import { maxMessageBytes, upwardMessage, type DownwardMessage, type RequestMap } from '../../../shared/messages/channel';
import type { Log } from '../log';

type RequestSchemas<Requests extends RequestMap> = { [N in keyof Requests]: z.ZodType<Requests[N][0]> };
type RequestHandlers<Requests extends RequestMap> = { [N in keyof Requests]: (params: Requests[N][0]) => Promise<Requests[N][1]> };

export type ChannelHandlers<Command, Requests extends RequestMap> = {
  commandSchema: z.ZodType<Command>;
  onCommand(command: Command): void | Promise<void>;
  requestSchemas: RequestSchemas<Requests>;
  requests: RequestHandlers<Requests>;
  log: Pick<Log, 'warn' | 'error'>;
  /** A command that failed; the panel shows it. */
  onCommandFailed(error: unknown): void;
};

export class Channel<Event> {
  readonly #webview: vscode.Webview;
  readonly #log: Pick<Log, 'warn' | 'error'>;

  constructor(webview: vscode.Webview, log: Pick<Log, 'warn' | 'error'>) {
    this.#webview = webview;
    this.#log = log;
  }

  send(event: Event): void {
    this.#post({ kind: 'event', event });
  }

  /** Handles one message from the webview. Whatever does not fit is logged and ignored. */
  receive<Command, Requests extends RequestMap>(raw: unknown, handlers: ChannelHandlers<Command, Requests>): void {
    const message = upwardMessage.safeParse(raw);
    if (!message.success) return this.#log.warn('ignored a message that is none of the panel’s');
    if (message.data.kind === 'command') {
      const command = handlers.commandSchema.safeParse(message.data.command);
      if (!command.success) return this.#log.warn(`ignored command ${message.data.command.type}: ${command.error.message}`);
      void runCommand(handlers, command.data);
      return;
    }
    const { id, name, params } = message.data;
    void this.#answer(id, name, params, handlers);
  }

  async #answer<Command, Requests extends RequestMap>(id: number, name: string, params: unknown, handlers: ChannelHandlers<Command, Requests>): Promise<void> {
    const fail = (code: string, text: string): void => this.#post({ kind: 'reply', id, ok: false, error: { code, message: text } });
    if (!Object.hasOwn(handlers.requestSchemas, name)) return fail('unknown_request', `There is no request ${name}.`);
    const schema = handlers.requestSchemas[name];
    const handler = handlers.requests[name];
    const parsed = schema?.safeParse(params);
    if (!parsed?.success || !handler) return fail('bad_request', `Bad parameters for ${name}.`);
    try {
      this.#post({ kind: 'reply', id, ok: true, result: await handler(parsed.data) });
    } catch (error) {
      this.#log.error(`request ${name} failed`, error);
      fail(codeOf(error), error instanceof Error ? error.message : String(error));
    }
  }

  #post(message: DownwardMessage<Event>): void {
    const bytes = Buffer.byteLength(JSON.stringify(message));
    if (bytes > maxMessageBytes) throw new Error(`a panel message of ${bytes} bytes is over the limit of ${maxMessageBytes}`);
    void this.#webview.postMessage(message);
  }
}

async function runCommand<Command, Requests extends RequestMap>(handlers: ChannelHandlers<Command, Requests>, command: Command): Promise<void> {
  try {
    await handlers.onCommand(command);
  } catch (error) {
    handlers.log.error('a panel command failed', error);
    handlers.onCommandFailed(error);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'internal';
}
