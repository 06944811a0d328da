// Which row stands at which place of the tree grid, without making a list of them all: turns are sections whose lengths
// are known, and only those in sight are spelled out.
import type { ChildAgent, ModelCall, TraceRow, Wait } from '../../shared/trace-parts';
import type { TraceModel, TurnNode } from './trace-model';

/** `section` is the turn of the chat itself below which the row stands. */
type Place = { key: string; section: number; level: number; model: TraceModel };

export type VisibleRow = Place &
  (
    | { kind: 'turn'; node: TurnNode; isOpen: boolean; shown: number | null }
    | { kind: 'call'; node: TurnNode; row: TraceRow; agents: readonly ChildAgent[]; isOpen: boolean }
    | { kind: 'wait'; node: TurnNode; wait: Wait }
    | { kind: 'model'; node: TurnNode; call: ModelCall }
    | { kind: 'agent'; agent: ChildAgent; isOpen: boolean }
    | { kind: 'loading' }
  );

/** What is open, what is looked for, and where other agents are found. `version` is another number when any of it changed. */
export type LayoutView = {
  version: number;
  closedTurns: ReadonlySet<string>;
  /** Keys of calls and agents. */
  opened: ReadonlySet<string>;
  /** Null: everything is shown. */
  filter: ((row: TraceRow) => boolean) | null;
  agentsOf(chatId: string, traceId: string | null): readonly ChildAgent[];
  /** Null while it is not loaded. */
  modelOf(chatId: string): TraceModel | null;
};

type Section = { turn_number: number; node: TurnNode | null; version: number; viewVersion: number; count: number; found: number; rows: VisibleRow[] | null; isNested: boolean };

/** Agents below agents below agents: no further down than anyone can follow. */
const deepestLevel = 24;

/** Agents that no call started stand behind all turns. */
const lastSection = Number.MAX_SAFE_INTEGER;

export class RowLayout {
  readonly model: TraceModel;
  #sections: Section[] = [];
  #starts: number[] = [];
  #count = 0;
  /** Calls that match, of those that are loaded; null without a filter. */
  #found: number | null = null;
  #seen = { model: -1, view: -1 };

  constructor(model: TraceModel) {
    this.model = model;
  }

  get count(): number {
    return this.#count;
  }

  get found(): number | null {
    return this.#found;
  }

  update(view: LayoutView): void {
    if (this.#seen.model === this.model.version && this.#seen.view === view.version && view.opened.size === 0) return;
    this.#seen = { model: this.model.version, view: view.version };
    const sections = this.#sections;
    if (sections.at(-1)?.node === null) sections.pop();
    // Turns are only ever added, so what stands here is a part of them, in their order.
    let changedFrom = sections.length;
    this.model.turns.forEach((node, index) => {
      const section = sections[index];
      if (section?.node === node && isCurrent(section, node, view)) return;
      changedFrom = Math.min(changedFrom, index);
      sections.splice(index, section?.node === node ? 1 : 0, this.#sectionOf(node, view));
    });
    if (view.agentsOf(this.model.chatId, null).length > 0) sections.push(this.#agentSection(view));
    this.#placeFrom(Math.min(changedFrom, sections.length));
    this.#found = view.filter === null ? null : sections.reduce((sum, { found }) => sum + found, 0);
  }

  /** Begins of sections from this one on, and of all that follow. */
  #placeFrom(first: number): void {
    const before = this.#sections[first - 1];
    let start = before === undefined ? 0 : (this.#starts[first - 1] ?? 0) + before.count;
    this.#starts.length = this.#sections.length;
    for (let index = first; index < this.#sections.length; index++) {
      this.#starts[index] = start;
      start += this.#sections[index]?.count ?? 0;
    }
    this.#count = start;
  }

  rowAt(index: number, view: LayoutView): VisibleRow | undefined {
    const at = this.#sectionAt(index);
    const section = this.#sections[at];
    if (!section) return undefined;
    return this.#rowsOf(section, view)[index - (this.#starts[at] ?? 0)];
  }

  /** Where the row stands now; -1 when it does not. */
  indexOf({ section, key }: Pick<VisibleRow, 'section' | 'key'>, view: LayoutView): number {
    const at = this.#sections.findIndex(({ turn_number }) => turn_number === section);
    const found = this.#sections[at];
    if (!found) return -1;
    const inside = this.#rowsOf(found, view).findIndex((row) => row.key === key);
    return inside === -1 ? -1 : (this.#starts[at] ?? 0) + inside;
  }

  /** Of a call of the chat itself. */
  indexOfCall(traceId: string, view: LayoutView): number {
    const row = this.model.row(traceId);
    return row === undefined ? -1 : this.indexOf({ section: row.turn_number, key: callKey(traceId) }, view);
  }

  #sectionAt(index: number): number {
    let from = 0;
    let to = this.#starts.length - 1;
    while (from < to) {
      const middle = (from + to + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= index) from = middle;
      else to = middle - 1;
    }
    // Sections that show nothing begin where the next one does.
    while (from > 0 && this.#sections[from]?.count === 0) from--;
    return from;
  }

  #sectionOf(node: TurnNode, view: LayoutView): Section {
    const section: Section = { turn_number: node.turn_number, node, version: node.version, viewVersion: view.version, count: 0, found: 0, rows: null, isNested: hasOpenAgents(node, view) };
    if (view.filter !== null) {
      const found = node.rows.filter(view.filter).length;
      section.found = found;
      section.count = found === 0 ? 0 : section.isNested ? this.#rowsOf(section, view).length : view.closedTurns.has(turnKey(this.model, node)) ? 1 : found + 1;
      return section;
    }
    section.count = section.isNested ? this.#rowsOf(section, view).length : view.closedTurns.has(turnKey(this.model, node)) ? 1 : 1 + itemCount(node);
    return section;
  }

  #agentSection(view: LayoutView): Section {
    const rows = agentRows(view, { section: lastSection, level: 1, model: this.model }, view.agentsOf(this.model.chatId, null));
    return { turn_number: lastSection, node: null, version: 0, viewVersion: view.version, count: rows.length, found: 0, rows, isNested: true };
  }

  #rowsOf(section: Section, view: LayoutView): VisibleRow[] {
    if (section.rows !== null) return section.rows;
    if (section.node === null || (view.filter !== null && section.found === 0)) return [];
    section.rows = turnRows(view, { section: section.turn_number, level: 1, model: this.model }, section.node, view.filter);
    return section.rows;
  }
}

function isCurrent(section: Section, node: TurnNode, view: LayoutView): boolean {
  return section.version === node.version && section.viewVersion === view.version && !section.isNested;
}

function hasOpenAgents(node: TurnNode, view: LayoutView): boolean {
  return view.opened.size > 0 && node.rows.some(({ id }) => view.opened.has(callKey(id)));
}

export function turnKey(model: TraceModel, { turn_number }: Pick<TurnNode, 'turn_number'>): string {
  return `turn:${model.chatId}:${turn_number}`;
}

export function callKey(traceId: string): string {
  return `call:${traceId}`;
}

/** Rows below that of a turn. */
export function itemCount({ turn, rows }: TurnNode): number {
  return rows.length + (turn === null ? 0 : turn.waits.length + turn.calls.filter(isOwnRow).length);
}

/** The one answer of a turn is the turn's own bar; what else was asked of the model has a row. */
function isOwnRow({ purpose, error }: ModelCall): boolean {
  return purpose === 'compaction' || error !== null;
}

type At = Omit<Place, 'key'>;

function turnRows(view: LayoutView, at: At, node: TurnNode, filter: LayoutView['filter']): VisibleRow[] {
  const key = turnKey(at.model, node);
  const isOpen = !view.closedTurns.has(key);
  const rows = filter === null ? node.rows : node.rows.filter(filter);
  const head: VisibleRow = { ...at, kind: 'turn', key, node, isOpen, shown: filter === null ? null : rows.length };
  if (!isOpen) return [head];
  const inside = { ...at, level: at.level + 1 };
  const items: { at: number; rows: VisibleRow[] }[] = rows.map((row) => ({ at: row.started_at, rows: callRows(view, inside, node, row) }));
  if (filter === null && node.turn !== null) {
    for (const wait of node.turn.waits) items.push({ at: wait.asked_at, rows: [{ ...inside, kind: 'wait', key: `wait:${wait.id}`, node, wait }] });
    for (const call of node.turn.calls.filter(isOwnRow)) items.push({ at: call.started_at, rows: [{ ...inside, kind: 'model', key: `model:${call.llm_call_id}`, node, call }] });
    items.sort((a, b) => a.at - b.at);
  }
  return [head, ...items.flatMap((item) => item.rows)];
}

function callRows(view: LayoutView, at: At, node: TurnNode, row: TraceRow): VisibleRow[] {
  const key = callKey(row.id);
  const agents = view.agentsOf(at.model.chatId, row.id);
  const isOpen = agents.length > 0 && view.opened.has(key);
  const call: VisibleRow = { ...at, kind: 'call', key, node, row, agents, isOpen };
  return isOpen ? [call, ...agentRows(view, { ...at, level: at.level + 1 }, agents)] : [call];
}

function agentRows(view: LayoutView, at: At, agents: readonly ChildAgent[]): VisibleRow[] {
  return agents.flatMap((agent) => {
    const key = agentKey(agent.chat_id);
    const isOpen = view.opened.has(key);
    const head: VisibleRow = { ...at, kind: 'agent', key, agent, isOpen };
    if (!isOpen || at.level >= deepestLevel) return [head];
    const model = view.modelOf(agent.chat_id);
    const inside = { ...at, level: at.level + 1 };
    const loading: VisibleRow = { ...inside, kind: 'loading', key: `loading:${agent.chat_id}` };
    if (model === null) return [head, loading];
    const turns = model.turns.flatMap((node) => turnRows(view, { ...inside, model }, node, null));
    const ownAgents = agentRows(view, { ...inside, model }, view.agentsOf(agent.chat_id, null));
    return [head, ...turns, ...ownAgents, ...(model.isWhole ? [] : [loading])];
  });
}

export function agentKey(chatId: string): string {
  return `agent:${chatId}`;
}
