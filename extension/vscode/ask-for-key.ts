// Asks for the API key of a provider, and keeps it.
import * as vscode from 'vscode';
import type { ApiKeys } from './api-keys';
import { providerIds, type ModelProviders } from './model-providers';
import type { ProviderId } from './provider-entry';

/** Asks which provider, unless one is given or chosen; an empty key deletes the stored one. False when the person gave up. */
export async function askForKey(keys: ApiKeys, providers: ModelProviders, provider?: ProviderId): Promise<boolean> {
  const target = provider ?? (await pickProviderForKey(providers));
  if (!target) return false;
  const { label, keyPage } = providers.table[target];
  const key = await vscode.window.showInputBox({
    title: `BooCode: API Key for ${label}`,
    prompt: `Kept in VS Code’s secret storage. Leave it empty to delete the stored key.${keyPage === null ? '' : ` Keys are made at ${keyPage}`}`,
    password: true,
    ignoreFocusOut: true,
  });
  if (key === undefined) return false;
  if (key.trim() === '') {
    await keys.delete(target);
    return true;
  }
  if ((await keys.set(target, key.trim())) === 'memory') {
    void vscode.window.showWarningMessage(
      `VS Code's secret storage cannot be used on this machine, so the key for ${label} is only kept until this window closes, and never written. BooCode asks for it again then.`,
    );
  }
  return true;
}

async function pickProviderForKey(providers: ModelProviders): Promise<ProviderId | undefined> {
  const now = providers.chosen().provider;
  if (providers.table[now].endpoint !== null) return now;
  const items = providerIds.filter((id) => providers.table[id].endpoint !== null).map((id) => ({ label: providers.table[id].label, id }));
  return (await vscode.window.showQuickPick(items, { title: 'BooCode: Set API Key', placeHolder: 'For which provider?' }))?.id;
}
