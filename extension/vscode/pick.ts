// One step of a choice in VS Code's quick pick: headings, a way back, and items that come later.
import * as vscode from 'vscode';

export type PickItem<T> = { separator: string } | { value: T; label: string; description?: string; detail?: string; alwaysShow?: boolean };

export type PickOptions<T> = {
  title: string;
  placeholder: string;
  items: readonly PickItem<T>[];
  selected?: T;
  canGoBack?: boolean;
  /** In place of `items` once it is there. Must not reject. */
  later?: Promise<readonly PickItem<T>[]>;
};

type Shown<T> = vscode.QuickPickItem & { value?: T };

/** Undefined when it was closed. */
export async function pick<T>({ title, placeholder, items, selected, canGoBack = false, later }: PickOptions<T>): Promise<T | 'back' | undefined> {
  const shown = vscode.window.createQuickPick<Shown<T>>();
  Object.assign(shown, { title, placeholder, matchOnDescription: true, matchOnDetail: true, ignoreFocusOut: true, items: items.map(toShown) });
  if (canGoBack) shown.buttons = [vscode.QuickInputButtons.Back];
  const active = shown.items.filter(({ value }) => selected !== undefined && value === selected);
  if (active.length > 0) shown.activeItems = active;
  try {
    return await new Promise<T | 'back' | undefined>((resolve, reject) => {
      shown.onDidTriggerButton(() => resolve('back'));
      shown.onDidAccept(() => {
        const [chosen] = shown.selectedItems;
        if (chosen?.value !== undefined) resolve(chosen.value);
      });
      shown.onDidHide(() => resolve(undefined));
      shown.show();
      if (!later) return;
      shown.busy = true;
      later.then((more) => {
        const at = shown.activeItems[0]?.label;
        const hasMoved = at !== shown.items.find(({ kind }) => kind !== vscode.QuickPickItemKind.Separator)?.label;
        shown.items = more.map(toShown);
        shown.busy = false;
        // Whoever went to an item meanwhile must not find another under the Enter key.
        const again = shown.items.filter(({ label }) => hasMoved && label === at);
        if (again.length > 0) shown.activeItems = again;
      }, reject);
    });
  } finally {
    shown.dispose();
  }
}

function toShown<T>(item: PickItem<T>): Shown<T> {
  return 'separator' in item ? { label: item.separator, kind: vscode.QuickPickItemKind.Separator } : item;
}
