// Findings about the time of tool calls: long ones, the same one again and again, those slower than their tool usually is,
// and those that waited for agents.
import { formatCount, formatDuration } from '../../../shared/format';
import type { TraceRow } from '../../../shared/trace-parts';
import type { Step } from './critical-path';
import { mostRefs, nameOfCall, refOfRow, shortText } from './place-words';
import type { ChatPart } from './scoped-trace';
import { byMost, sumOf, type SlowFacts, type SlowFinding } from './slow-facts';

/** The same call, as often as it was made. `ms`: only what nothing else covered. */
type Group = { rows: TraceRow[]; ms: number };

const longestListed = 3;
/** Fewer are told of as single calls. */
const oftenFrom = 3;
/** Of a tool that was used less often it is not known what is usual. */
const usualFrom = 20;
const farAbove = 2;
const shortestUnusual = 1_000;

/** Milliseconds of the path by call. */
function pathTimes(steps: readonly Step[]): Map<TraceRow, number> {
  const times = new Map<TraceRow, number>();
  for (const { row, ms } of steps) if (row !== null) times.set(row, (times.get(row) ?? 0) + ms);
  return times;
}

function agentsByCall(agents: readonly ChatPart[]): Map<string, ChatPart[]> {
  const started = new Map<string, ChatPart[]>();
  for (const part of agents) {
    const id = part.agent?.trace_id;
    if (id != null) started.set(id, [...(started.get(id) ?? []), part]);
  }
  return started;
}

export function longCalls(facts: SlowFacts): SlowFinding[] {
  const times = pathTimes(facts.steps);
  const ofAgents = agentsByCall(facts.agents);
  const groups = new Map<string, Group>();
  for (const row of facts.own.rows) {
    if ((row.latency_ms === 0 && row.outcome !== 'running') || ofAgents.has(row.id)) continue;
    const key = `${row.tool_name} ${row.subject}`;
    const group = groups.get(key) ?? { rows: [], ms: 0 };
    group.rows.push(row);
    group.ms += times.get(row) ?? 0;
    groups.set(key, group);
  }
  return byMost([...groups.values()].filter(({ ms }) => ms > 0), ({ ms }) => ms)
    .slice(0, longestListed)
    .map((group) => groupFinding(facts, { ...group, rows: byMost(group.rows, ({ latency_ms }) => latency_ms ?? 0) }));
}

function groupFinding({ own, usual }: SlowFacts, { rows, ms }: Group): SlowFinding {
  const [longest] = rows;
  if (!longest) throw new Error('a group of calls holds at least one');
  const name = nameOfCall(longest);
  const tool = usual.get(longest.tool_name);
  const usually = tool && tool.calls >= usualFrom ? ` A call of ${longest.tool_name} usually takes ${formatDuration(tool.p50_ms)}, and 19 of 20 at most ${formatDuration(tool.p95_ms)}.` : '';
  const failed = rows.filter(({ outcome }) => outcome === 'error').length;
  const often = rows.length >= oftenFrom;
  const ended = failed === 0 ? '' : often || rows.length > 1 ? ` ${formatCount(failed, 'time')} it ended with an error.` : ' It ended with an error.';
  const words = often
    ? `The longest took ${formatDuration(longest.latency_ms)}.${ended} Made once after all changes, or narrower, it would take less.`
    : `${rows.length === 1 ? `That was in turn ${longest.turn_number}.` : `The longer one was in turn ${longest.turn_number}.`}${ended}${usually}`;
  return {
    title: rows.length === 1 ? `${name} took ${formatDuration(ms)}.` : `${name} ran ${formatCount(rows.length, 'time')}: ${formatDuration(ms)} in all.`,
    detail: words,
    ms,
    at: rows.slice(0, mostRefs).map((row) => refOfRow(own.chat_id, row, row.latency_ms === null ? row.outcome : formatDuration(row.latency_ms))),
  };
}

export function aboveUsual({ own, usual, steps }: SlowFacts): SlowFinding[] {
  const slow = [...pathTimes(steps)].flatMap(([row, onPath]) => {
    const tool = usual.get(row.tool_name);
    const latency = row.latency_ms ?? 0;
    if (!tool || tool.calls < usualFrom || latency < shortestUnusual || latency < tool.p95_ms * farAbove) return [];
    return [{ row, more: Math.min(onPath, latency - tool.p50_ms) }];
  });
  const first = byMost(slow, ({ more }) => more);
  const [most] = first;
  if (!most) return [];
  const ms = sumOf(slow, ({ more }) => more);
  const tool = usual.get(most.row.tool_name);
  return [
    {
      title: `${formatCount(slow.length, 'call')} took far longer than ${slow.length === 1 ? 'its tool usually does' : 'their tools usually do'}: ${formatDuration(ms)} more.`,
      detail: `Most of all ${nameOfCall(most.row)} with ${formatDuration(most.row.latency_ms)}, where ${formatDuration(tool?.p50_ms ?? null)} is usual. Something else may have kept the computer busy, or the call had more to do.`,
      ms,
      at: first.slice(0, mostRefs).map(({ row }) => refOfRow(own.chat_id, row, formatDuration(row.latency_ms))),
    },
  ];
}

export function agentsWaitedFor({ own, agents, steps }: SlowFacts): SlowFinding[] {
  const started = agentsByCall(agents);
  const waits = byMost([...pathTimes(steps)].filter(([row]) => started.has(row.id)), ([, ms]) => ms);
  const ms = sumOf(waits, ([, each]) => each);
  const [longest] = waits;
  if (!longest) return [];
  const count = sumOf(waits, ([row]) => started.get(row.id)?.length ?? 0);
  const [part] = started.get(longest[0].id) ?? [];
  const within = part && longestWithin(part);
  return [
    {
      title: `${formatCount(count, 'agent')} ${count === 1 ? 'was' : 'were'} waited for: ${formatDuration(ms)} in all.`,
      detail: `The longest was “${shortText(part?.agent?.label ?? longest[0].subject)}” with ${formatDuration(longest[1])}.${within ? ` ${within.words}` : ''} Open its trace to see where its time went.`,
      ms,
      at: [
        ...waits.slice(0, mostRefs - 1).map(([row, each]) => refOfRow(own.chat_id, row, formatDuration(each))),
        ...(within ? [within.ref] : []),
      ],
    },
  ];
}

/** The longest thing that an agent did itself. */
function longestWithin({ chat_id, turns, rows }: ChatPart): { words: string; ref: SlowFinding['at'][number] } | null {
  const [row] = byMost(rows, ({ latency_ms }) => latency_ms ?? 0);
  const calls = turns.flatMap(({ turn_number, calls: made }) => made.map((call) => ({ turn_number, call })));
  const [model] = byMost(calls, ({ call }) => call.duration_ms);
  if (row && (row.latency_ms ?? 0) >= (model?.call.duration_ms ?? 0)) {
    return { words: `In it ${nameOfCall(row)} took ${formatDuration(row.latency_ms)}.`, ref: refOfRow(chat_id, row, formatDuration(row.latency_ms)) };
  }
  if (!model) return null;
  const words = `In it the model call of turn ${model.turn_number} took ${formatDuration(model.call.duration_ms)}.`;
  return { words, ref: { chat_id, turn_number: model.turn_number, trace_id: null, label: `Model call of turn ${model.turn_number}, ${formatDuration(model.call.duration_ms)}` } };
}
