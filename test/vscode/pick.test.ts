// One step of a choice in VS Code's own quick pick, with the keyboard.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { pick, type PickItem } from '../../extension/vscode/pick';

const places: PickItem<string>[] = [{ separator: 'Or' }, { value: 'type', label: 'Type a name…' }, { value: 'address', label: 'Change address…' }];
const all: PickItem<string>[] = [{ value: 'model', label: 'model' }, ...places];

describe('one step of a choice', () => {
  const moves: [string, string[], string][] = [
    ['begins with the first item', [], 'model'],
    ['stays with the item that a person went to', ['workbench.action.quickOpenSelectNext'], 'address'],
  ];
  for (const [what, commands, expected] of moves) {
    it(`${what} when its items come late`, async () => {
      let come: (items: PickItem<string>[]) => void = () => undefined;
      const later = new Promise<PickItem<string>[]>((resolve) => (come = resolve));
      const picked = pick({ title: 'A choice', placeholder: '', items: places, later });
      await shown();
      for (const command of commands) await vscode.commands.executeCommand(command);
      await shown();
      come(all);
      await later;
      await shown();
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      assert.equal(await picked, expected);
    });
  }
});

/** Until VS Code has shown what it was told to show, and told what is active in it. */
function shown(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 200));
}
