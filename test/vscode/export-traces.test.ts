// Exporting and streaming traces in the editor: with the keyboard through its quick picks, and with its settings and secrets.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { openStore } from '../../extension/store/open-store';
import type { Store } from '../../extension/store/store';
import { EventBus } from '../../extension/trace/event-bus';
import { Redactor } from '../../extension/trace/redaction';
import { ApiKeys } from '../../extension/vscode/api-keys';
import { exportTraces } from '../../extension/vscode/export-traces';
import type { Log } from '../../extension/vscode/log';
import { OpenTelemetry } from '../../extension/vscode/open-telemetry';
import { startJsonServer, type JsonServer } from '../support/json-server';
import { canary, ids, recordTrace } from '../support/trace/recorded-trace';

type Shown = { title: string; text: string };

const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, show: () => undefined };

describe('traces that leave the editor', () => {
  let folder: string;
  let store: Store;
  let bus: EventBus;
  let redactor: Redactor;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'boocode-export-traces-'));
    const extension = vscode.extensions.getExtension('boocode.boocode');
    assert.ok(extension);
    store = await openStore({ directory: join(folder, 'database'), workerPath: join(extension.extensionPath, 'dist', 'store-worker.js') });
    bus = new EventBus((error) => assert.fail(String(error)));
    redactor = new Redactor();
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  describe('as a file', () => {
    it('are shown before anything is written, with what was taken out of them', async () => {
      await recordTrace(store, bus);
      const shown: Shown[] = [];
      const documents = { show: async (title: string, text: string) => void shown.push({ title, text }) };
      const exporting = exportTraces({ store, redactor, learnKeys: async () => redactor.add(canary), documents, version: '1.2.3', folders: [folder] }, ids.chat);
      await press(); // The first format.
      await press('workbench.action.quickOpenSelectNext'); // With inputs and outputs.
      await press('workbench.action.quickOpenSelectNext'); // Show the preview.
      await press('workbench.action.closeQuickOpen');
      await exporting;
      assert.deepEqual(shown.map(({ title }) => title), ['BooCode Trace Export']);
      const text = shown[0]?.text ?? '';
      assert.match(text, /^# Trace export: Chrome Trace\n/);
      assert.match(text, /17 spans: 5 tool calls, 4 model calls, 1 agent;/);
      assert.match(text, /1 secret taken out when recorded, \d+ secrets taken out now \(stored key\)\./);
      assert.match(text, /"traceEvents"/);
      assert.equal(text.includes(canary), false);
    });
  });

  describe('to an endpoint', () => {
    let server: JsonServer;
    const settings = vscode.workspace.getConfiguration('boocode');
    const set = (name: 'endpoint' | 'content', value: string | boolean | undefined): Thenable<void> => settings.update(`openTelemetry.${name}`, value, vscode.ConfigurationTarget.Global);

    beforeEach(async () => {
      server = await startJsonServer(() => ({ body: {} }));
    });
    afterEach(async () => {
      await set('endpoint', undefined);
      await set('content', undefined);
      await server.close();
    });

    function keysWith(headers: string): ApiKeys {
      const secrets = { get: async () => headers, store: async () => undefined, delete: async () => undefined, onDidChange: () => new vscode.Disposable(() => undefined) };
      return new ApiKeys(secrets, redactor, quiet);
    }

    it('go where the setting says, from when it is set, with the headers of the secret storage and no texts', async () => {
      const streaming = new OpenTelemetry({ store, bus, redactor, keys: keysWith('authorization=Bearer%20token-0123456789'), log: quiet });
      await set('endpoint', `${server.url}/v1/traces`);
      await settled();
      await recordTrace(store, bus);
      await streaming.close();
      const bodies = server.asked.map(({ body }) => body).join('');
      assert.deepEqual([new Set(server.asked.map(({ authorization }) => authorization)), bodies.includes('execute_tool read_file')], [new Set(['Bearer token-0123456789']), true]);
      assert.deepEqual([bodies.includes('gen_ai.tool.call.arguments'), bodies.includes('token-0123456789')], [false, false]);
      assert.equal(redactor.text('a token-0123456789 b'), 'a [redacted] b');
    });

    it('hold texts where the setting says so, and end when the address is taken out', async () => {
      await set('content', true);
      await set('endpoint', `${server.url}/v1/traces`);
      const streaming = new OpenTelemetry({ store, bus, redactor, keys: keysWith(''), log: quiet });
      await settled();
      await recordTrace(store, bus);
      await set('endpoint', undefined);
      await settled();
      const sent = server.asked.length;
      assert.ok(sent > 0 && server.asked.map(({ body }) => body).join('').includes('gen_ai.tool.call.arguments'));
      bus.publish({ kind: 'changed', chat_ids: [ids.chat] });
      await streaming.close();
      assert.equal(server.asked.length, sent);
    });

    it('go nowhere where the address is none', async () => {
      await set('endpoint', 'localhost:4318');
      const streaming = new OpenTelemetry({ store, bus, redactor, keys: keysWith(''), log: quiet });
      await settled();
      await recordTrace(store, bus);
      await streaming.close();
      assert.equal(server.asked.length, 0);
    });
  });
});

/** Chooses what is active in the quick pick that is shown, after the command. */
async function press(command?: string): Promise<void> {
  await settled();
  if (command !== undefined) await vscode.commands.executeCommand(command);
  if (command === 'workbench.action.closeQuickOpen') return;
  await settled();
  await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
}

/** Until VS Code has shown, or told of, what it was told. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 400));
}
