// Whether the chat can work right now, and with which model: read anew each time it is asked.
import * as vscode from 'vscode';
import type { Spent } from '../../shared/budgets';
import type { HostStatus, Readiness } from '../../shared/messages/chat';
import { localMidnight } from '../agent/local-midnight';
import { pricesAt } from '../providers/models';
import type { StorageHealth } from '../session/storage-health';
import { StoreError } from '../store/store';
import type { ApiKeys } from './api-keys';
import type { ModelProviders } from './model-providers';
import { approvalMode, budgets } from './settings';
import { workspaceRoots } from './workspace-roots';

export interface HostStatusSource {
  read(): Promise<HostStatus>;
}

const suggestedTasks = ['Fix the failing test', 'Explain how this project is built', 'Find and fix a bug in the open file', 'Write a test for the latest change'];

export class HostStatusReader implements HostStatusSource {
  readonly #keys: ApiKeys;
  readonly #health: StorageHealth;
  readonly #providers: ModelProviders;

  constructor(keys: ApiKeys, health: StorageHealth, providers: ModelProviders) {
    this.#keys = keys;
    this.#health = health;
    this.#providers = providers;
  }

  async read(): Promise<HostStatus> {
    const { provider, label, model, needsKey, known } = this.#providers.chosen();
    const { context_tokens, max_output_tokens, calls_tools, takes_images, reasons } = known;
    const prices = pricesAt(known.prices, Date.now() * 1000);
    const scripted = provider === 'demo';
    return {
      readiness: await this.#readiness(provider, needsKey),
      approval_mode: approvalMode(),
      provider: label,
      model,
      facts: { context_tokens, max_output_tokens, calls_tools, takes_images, reasons },
      prices: prices && { input: prices.input, cache_read: prices.cacheRead, output: prices.output },
      budgets: budgets(),
      spent_today: await this.#spentToday(),
      scripted,
      suggested_tasks: scripted ? suggestedTasks.slice(0, 1) : suggestedTasks,
      storage: this.#health.status,
    };
  }

  /** Counted only where a limit is set on it; null also while the store cannot be read, which `storage` tells. */
  async #spentToday(): Promise<Spent | null> {
    const { tokens, usd } = budgets().day;
    if (tokens === null && usd === null) return null;
    return this.#health.store.read('spending.since', { at: localMidnight(Date.now() * 1000) }).catch((error: unknown) => {
      if (error instanceof StoreError) return null;
      throw error;
    });
  }

  async #readiness(provider: string, needsKey: boolean): Promise<Readiness> {
    if (workspaceRoots().length === 0) return 'no_folder';
    if (!vscode.workspace.isTrusted) return 'untrusted';
    if (needsKey && (await this.#keys.get(provider)) === undefined) return 'no_key';
    return 'ready';
  }
}
