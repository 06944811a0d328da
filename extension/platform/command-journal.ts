// One file for each command that runs, made before the command starts and removed when it is over, so that what a
// host leaves behind when it dies can be ended by the next one. It survives the death of the process, which is
// enough: what survives the machine's has no processes. It never ends what a living host runs.
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { nowMicros } from './clock';
import { systemCode } from './outcome';
import { processStart, processTable, thisMachine, type Machine, type ProcessRow } from './process-table';
import { endTree } from './process-tree';

const process_ = z.object({ pid: z.int().positive(), start: z.string() });

const journalEntry = z.object({
  version: z.literal(1),
  command_id: z.uuid(),
  /** The process that runs it, and where its pid means anything. */
  owner: process_,
  machine: z.object({ host: z.string(), boot: z.string() }),
  /** Null until the system has started it. */
  process: z.nullable(process_),
  /** For people, without secrets. */
  command_line: z.string(),
  cwd: z.string(),
  background: z.boolean(),
  /** Microseconds since the epoch. */
  started_at: z.int(),
});
type JournalEntry = z.infer<typeof journalEntry>;

/** A command that a dead host had left behind. */
export type ReapedCommand = Pick<JournalEntry, 'command_id' | 'command_line' | 'cwd' | 'background' | 'started_at'> & {
  /** Processes that were still there and were ended. */
  ended: number;
  /** Pids that even KILL did not end. */
  left: number[];
};

export type ReapReport = {
  reaped: ReapedCommand[];
  /** Entries that could not be read; each was set aside under another name. */
  unreadable: string[];
};

const ending = '.json';
const patienceMs = 60 * 60 * 1000;

export class CommandJournal {
  readonly directory: string;
  #self: Promise<Identity> | null = null;

  constructor(directory: string) {
    this.directory = directory;
  }

  /** Resolves when the entry is there: the command may start then. Rejects when it cannot be written. */
  async add(command: Pick<JournalEntry, 'command_id' | 'command_line' | 'cwd' | 'background'>): Promise<JournalEntry> {
    this.#self ??= ownIdentity();
    // Elsewhere asking takes a while, and no command waits for that: the entry is completed by `started`.
    const self = process.platform === 'linux' ? await this.#self : await Promise.race([this.#self, unknownIdentity()]);
    const entry = { version: 1 as const, ...command, ...self, process: null, started_at: nowMicros() };
    await this.#write(entry);
    return entry;
  }

  /** Adds which process it became. Without it a command is found by its mark alone. */
  async started(entry: JournalEntry, process: { pid: number; start: string }): Promise<void> {
    await this.#write({ ...entry, ...(await this.#self), process });
  }

  async remove(commandId: string): Promise<void> {
    await removeFile(join(this.directory, `${commandId}${ending}`));
  }

  async #write(entry: JournalEntry): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const temporary = join(this.directory, `${entry.command_id}.${randomUUID()}.tmp`);
    await writeFile(temporary, `${JSON.stringify(entry)}\n`, { flag: 'wx', mode: 0o600 });
    await rename(temporary, join(this.directory, `${entry.command_id}${ending}`));
  }

  /**
   * Ends every command whose host is dead, with all it started, and forgets it. Two windows may do this at once; each
   * command is reported by one of them. Throws when the system gives no list of processes.
   */
  async reapOrphans(graceMs = 2000): Promise<ReapReport> {
    const { entries, unreadable } = await this.#entries();
    if (entries.length === 0) return { reaped: [], unreadable };
    const machine = await thisMachine();
    const rows = await processTable({ marks: false });
    const left = entries.filter((entry) => entry.machine.boot === machine.boot && !lives(entry.owner, rows));
    // Of an earlier start of this machine: its processes are gone with it.
    const ofEarlierBoot = entries.filter((entry) => entry.machine.boot !== machine.boot && entry.machine.host === machine.host);
    for (const entry of ofEarlierBoot) await this.remove(entry.command_id);
    const reaped = await Promise.all(left.map((entry) => this.#reap(entry, graceMs)));
    return { reaped: reaped.filter((one) => one !== null), unreadable };
  }

  async #reap(entry: JournalEntry, graceMs: number): Promise<ReapedCommand | null> {
    const { command_id, command_line, cwd, background, started_at } = entry;
    const tree = { pid: entry.process?.pid ?? null, start: entry.process?.start ?? null, commandId: command_id, orphaned: true };
    const { ended, left } = await endTree(tree, graceMs);
    // What is left is tried again by the next one.
    const isOurs = left.length > 0 || (await removeFile(join(this.directory, `${command_id}${ending}`)));
    return isOurs ? { command_id, command_line, cwd, background, started_at, ended, left } : null;
  }

  async #entries(): Promise<{ entries: JournalEntry[]; unreadable: string[] }> {
    const names = await readdir(this.directory).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return [];
      throw error;
    });
    const entries: JournalEntry[] = [];
    const unreadable: string[] = [];
    for (const name of names) {
      const path = join(this.directory, name);
      if (name.endsWith('.tmp')) await removeIfOld(path);
      if (!name.endsWith(ending)) continue;
      const read = await readEntry(path);
      if (read === 'gone') continue;
      if (read !== 'unreadable') entries.push(read);
      else if (await setAside(path)) unreadable.push(name);
    }
    return { entries, unreadable };
  }
}

type Identity = { owner: JournalEntry['owner']; machine: Machine };

async function ownIdentity(): Promise<Identity> {
  return { owner: { pid: process.pid, start: await processStart(process.pid) }, machine: await thisMachine() };
}

async function unknownIdentity(): Promise<Identity> {
  return { owner: { pid: process.pid, start: '' }, machine: await thisMachine() };
}

/** Whoever cannot be told from the owner is taken for it. */
function lives(owner: JournalEntry['owner'], rows: readonly ProcessRow[]): boolean {
  const row = rows.find(({ pid }) => pid === owner.pid);
  return row !== undefined && !row.dead && (owner.start === '' || row.start === '' || row.start === owner.start);
}

async function readEntry(path: string): Promise<JournalEntry | 'gone' | 'unreadable'> {
  try {
    return journalEntry.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    return systemCode(error) === 'ENOENT' ? 'gone' : 'unreadable';
  }
}

/** False when somebody else did it. */
async function setAside(path: string): Promise<boolean> {
  return rename(path, `${path}.unreadable`).then(() => true, () => false);
}

/** False when somebody else did it. */
async function removeFile(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

async function removeIfOld(path: string): Promise<void> {
  const facts = await stat(path).catch(() => null);
  if (facts !== null && Date.now() - facts.mtimeMs > patienceMs) await removeFile(path);
}
