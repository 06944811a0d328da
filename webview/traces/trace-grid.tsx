// The calls of a chat as a tree grid: turns, under them calls and waits, under a call the agents it started. Arrows move and
// open, Enter shows details, Esc closes them. Only the rows in sight are in the page.
import type { TargetedKeyboardEvent, TargetedMouseEvent } from 'preact';
import { useEffect, useLayoutEffect, useReducer, useRef } from 'preact/hooks';
import { formatDuration } from '../../shared/format';
import { reducedMotion } from '../kit/components';
import { useVirtualRows } from '../kit/virtual-rows';
import { GridRow, rowHeight } from './grid-rows';
import { turnKey, type RowLayout, type VisibleRow } from './row-layout';
import type { TracesSession } from './traces-session';

type Props = {
  session: TracesSession;
  layout: RowLayout;
  /** The row whose details are shown. */
  openKey: string | null;
  onFocusRow(row: VisibleRow): void;
  onOpen(row: VisibleRow): void;
  /** Null while nothing stands beside the list. */
  onClose: (() => void) | null;
};

type Anchor = { section: number; key: string; offset: number };

export function TraceGrid({ session, layout, openKey, onFocusRow, onOpen, onClose }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const focused = useRef<VisibleRow | null>(null);
  const movesFocus = useRef(false);
  const anchor = useRef<Anchor | null>(null);
  const isAtEnd = useRef(false);
  /** Something was opened since: the view stays there, though the end is in sight. */
  const wasOpened = useRef(false);
  const wasScrolled = useRef(false);
  const focusedAt = useRef(0);
  const elements = useRef(new ElementSlots()).current;
  const [, again] = useReducer((count: number) => count + 1, 0);
  const { view, layoutView } = session;
  const { model } = layout;
  const { from, to } = useVirtualRows(scroller, layout.count, rowHeight);
  const isLive = session.isLive;
  const showsLive = session.showsLive;
  const now = showsLive ? Date.now() * 1000 : null;
  const last = model.turns.at(-1);
  const axisMs = last !== undefined && session.isLiveTurn(last, model) ? model.axisWith(model.time(last, true).whole) : model.axisMs;

  const focusAt = focused.current === null ? -1 : layout.indexOf(focused.current, layoutView);
  const hadFocus = scroller.current?.contains(document.activeElement) === true;
  const tabStop = focusAt === -1 ? 0 : focusAt;
  const indexes: number[] = [];
  for (let index = from; index < to; index++) indexes.push(index);
  // The row with the focus stays, wherever it is scrolled to.
  if (focusAt !== -1 && (focusAt < from || focusAt >= to)) indexes.push(focusAt);

  const shown = indexes.flatMap((index) => {
    const row = layout.rowAt(index, layoutView);
    return row ? [{ row, index }] : [];
  });
  elements.keep(shown.map(({ row }) => row));

  useEffect(() => {
    if (!showsLive) return;
    const timer = setInterval(() => again(undefined), reducedMotion() ? 1_000 : 250);
    return () => clearInterval(timer);
  }, [showsLive]);

  // What comes in above the first row in sight moves the view with it; at the end the view stays at the end.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    if (isAtEnd.current && isLive) element.scrollTop = element.scrollHeight;
    else if (anchor.current !== null) {
      const at = layout.indexOf(anchor.current, layoutView);
      const top = at * rowHeight + anchor.current.offset;
      if (at !== -1 && Math.abs(top - element.scrollTop) >= 1) element.scrollTop = top;
    }
    noteAnchor(element);
  }, [layout.count, model.version]);

  // The row with the focus is gone, as one that matches the filter no more: the one that stands in its place has it now.
  useLayoutEffect(() => {
    if (focusAt !== -1) focusedAt.current = focusAt;
    else if (hadFocus && layout.count > 0) focusIndex(focusedAt.current);
  });

  // A chat that goes on is opened at its end.
  useLayoutEffect(() => {
    const isUsed = wasScrolled.current || focused.current !== null;
    if (!model.isWhole || !isLive || isUsed || view.target !== null || scroller.current === null) return;
    scroller.current.scrollTop = scroller.current.scrollHeight;
    isAtEnd.current = true;
  }, [model.isWhole]);

  useLayoutEffect(() => {
    if (!movesFocus.current || focused.current === null) return;
    movesFocus.current = false;
    scroller.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused.current.key)}"]`)?.focus({ preventScroll: true });
  });

  useLayoutEffect(() => {
    const target = view.target;
    if (target === null) return;
    const at = target.trace_id === null ? layout.indexOf({ section: target.turn_number ?? 0, key: turnKey(model, { turn_number: target.turn_number ?? 0 }) }, layoutView) : layout.indexOfCall(target.trace_id, layoutView);
    if (at === -1) {
      const turn = target.turn_number === null ? null : turnKey(model, { turn_number: target.turn_number });
      if (turn !== null && !session.isTurnOpen(turn)) return session.setTurnOpen(turn, true);
      if (model.isWhole) session.targetMissing();
      return;
    }
    session.targetReached();
    focusIndex(at, 'center');
    const row = layout.rowAt(at, layoutView);
    if (row && row.key !== openKey) onOpen(row);
  }, [view.target, layout.count, model.isWhole]);

  function noteAnchor(element: HTMLElement): void {
    const first = Math.floor(element.scrollTop / rowHeight);
    const row = layout.rowAt(first, layoutView);
    anchor.current = row ? { section: row.section, key: row.key, offset: element.scrollTop - first * rowHeight } : null;
    isAtEnd.current = !wasOpened.current && element.scrollTop + element.clientHeight >= element.scrollHeight - rowHeight;
  }

  function focusIndex(index: number, place: 'nearest' | 'center' = 'nearest'): void {
    const at = Math.max(0, Math.min(layout.count - 1, index));
    const row = layout.rowAt(at, layoutView);
    const element = scroller.current;
    if (!row || !element) return;
    const top = at * rowHeight;
    if (place === 'center') element.scrollTop = top - element.clientHeight / 2;
    else if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + element.clientHeight) element.scrollTop = top + rowHeight - element.clientHeight;
    noteAnchor(element);
    focused.current = row;
    movesFocus.current = true;
    onFocusRow(row);
    again(undefined);
  }

  const rowOf = (target: EventTarget | null): VisibleRow | undefined => {
    const element = target instanceof Element ? target.closest<HTMLElement>('[data-key]') : null;
    const index = Number(element?.getAttribute('aria-rowindex') ?? 0) - 2;
    return index < 0 ? undefined : layout.rowAt(index, layoutView);
  };

  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    if (event.key === 'Escape' && onClose !== null) {
      event.preventDefault();
      event.stopPropagation();
      return onClose();
    }
    const row = rowOf(event.target);
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = layout.indexOf(row, layoutView);
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / rowHeight) - 1);
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page }[event.key];
    if (step !== undefined) focusIndex(at + step);
    else if (event.key === 'Home') focusIndex(0);
    else if (event.key === 'End') focusIndex(layout.count - 1);
    else if (event.key === 'Enter' || event.key === ' ') showOrFold(row);
    else if (event.key === 'ArrowRight') {
      if (isFolded(row, false)) setOpen(row, true);
      else if (row.kind === 'turn' || isFolded(row, true)) focusIndex(at + 1);
      else if (row.key !== openKey) onOpen(row);
    } else if (event.key === 'ArrowLeft') {
      if (isFolded(row, true)) setOpen(row, false);
      else focusIndex(parentIndex(at, row.level));
    } else return;
    event.preventDefault();
  };

  /** The nearest row above that stands one level higher. */
  const parentIndex = (at: number, level: number): number => {
    let index = at - 1;
    while (index > 0 && (layout.rowAt(index, layoutView)?.level ?? 0) >= level) index--;
    return index;
  };

  const setOpen = (row: VisibleRow, isOpen: boolean): void => {
    focused.current = row;
    movesFocus.current = true;
    if (isOpen) wasOpened.current = true;
    if (row.kind === 'turn') session.setTurnOpen(row.key, isOpen);
    else session.setOpened(row.key, isOpen);
  };

  /** Agents have no details: what there is of one stands below it. */
  const showOrFold = (row: VisibleRow): void => {
    if (row.kind === 'agent') setOpen(row, !row.isOpen);
    else onOpen(row);
  };

  const onClick = (event: TargetedMouseEvent<HTMLDivElement>): void => {
    const row = rowOf(event.target);
    if (!row) return;
    focused.current = row;
    movesFocus.current = true;
    onFocusRow(row);
    // The chevron folds; the rest of the row shows what stands behind it.
    const cell = event.target instanceof Element ? event.target.closest('.cell-call') : null;
    const isOnChevron = cell !== null && event.clientX < cell.getBoundingClientRect().left + Number.parseFloat(getComputedStyle(cell).paddingLeft) + 20;
    if (isOnChevron && (isFolded(row, true) || isFolded(row, false))) setOpen(row, isFolded(row, false));
    else showOrFold(row);
    again(undefined);
  };

  return (
    <div class="grid" role="treegrid" aria-label="Tool calls by turn" aria-readonly="true" aria-rowcount={layout.count + 1} onKeyDown={onKeyDown}>
      <div class="grid-head" role="rowgroup">
        <div class="grid-row head-row" role="row" aria-rowindex={1}>
          <span role="columnheader" class="cell-call">Turn / call</span>
          <span role="columnheader" class="cell-time axis">
            <span class="axis-name sr-only">Time</span>
            {[0, 0.25, 0.5, 0.75].map((share) => (
              <span key={share} class="axis-mark" style={{ left: `calc((100% - var(--figure)) * ${share})` }}>
                {share === 0 ? '0' : formatDuration(axisMs * share)}
              </span>
            ))}
          </span>
          <span role="columnheader" class="cell-tokens">Tokens</span>
          <span role="columnheader" class="cell-cache">Cache</span>
          <span role="columnheader" class="cell-state"><span class="sr-only">Outcome</span></span>
        </div>
      </div>
      <div
        class="grid-rows"
        role="rowgroup"
        ref={scroller}
        onClick={onClick}
        onFocusIn={(event) => {
          const row = rowOf(event.target);
          if (!row) return;
          focused.current = row;
          focusedAt.current = layout.indexOf(row, layoutView);
        }}
        onScroll={(event) => {
          wasScrolled.current = true;
          wasOpened.current = false;
          noteAnchor(event.currentTarget);
        }}
      >
        <div class="grid-space" role="presentation" style={{ height: `${layout.count * rowHeight}px` }}>
          {shown.map(({ row, index }) => (
            <GridRow key={elements.of(row)} row={row} index={index} isTabStop={index === tabStop} isOpen={row.key === openKey} axisMs={axisMs} usual={view.relative ? view.usual : null} now={now !== null && session.isLiveRow(row) ? now : null} />
          ))}
        </div>
      </div>
    </div>
  );
}

/**
 * Which element of the page shows which row: a row keeps its own while it is in sight, and one that comes into sight takes
 * that of one of its kind that went. Making elements is what scrolling would cost most, then giving them other classes.
 */
class ElementSlots {
  #byRow = new Map<string, Slot>();
  readonly #free = new Map<VisibleRow['kind'], Slot[]>();
  #count = 0;

  keep(rows: readonly VisibleRow[]): void {
    const wanted = new Set(rows.map(({ key }) => key));
    const kept = new Map<string, Slot>();
    for (const [key, slot] of this.#byRow) {
      if (wanted.has(key)) kept.set(key, slot);
      else this.#freeOf(slot.kind).push(slot);
    }
    for (const { key, kind } of rows) if (!kept.has(key)) kept.set(key, this.#freeOf(kind).pop() ?? { kind, key: `${kind} ${this.#count++}` });
    this.#byRow = kept;
  }

  of({ key }: VisibleRow): string {
    return this.#byRow.get(key)?.key ?? key;
  }

  #freeOf(kind: VisibleRow['kind']): Slot[] {
    const free = this.#free.get(kind) ?? [];
    this.#free.set(kind, free);
    return free;
  }
}

type Slot = { kind: VisibleRow['kind']; key: string };

/** Whether the row can be folded and is open, or folded. */
function isFolded(row: VisibleRow, isOpen: boolean): boolean {
  switch (row.kind) {
    case 'turn':
    case 'agent':
      return row.isOpen === isOpen;
    case 'call':
      return row.agents.length > 0 && row.isOpen === isOpen;
    default:
      return false;
  }
}
