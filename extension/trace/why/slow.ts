// Why something took as long as it did.
import { formatCount, formatDuration, formatPercent } from '../../../shared/format';
import type { WhyAnswer, WhyFinding, WhyShare } from '../../../shared/trace-answers';
import { timeKinds, timeNames, type TimeKind, type TurnTime } from '../../../shared/turn-time';
import { breather } from '../breather';
import type { Step } from './critical-path';
import { mostRefs, nameOfCall, refOfRow, refOfTurn, refOfWait, shortText } from './place-words';
import { byMost, sumOf, type SlowFacts, type SlowFinding } from './slow-facts';
import { firstToken, generation, longestModelCall, retries } from './slow-model';
import { aboveUsual, agentsWaitedFor, longCalls } from './slow-tools';
import { queue, waitsForPerson, waitWords, withoutCalls } from './slow-waits';

export const mostFindings = 8;
/** What explains less is not worth a line. */
export const leastShare = 0.02;

export async function whySlow(facts: SlowFacts): Promise<Pick<WhyAnswer, 'headline' | 'shares' | 'findings'>> {
  const { time, own } = facts;
  if (own.turns.length === 0) return { headline: 'No turn has been made here yet, so nothing took time.', shares: [], findings: [] };
  if (time.whole === 0) return { headline: 'Nothing here took any time that can be measured.', shares: [], findings: [] };
  const all: SlowFinding[] = [];
  const rest = breather();
  for (const find of [waitsForPerson, queue, generation, longestModelCall, firstToken, retries, longCalls, aboveUsual, agentsWaitedFor, withoutCalls]) {
    await rest();
    all.push(...find(facts));
  }
  const worth = byMost(all.filter(({ ms }) => (ms ?? 0) >= time.whole * leastShare), ({ ms }) => ms ?? 0);
  const path = longestChain(facts);
  const findings = [...worth.slice(0, mostFindings - path.length), ...path];
  return { headline: headlineOf(facts), shares: sharesOf(time), findings: findings.map((finding) => shared(finding, time)) };
}

function shared({ ms, ...finding }: SlowFinding, { whole }: TurnTime): WhyFinding {
  return { title: finding.title, detail: finding.detail, share: ms === null ? null : Math.min(1, ms / whole), at: finding.at };
}

function sharesOf(time: TurnTime): WhyShare[] {
  return timeKinds
    .filter((kind) => time[kind] > 0)
    .map((kind) => ({ label: timeNames[kind], amount: time[kind], figure: formatDuration(time[kind]), share: time[kind] / time.whole, kind }));
}

function headlineOf(facts: SlowFacts): string {
  const { time } = facts;
  const [most = 'other'] = byMost(timeKinds, (kind) => time[kind]);
  return `${formatPercent(time[most] / time.whole)} of ${formatDuration(time.whole)} was ${wordsOf(most, facts)}.`;
}

function wordsOf(kind: TimeKind, { own, steps }: SlowFacts): string {
  const calls = formatCount(own.turns.reduce((sum, turn) => sum + turn.calls.length, 0), 'model call');
  switch (kind) {
    case 'queue':
      return 'spent on requests that a limit held back';
    case 'retry':
      return 'lost to requests that had to be made again';
    case 'first_token':
      return `waiting for the first token of ${calls}`;
    case 'generation':
      return `the model writing, in ${calls}`;
    case 'approval':
      return `waiting for you: ${waitWords(own.turns.flatMap(({ waits }) => waits))}`;
    case 'tool':
      return `spent in tools, most of it in ${longestTool(steps)}`;
    case 'other':
      return 'neither the model nor a tool: BooCode itself and its disk';
  }
}

function longestTool(steps: readonly Step[]): string {
  const sums = new Map<string, number>();
  for (const { row, ms } of steps) if (row !== null) sums.set(nameOfCall(row), (sums.get(nameOfCall(row)) ?? 0) + ms);
  return byMost([...sums], ([, ms]) => ms)[0]?.[0] ?? 'none that is known';
}

/** The longest steps of the path in their order; it has no share of its own, for the others are parts of it. */
function longestChain({ own, steps, covered }: SlowFacts): SlowFinding[] {
  const longest = byMost(steps, ({ ms }) => ms).slice(0, mostRefs);
  if (longest.length < 2) return [];
  const chain = steps.filter((step) => longest.includes(step));
  const side = covered === 0 ? '' : ` ${formatCount(covered, 'call')} cost no time: others went on beside ${covered === 1 ? 'it' : 'them'}. Of calls side by side only what nothing else covered is counted.`;
  return [
    {
      title: `The chain that decided it: ${chain.map((step) => `${stepWords(step)} (${formatDuration(step.ms)})`).join(', then ')}.`,
      detail: `These ${chain.length} steps, one after the other, make ${formatDuration(sumOf(chain, ({ ms }) => ms))}.${side}`,
      ms: null,
      at: chain.map((step) => {
        const figure = formatDuration(step.ms);
        if (step.row !== null) return refOfRow(own.chat_id, step.row, figure);
        if (step.wait !== null) return refOfWait(own, step.turn_number, step.wait, figure);
        return refOfTurn(own, step, `${timeNames[step.kind].toLowerCase()}, ${figure}`);
      }),
    },
  ];
}

function stepWords({ kind, row, wait, turn_number }: Step): string {
  if (row !== null) return shortText(nameOfCall(row), 40);
  if (wait !== null) return `your answer to “${shortText(wait.title, 40)}”`;
  return `${timeNames[kind].toLowerCase()} in turn ${turn_number}`;
}
