// The conversation: rows in chunks that render and lay out on their own, kept at the end while the person is there,
// left alone while they read further up. Of a long chat only the end is in the DOM until it is scrolled for.
import type { ComponentChildren, TargetedKeyboardEvent } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ErrorBox, Icon } from '../kit/components';
import { memo } from '../kit/memo';
import { AssistantMessage } from './assistant-message';
import { AutoFixStrip } from './auto-fix-strip';
import type { Item } from './items';
import { chunksOf, rowsOf, type Chunk, type Row } from './rows';
import { closeTools, cutOff } from './cut-off';
import { RoomRow } from './room-row';
import { RunEnd } from './run-end';
import { useSession } from './session-context';
import type { ChatView, LiveMessage, Outgoing } from './state';
import { ToolGroup, ToolRow } from './tool-row';
import { UserMessage } from './user-message';
import { useReveal } from './use-reveal';

type TranscriptProps = {
  view: ChatView;
  /** The call that waits for a decision. */
  askingId: string | null;
  working: ComponentChildren;
  empty: ComponentChildren;
};

/** Rows in the DOM while the person is at the end, and how many more each scroll to the top brings. */
const openingRows = 300;
const moreRows = 200;
const nearEnd = 32;
const nearTop = 400;

export function Transcript({ view, askingId, working, empty }: TranscriptProps) {
  const session = useSession();
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const lastTop = useRef(0);
  const heightBefore = useRef<number | null>(null);
  const [showJump, setShowJump] = useState(false);
  const [shownRows, setShownRows] = useState(openingRows);
  const chatId = view.chat?.chat_id ?? null;

  const { deleted, unstored_end } = view;
  const isCutOff = view.chat?.status === 'interrupted' || unstored_end !== null;
  const rows = useMemo(() => {
    const { items } = view.transcript;
    return rowsOf(deleted ? closeTools(items) : isCutOff ? cutOff(items, unstored_end) : items);
  }, [view.transcript.items, isCutOff, unstored_end, deleted]);
  const before = useRef<Chunk[]>([]);
  const stored = useMemo(() => (before.current = chunksOf(rows, before.current)), [rows]);
  const tail = tailOf(view.live, view.outgoing);
  const chunks = tail.length === 0 ? stored : withTail(stored, tail);
  const visible = lastChunks(chunks, shownRows);
  const lastEnd = rows.at(-1)?.kind === 'run_end' ? rows.at(-1)?.id : undefined;

  useLayoutEffect(() => {
    atEnd.current = true;
    setShownRows(openingRows);
    setShowJump(false);
  }, [chatId]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    if (atEnd.current) element.scrollTop = element.scrollHeight;
    // At the very top the browser does not keep the place by itself.
    else if (heightBefore.current !== null && element.scrollTop < 2) element.scrollTop += element.scrollHeight - heightBefore.current;
    heightBefore.current = null;
  });

  useEffect(() => {
    // Rows that grow by themselves (opened details, a narrower view) keep the end in sight as well.
    const observer = new ResizeObserver(() => {
      if (atEnd.current && scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight;
    });
    if (content.current) observer.observe(content.current);
    if (scroller.current) observer.observe(scroller.current);
    return () => observer.disconnect();
  }, []);

  const onScroll = (): void => {
    const element = scroller.current;
    if (!element) return;
    const isNear = element.scrollHeight - element.scrollTop - element.clientHeight <= nearEnd;
    // Only a person who scrolls up leaves the end; what grew meanwhile is followed.
    atEnd.current = isNear || (atEnd.current && element.scrollTop >= lastTop.current);
    lastTop.current = element.scrollTop;
    setShowJump(!atEnd.current);
    if (atEnd.current && shownRows > openingRows) setShownRows(openingRows);
    if (element.scrollTop < nearTop && !atEnd.current) showMore();
  };
  const atLeast = (count: number): void => {
    atEnd.current = false;
    setShownRows((shown) => Math.max(shown, count));
  };
  useReveal(content, { rows, atLeast, onShown: onScroll });
  /** What is opened grows downwards; the row that was clicked stays under the pointer. */
  const onClickCapture = (event: Event): void => {
    if (!(event.target instanceof Element) || event.target.closest('[data-row]') === null) return;
    atEnd.current = false;
    requestAnimationFrame(onScroll);
  };
  const showMore = (): void => {
    const element = scroller.current;
    if (!element) return;
    if (visible.length < chunks.length) {
      heightBefore.current = element.scrollHeight;
      setShownRows(shownRows + moreRows);
    } else if (view.more_before) {
      heightBefore.current = element.scrollHeight;
      session.loadOlder().then(
        (added) => {
          if (added) setShownRows((count) => count + moreRows);
        },
        // Scrolling up again asks again.
        () => undefined,
      );
    }
  };
  const jump = (): void => {
    atEnd.current = true;
    setShowJump(false);
    if (scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight;
  };

  return (
    <main class="transcript">
      <div class="scroller" ref={scroller} onScroll={onScroll} onClickCapture={onClickCapture} onKeyDown={moveBetweenRows} tabIndex={0} role="region" aria-label="Conversation">
        <div class="transcript-content" ref={content}>
          {visible.length < chunks.length || view.more_before ? <div class="older muted">Earlier messages appear as you scroll up</div> : null}
          {visible.map((chunk) => (
            <ChunkRows
              key={chunk.id}
              chunk={chunk}
              askingId={chunk.rows.some((row) => row.id === askingId) ? askingId : null}
              lastEndId={chunk.rows.some((row) => row.id === lastEnd) ? lastEnd : undefined}
              outputs={chunk.rows.some(isLive) ? view.outputs : noOutputs}
            />
          ))}
          {rows.length === 0 && tail.length === 0 && empty}
          {working}
        </div>
      </div>
      {showJump && (
        <button type="button" class="jump" onClick={jump}>
          <Icon name="arrow-down" />
          <span>Jump to Latest</span>
        </button>
      )}
    </main>
  );
}

/** It may have output on its way. */
function isLive(row: Row): boolean {
  return row.kind === 'tool' ? row.outcome === null : row.kind === 'auto_fix' && !row.over;
}

const noOutputs: ReadonlyMap<string, string> = new Map();

type ChunkProps = { chunk: Chunk; askingId: string | null; lastEndId: string | undefined; outputs: ReadonlyMap<string, string> };

const ChunkRows = memo(function ChunkRows({ chunk, askingId, lastEndId, outputs }: ChunkProps) {
  return <div class="chunk">{chunk.rows.map((row) => rowView(row, askingId, lastEndId, outputs))}</div>;
});

function rowView(row: Row, askingId: string | null, lastEndId: string | undefined, outputs: ReadonlyMap<string, string>) {
  switch (row.kind) {
    case 'user':
      return <UserMessage key={row.id} item={row} />;
    case 'assistant':
      return <AssistantMessage key={row.id} item={row} />;
    case 'tool':
      return <ToolRow key={row.id} item={row} asking={row.id === askingId} output={row.trace_id === null ? undefined : outputs.get(row.trace_id)} />;
    case 'group':
      return <ToolGroup key={row.id} row={row} />;
    case 'auto_fix':
      return <AutoFixStrip key={row.id} item={row} output={outputs.get(row.checks.at(-1)?.check_id ?? '')} />;
    case 'notice':
      return (
        <div key={row.id} class="notice">
          <ErrorBox level={row.level} message={row.text} />
        </div>
      );
    case 'room':
      return <RoomRow key={row.id} item={row} />;
    case 'run_end':
      return <RunEnd key={row.id} item={row} isLast={row.id === lastEndId} />;
  }
}

/** Only the last chunk is made anew while an answer grows. */
function withTail(stored: readonly Chunk[], tail: readonly Row[]): Chunk[] {
  return [...stored.slice(0, -1), ...chunksOf([...(stored.at(-1)?.rows ?? []), ...tail], [])];
}

/** What is not stored yet, in the shape and under the ids that it will have when it is. */
function tailOf(live: LiveMessage | null, outgoing: readonly Outgoing[]): Item[] {
  return [
    ...outgoing.map(({ message_id, text }): Item => ({ kind: 'user', id: message_id, text, pending: true })),
    ...(live === null ? [] : [liveItem(live)]),
  ];
}

function liveItem({ message_id, turn_number, text, reasoning }: LiveMessage): Item {
  return { kind: 'assistant', id: message_id, turn_number, text, reasoning, reasoning_ms: null, partial: false, growing: true };
}

/** The last chunks that together have at least `count` rows. */
function lastChunks(chunks: readonly Chunk[], count: number): readonly Chunk[] {
  let from = chunks.length;
  for (let rows = 0; from > 0 && rows < count; from--) rows += chunks[from - 1]?.rows.length ?? 0;
  return chunks.slice(from);
}

/** Arrow keys go from row to row, as in VS Code's own lists. */
function moveBetweenRows(event: TargetedKeyboardEvent<HTMLDivElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const target = event.target;
  if (step === undefined || !(target instanceof HTMLElement) || target.dataset['row'] === undefined) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')];
  const next = rows[rows.indexOf(target) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
