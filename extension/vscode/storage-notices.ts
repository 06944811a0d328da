// Tells a person about the storage, each thing once: damage with where the copy is kept, a disk that takes nothing, a
// storage that cannot be used. Views and the status bar go on showing what lasts.
import * as vscode from 'vscode';
import { storageWords, unsavedTitle, type StorageStatus } from '../../shared/storage';
import type { StorageHealth } from '../session/storage-health';
import type { StoreNotice } from '../store/store';
import type { Log } from './log';
import { revealFolder } from './reveal-folder';

type Trouble = Extract<StoreNotice, { kind: 'trouble' }>;

/** Several damaged files are found one after the other, and are one piece of news. */
const gatherMs = 500;

const check = 'Check Storage';
const showCopies = 'Show Copies';

/** Until it is disposed of. */
export function tellStorageNotices(health: StorageHealth, log: Log): vscode.Disposable {
  let told: StorageStatus['state'] = 'saved';
  let damage: Trouble | null = null;
  const onStatus = (status: StorageStatus): void => {
    if (status.state === told) return;
    told = status.state;
    if (status.state === 'saved') return log.info('storage: everything is saved again');
    const { message, next_step } = storageWords(status);
    log.warn(`storage: ${message} ${next_step}`);
    // How many changes wait soon is another number: views and the status bar say it, this is told once.
    const text = status.state === 'unsaved' ? `${unsavedTitle(status)} What happens is only in memory, and is written as soon as the disk takes it. Keep this window open until then.` : `${message} ${next_step}`;
    void offer(text, [check], {});
  };
  const onNotice = (notice: StoreNotice): void => {
    if (notice.kind === 'unsaved') return log.warn(`storage: ${notice.message}`);
    if (notice.kind !== 'trouble') return;
    for (const problem of notice.problems) log.warn(`storage: ${problem}`);
    if (damage === null) setTimeout(tellDamage, gatherMs);
    damage = { ...notice, problems: [...(damage?.problems ?? []), ...notice.problems] };
  };
  const tellDamage = (): void => {
    const trouble = damage;
    damage = null;
    if (trouble !== null) void offer(troubleText(trouble), [check, showCopies], { [showCopies]: () => revealFolder(trouble.kept_in) });
  };
  const ends = [health.subscribe(onStatus), health.store.subscribe(onNotice)];
  return new vscode.Disposable(() => {
    for (const end of ends) end();
  });

  async function offer(text: string, buttons: string[], actions: Readonly<Record<string, () => Promise<void>>>): Promise<void> {
    try {
      const answer = await vscode.window.showWarningMessage(text, ...buttons);
      if (answer === check) await vscode.commands.executeCommand('boocode.checkStorage');
      else if (answer !== undefined) await actions[answer]?.();
    } catch (error) {
      log.error('storage notification', error instanceof Error ? error : String(error));
    }
  }
}

const mostTold = 3;

function troubleText({ problems, kept_in }: Trouble): string {
  const more = problems.length - mostTold;
  const said = problems.slice(0, mostTold).join(' ') + (more > 0 ? ` And ${more} more.` : '');
  return `BooCode found damage in its storage. ${said} Everything else was read. A copy of what was damaged is kept in ${kept_in}.`;
}
