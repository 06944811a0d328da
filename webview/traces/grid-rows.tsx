// The rows of the tree grid. A screen of them has to stay small and cheap to draw: few elements each, bars as gradients,
// icons as pseudo-elements, and one component a row; all kinds are made of the same elements, so that one can become another.
import type { ComponentChildren } from 'preact';
import { formatCount, formatDuration, formatExact, formatExactDuration, formatTokens } from '../../shared/format';
import type { UsualLatency } from '../../shared/messages/traces';
import { addUsage, cacheHitRate, inputTokens, noUsage } from '../../shared/usage-math';
import { costOfCall } from '../../shared/spent-math';
import type { Turn } from '../../shared/trace-parts';
import type { Usage } from '../../shared/usage';
import { stateWord, type State } from '../kit/components';
import { memo } from '../kit/memo';
import { toolIcon } from '../kit/tool-icons';
import { visibleText } from '../kit/visible-text';
import { cacheLook, hitPercent } from './cache-look';
import { latencyLook, relativeLook } from './latency-look';
import { itemCount, type VisibleRow } from './row-layout';
import { timeGradient, timeWords } from './time-look';
import type { TurnNode } from './trace-model';

export const rowHeight = 26;

export type RowProps = {
  row: VisibleRow;
  index: number;
  isTabStop: boolean;
  isOpen: boolean;
  axisMs: number;
  /** Null: coloured by seconds. */
  usual: ReadonlyMap<string, UsualLatency> | null;
  /** Until when what goes on is drawn, in microseconds; null for a row that does not. */
  now: number | null;
};

type Of<K extends VisibleRow['kind']> = Extract<VisibleRow, { kind: K }>;
type Props<K extends VisibleRow['kind']> = Omit<RowProps, 'row'> & { row: Of<K> };

export const GridRow = memo(function GridRow(props: RowProps) {
  const { row } = props;
  switch (row.kind) {
    case 'turn':
      return turnRow({ ...props, row });
    case 'call':
      return callRow({ ...props, row });
    case 'wait':
      return waitRow({ ...props, row });
    case 'model':
      return modelRow({ ...props, row });
    case 'agent':
      return agentRow({ ...props, row });
    case 'loading':
      return rowElement({
        ...{ ...props, class: 'loading-row' },
        children: (
          <span role="gridcell" class="cell-call codicon-blank muted" style={indent(row.level)}>
            Loading…
          </span>
        ),
      });
  }
});

function rowElement({ row, index, isTabStop, isOpen, class: name, expanded, children }: Omit<RowProps, 'axisMs' | 'usual' | 'now'> & { class: string; expanded?: boolean | undefined; children: ComponentChildren }) {
  return (
    <div
      class={`grid-row ${name}${isOpen ? ' open' : ''}`}
      role="row"
      aria-level={row.level}
      aria-rowindex={index + 2}
      aria-expanded={expanded}
      aria-selected={isOpen}
      data-key={row.key}
      tabIndex={isTabStop ? 0 : -1}
      style={{ top: `${index * rowHeight}px` }}
    >
      {children}
    </div>
  );
}

const chevron = (isOpen: boolean): string => (isOpen ? 'codicon-chevron-down' : 'codicon-chevron-right');
const indent = (level: number): { paddingLeft: string } => ({ paddingLeft: `${(level - 1) * 14}px` });

function turnRow(props: Props<'turn'>) {
  const { row, axisMs, now } = props;
  const { node, model } = row;
  const { turn } = node;
  const folds = itemCount(node) > 0;
  const time = model.time(node, now !== null);
  const failed = node.rows.filter(({ outcome }) => outcome === 'error' || outcome === 'interrupted').length;
  const state = turnState(node, now !== null);
  const calls = row.shown === null ? formatCount(node.rows.length, 'call') : `${row.shown} of ${formatCount(node.rows.length, 'call')}`;
  return rowElement({
    ...{ ...props, class: now === null ? 'turn-row' : 'turn-row live', expanded: folds ? row.isOpen : undefined },
    children: (
      <>
        <span role="gridcell" class={`cell-call ${folds ? chevron(row.isOpen) : 'codicon-blank'}`} style={indent(row.level)}>
          <span class="turn-name">Turn {node.turn_number}</span>{' '}
          <span class="muted row-subject">
            {node.rows.length > 0 || row.shown !== null ? calls : 'answer'}
            {failed > 0 && `, ${failed} failed`}
          </span>
        </span>
        <span role="gridcell" class="cell-time" title={turn === null ? undefined : timeWords(time)}>
          {time.whole > 0 && <span class="time-bar split" style={{ ...placed(0, time.whole, axisMs), background: timeGradient(time) }} />}
          <span class="number">{turn === null ? '' : formatDuration(time.whole)}</span>
        </span>
        {turnTokens(turn)}
        {turnCache(turn)}
        <span role="gridcell" class="cell-state">{state !== null && stateMark(state)}</span>
      </>
    ),
  });
}

/** Only what is worth a look has a mark. */
function turnState({ turn }: TurnNode, isLive: boolean): State | null {
  if (turn === null) return null;
  if (isLive) return turn.waits.some(({ waited_ms }) => waited_ms === null) ? 'asking' : 'running';
  if (turn.duration_ms === null) return 'interrupted';
  return turn.calls.some(({ error, purpose }) => error !== null && purpose === 'answer') ? 'error' : null;
}

function turnTokens(turn: Turn | null) {
  const tokens = turn === null || turn.calls.length === 0 ? null : turn.calls.reduce((sum, call) => sum + costOfCall(call).tokens, 0);
  const isEstimate = turn?.calls.some(({ usage, estimated_tokens }) => usage === null && estimated_tokens > 0) === true;
  const words = isEstimate ? `about ${formatExact(tokens)} tokens: the API did not say what it used (unaccounted)` : `${formatExact(tokens)} tokens`;
  return (
    <span role="gridcell" class="cell-tokens number" title={words}>
      {isEstimate && '≈'}
      {formatTokens(tokens)}
    </span>
  );
}

/** Of all model calls of a turn; null when none of them said. */
export function turnUsage(turn: Turn): Usage | null {
  const known = turn.calls.flatMap(({ usage }) => (usage === null ? [] : [usage]));
  return known.length === 0 ? null : known.reduce(addUsage, noUsage);
}

function turnCache(turn: Turn | null) {
  const usage = turn === null ? null : turnUsage(turn);
  const rate = usage === null ? null : cacheHitRate(usage);
  if (usage === null || rate === null) {
    return (
      <span role="gridcell" class="cell-cache muted" title={turn === null || turn.calls.length === 0 ? undefined : 'The API did not say what came from its cache'}>
        {turn === null || turn.calls.length === 0 ? '' : '—'}
      </span>
    );
  }
  const look = cacheLook(rate);
  const words = `${formatExact(usage.cache_read)} of ${formatExact(inputTokens(usage))} input tokens came from the cache (${look.word})${segmentWords(turn)}`;
  return (
    <span role="gridcell" class={`cell-cache ${look.level}`} title={words}>
      <span class="cache-bar" style={{ '--hit': `${(rate * 100).toFixed(2)}%` }} />
      <span class="hit-badge">{hitPercent(rate)} %</span>
    </span>
  );
}

function segmentWords(turn: Turn | null): string {
  const segments = turn?.calls.findLast(({ purpose }) => purpose === 'answer')?.segments ?? [];
  if (segments.length === 0) return '';
  const names = { system: 'System prompt', tools: 'Tools', history: 'History' };
  return ['', 'Estimated, since no API tells it by part:', ...segments.map(({ segment_name, hit_tokens, miss_tokens }) => `${names[segment_name]}: ${formatExact(hit_tokens)} of ${formatExact(hit_tokens + miss_tokens)} cached`)].join('\n');
}

function callRow(props: Props<'call'>) {
  const { row: shown, axisMs, usual, now } = props;
  const { row, agents, node } = shown;
  const ms = row.latency_ms ?? (now === null ? null : Math.max(0, now - row.started_at) / 1000);
  const look = ms === null ? null : usual === null || row.latency_ms === null ? latencyLook(ms) : relativeLook(ms, usual.get(row.tool_name));
  const icon = agents.length > 0 ? chevron(shown.isOpen) : 'codicon-blank';
  return rowElement({
    ...{ ...props, class: 'call-row', expanded: agents.length > 0 ? shown.isOpen : undefined },
    children: (
      <>
        <span role="gridcell" class={`cell-call ${icon}`} style={indent(shown.level)}>
          <span class={`call-name codicon-${toolIcon(row.tool_name)}`}>{row.tool_name}</span>{' '}
          <span class="muted row-subject" title={row.subject}>
            {visibleText(row.subject)}
          </span>
        </span>
        <span role="gridcell" class={`cell-time latency ${look?.band ?? ''}`} title={look?.words}>
          {ms !== null && <span class="time-bar" style={placed(offsetIn(node, row.started_at), ms, axisMs)} />}
          <span class="number" data-mark={look?.mark || undefined}>{look === null ? '—' : row.latency_ms === null && ms !== null && ms < 100 ? '' : look.number}</span>
        </span>
        <span role="gridcell" class="cell-tokens number" title={row.tokens_used === null ? undefined : `${formatExact(row.tokens_used)} tokens in the model call that asked for it`}>
          {row.tokens_used === null ? '' : formatTokens(row.tokens_used)}
        </span>
        <span role="gridcell" class="cell-cache" />
        <span role="gridcell" class="cell-state">
          {stateMark(row.outcome)}
        </span>
      </>
    ),
  });
}

function waitRow(props: Props<'wait'>) {
  const { row, axisMs, now } = props;
  const { wait, node } = row;
  const ms = wait.waited_ms ?? (now === null ? null : Math.max(0, now - wait.asked_at) / 1000);
  return rowElement({
    ...{ ...props, class: 'wait-row' },
    children: (
      <>
        <span role="gridcell" class="cell-call codicon-blank" style={indent(row.level)}>
          <span class="call-name codicon-watch">{wait.kind === 'approval' ? 'approval' : 'question'}</span>{' '}
          <span class="muted row-subject" title={wait.title}>
            {visibleText(wait.title)}
          </span>
        </span>
        <span role="gridcell" class="cell-time" title={`Waited for you: ${formatExactDuration(ms)}`}>
          {ms !== null && <span class="time-bar waiting" style={placed(offsetIn(node, wait.asked_at), ms, axisMs)} />}
          <span class="number">{formatDuration(ms)}</span>
        </span>
        <span role="gridcell" class="cell-tokens" />
        <span role="gridcell" class="cell-cache" />
        <span role="gridcell" class="cell-state">
          {stateMark(wait.outcome === null ? (now === null ? 'interrupted' : 'asking') : waitState(wait.outcome))}
        </span>
      </>
    ),
  });
}

function waitState(outcome: string): State {
  if (outcome === 'deny' || outcome === 'dismissed') return 'denied';
  return outcome === 'cancelled' || outcome === 'stopped' ? 'cancelled' : 'success';
}

function modelRow(props: Props<'model'>) {
  const { row, axisMs } = props;
  const { call, node } = row;
  const tokens = costOfCall(call).tokens;
  return rowElement({
    ...{ ...props, class: 'model-row' },
    children: (
      <>
        <span role="gridcell" class="cell-call codicon-blank" style={indent(row.level)}>
          <span class="call-name codicon-hubot">{call.purpose === 'compaction' ? 'summary' : 'model call'}</span>{' '}
          <span class="muted row-subject" title={call.error?.message ?? call.model}>
            {visibleText(call.error?.message ?? call.model)}
          </span>
        </span>
        <span role="gridcell" class="cell-time" title={formatExactDuration(call.duration_ms)}>
          <span class="time-bar model" style={placed(offsetIn(node, call.started_at), call.duration_ms, axisMs)} />
          <span class="number">{formatDuration(call.duration_ms)}</span>
        </span>
        <span role="gridcell" class="cell-tokens number">{formatTokens(tokens)}</span>
        <span role="gridcell" class="cell-cache" />
        <span role="gridcell" class="cell-state">
          {stateMark(call.error === null ? 'success' : call.error.code === 'aborted' ? 'cancelled' : 'error')}
        </span>
      </>
    ),
  });
}

function agentRow(props: Props<'agent'>) {
  const { row } = props;
  const { agent } = row;
  return rowElement({
    ...{ ...props, class: 'agent-row', expanded: row.isOpen },
    children: (
      <>
        <span role="gridcell" class={`cell-call ${chevron(row.isOpen)}`} style={indent(row.level)}>
          <span class="call-name codicon-hubot">{agent.kind === 'subagent' ? 'subagent' : 'workflow agent'}</span>{' '}
          <span class="muted row-subject" title={agent.label}>
            {visibleText(agent.label)}
          </span>
        </span>
        <span role="gridcell" class="cell-time muted agent-turns">{formatCount(agent.turns, 'turn')}</span>
        <span role="gridcell" class="cell-tokens" />
        <span role="gridcell" class="cell-cache" />
        <span role="gridcell" class="cell-state">
          {stateMark(agentState(agent.status))}
        </span>
      </>
    ),
  });
}

function agentState(status: Of<'agent'>['agent']['status']): State {
  switch (status) {
    case 'done':
      return 'success';
    case 'new':
    case 'in_progress':
      return 'running';
    case 'awaiting_input':
      return 'asking';
    case 'failed':
    case 'limit_reached':
      return 'error';
    case 'stopped':
      return 'cancelled';
    case 'interrupted':
      return 'interrupted';
  }
}

const stateIcons: Record<State, string> = {
  asking: 'question',
  running: 'loading',
  success: 'check',
  error: 'error',
  denied: 'circle-slash',
  cancelled: 'debug-stop',
  interrupted: 'debug-disconnect',
};

function stateMark(state: State) {
  const word = stateWord(state);
  return <span class={`state-mark state-icon ${state} codicon codicon-${stateIcons[state]}${state === 'running' ? ' spin' : ''}`} role="img" aria-label={word} title={word} />;
}

/** Milliseconds from where the turn's bar begins. */
function offsetIn({ turn }: TurnNode, at: number): number {
  if (turn === null) return 0;
  const queued = turn.calls.reduce((sum, call) => sum + call.queued_ms, 0);
  return Math.max(0, (at - turn.started_at) / 1000 + queued);
}

/** What goes beyond the axis is cut there. */
function placed(fromMs: number, ms: number, axisMs: number): { left: string; width: string } {
  const from = Math.min(99.5, (fromMs / axisMs) * 100);
  const width = Math.min(100 - from, (ms / axisMs) * 100);
  return { left: `calc((100% - var(--figure)) * ${(from / 100).toFixed(5)})`, width: `calc((100% - var(--figure)) * ${(width / 100).toFixed(5)})` };
}
