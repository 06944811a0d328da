// The one status-bar item: what BooCode does right now, whether that is kept, and the way to its chat.
import * as vscode from 'vscode';
import { storageWords } from '../../shared/storage';
import type { Chats } from '../agent/chats';
import type { StorageHealth } from '../session/storage-health';
import type { EventBus } from '../trace/event-bus';
import type { Attention } from './attention';
import type { ModelProviders } from './model-providers';
import { setting } from './settings';

const modeLabels = { ask: 'asks before writes', autoEdit: 'edits without asking', fullAuto: 'full auto' } as const;

const storageLabels = { unsaved: 'not saved', read_only: 'cannot store', unavailable: 'no storage' } as const;

/** Keeps the item and the context key `boocode.running` true to what runs. */
export function showStatusItem(chats: Chats, bus: EventBus, health: StorageHealth, attention: Attention, providers: ModelProviders): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('boocode.status', vscode.StatusBarAlignment.Right, 90);
  item.name = 'BooCode';
  item.command = 'boocode.focusChat';
  let wasRunning: boolean | null = null;
  const update = (): void => {
    const running = chats.running;
    const waiting = running.some((agent) => agent.chat.status === 'awaiting_input');
    const storage = health.status;
    const icon = waiting ? '$(bell-dot)' : running.length > 0 ? '$(loading~spin)' : setting('approvals.mode') === 'fullAuto' ? '$(warning)' : '$(hubot)';
    const label = storage.state !== 'saved' ? `: ${storageLabels[storage.state]}` : setting('approvals.mode') === 'fullAuto' ? ': full auto' : '';
    item.text = `${icon} BooCode${label}`;
    // With the colour go the words.
    item.backgroundColor = storage.state === 'saved' ? undefined : new vscode.ThemeColor('statusBarItem.warningBackground');
    const state = waiting ? `waits for your ${attention.first?.kind ?? 'approval'}` : running.length > 0 ? 'is working' : 'is idle';
    const kept = storage.state === 'saved' ? '' : ` ${storageWords(storage).message} ${storageWords(storage).next_step}`;
    item.tooltip = `BooCode ${state}.${kept} Model: ${providers.model || 'none'}. Mode: ${modeLabels[setting('approvals.mode')]}.`;
    item.accessibilityInformation = { label: item.tooltip };
    if (wasRunning === running.length > 0) return;
    wasRunning = running.length > 0;
    void vscode.commands.executeCommand('setContext', 'boocode.running', wasRunning);
  };
  const unsubscribe = bus.subscribe((message) => {
    // A run counts as over when its last event's handlers have run, hence the next tick.
    if (message.kind !== 'transient') setTimeout(update, 0);
  });
  const unsubscribeHealth = health.subscribe(update);
  const settings = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration('boocode')) update();
  });
  update();
  item.show();
  return vscode.Disposable.from(item, settings, new vscode.Disposable(unsubscribe), new vscode.Disposable(unsubscribeHealth));
}
