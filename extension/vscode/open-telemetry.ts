// Streams traces to the OTLP endpoint of the settings, where there is one, and begins anew when it or the headers change.
// The headers are in SecretStorage, never in settings.
import * as vscode from 'vscode';
import type { Store } from '../store/store';
import { endpointProblem, environmentSecrets, parseHeaders, secretsIn } from '../trace/export/otlp-endpoint';
import { OtlpStream } from '../trace/export/otlp-stream';
import type { EventBus } from '../trace/event-bus';
import type { Redactor } from '../trace/redaction';
import type { ApiKeys } from './api-keys';
import type { Log } from './log';
import { setting } from './settings';

export type OpenTelemetryPorts = { store: Store; bus: EventBus; redactor: Redactor; keys: ApiKeys; log: Log };

/** Beside the keys of providers, under a name that none of them has. */
const secretName = 'openTelemetry';
const endpointSetting = 'boocode.openTelemetry.endpoint';

export class OpenTelemetry implements vscode.Disposable {
  readonly #ports: OpenTelemetryPorts;
  readonly #listeners: vscode.Disposable;
  #stream: OtlpStream | null = null;
  #using = '';
  /** One change after the other. */
  #changing: Promise<void>;
  #isClosed = false;

  constructor(ports: OpenTelemetryPorts) {
    this.#ports = ports;
    this.#changing = this.#applied();
    this.#listeners = vscode.Disposable.from(
      vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('boocode.openTelemetry') && this.#change()),
      ports.keys.onDidChange(() => this.#change()),
    );
  }

  dispose(): void {
    this.#listeners.dispose();
  }

  /** Sends what is left, for two seconds at most. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.dispose();
    await this.#changing;
    await this.#end();
  }

  /** Asks for the headers and keeps them; an empty text deletes them. */
  async askForHeaders(): Promise<void> {
    const text = await vscode.window.showInputBox({
      title: 'BooCode: OpenTelemetry Headers',
      prompt: 'Written as name=value, with commas between several: authorization=Bearer … Kept in VS Code’s secret storage. Leave it empty to delete the stored ones.',
      password: true,
      ignoreFocusOut: true,
      validateInput: (value) => {
        const parsed = parseHeaders(value);
        return parsed.ok ? null : parsed.message;
      },
    });
    if (text === undefined) return;
    if (text.trim() === '') return this.#ports.keys.delete(secretName);
    if ((await this.#ports.keys.set(secretName, text.trim())) === 'memory') {
      void vscode.window.showWarningMessage('VS Code’s secret storage cannot be used on this machine, so the headers are only kept until this window closes, and never written.');
    }
  }

  #change(): void {
    if (!this.#isClosed) this.#changing = this.#changing.then(() => this.#applied());
  }

  #applied(): Promise<void> {
    return this.#apply().catch((error: unknown) => this.#ports.log.error('OpenTelemetry', error instanceof Error ? error : String(error)));
  }

  async #apply(): Promise<void> {
    const { store, bus, redactor, keys, log } = this.#ports;
    const [url, content] = [setting('openTelemetry.endpoint'), setting('openTelemetry.content')];
    const stored = url === '' ? '' : ((await keys.get(secretName)) ?? '');
    const wanted = JSON.stringify([url, content, stored]);
    if (wanted === this.#using) return;
    this.#using = wanted;
    await this.#end();
    if (url === '') return;
    const problem = endpointProblem(url);
    if (problem) return this.#warn(`${problem.message} ${problem.next_step} Nothing is sent.`);
    const parsed = parseHeaders(stored);
    if (!parsed.ok) return this.#warn(`The stored OpenTelemetry headers cannot be used: ${parsed.message} Nothing is sent.`);
    for (const secret of [...secretsIn(parsed.headers), ...environmentSecrets(process.env)]) redactor.add(secret);
    let isShown = false;
    const onFailure = ({ message, next_step }: { message: string; next_step: string }): void => {
      log.warn(`OpenTelemetry: ${message} ${next_step}`);
      // One notification for as long as the settings are the same; the log has the rest.
      if (!isShown && !this.#isClosed) this.#warn(redactor.text(`${message} ${next_step}`));
      isShown = true;
    };
    this.#stream = new OtlpStream({ store, bus, redactor, content, url, headers: parsed.headers, onFailure });
    log.info(`OpenTelemetry: spans go to ${new URL(url).origin}${content ? ', with inputs and outputs' : ''}`);
  }

  async #end(): Promise<void> {
    const stream = this.#stream;
    if (stream === null) return;
    this.#stream = null;
    await stream.close();
    const { sent, dropped } = stream.counts;
    this.#ports.log.info(`OpenTelemetry: ${sent} spans sent, ${dropped} dropped`);
  }

  #warn(text: string): void {
    const [settings, headers] = ['Open Settings', 'Set Headers'];
    void vscode.window.showWarningMessage(text, settings, headers).then(async (answer) => {
      if (answer === settings) await vscode.commands.executeCommand('workbench.action.openSettings', endpointSetting);
      if (answer === headers) await this.askForHeaders();
    });
  }
}
