// Answers why something was slow, expensive or failed, from what is stored of it and nothing else: no model is asked.
import { formatCount } from '../../../shared/format';
import type { TraceScope, WhyAnswer, WhyQuestion } from '../../../shared/trace-answers';
import type { Store } from '../../store/store';
import { wireBytes } from '../panel-frames';
import { readRuns } from '../trace-reads';
import { costFacts } from './cost-facts';
import { whyExpensive } from './expensive';
import { whyFailed } from './failed';
import { failedFacts } from './failed-facts';
import { shortText } from './place-words';
import { readScope, type ScopedTrace } from './scoped-trace';
import { whySlow } from './slow';
import { slowFacts } from './slow-facts';

/** Calls by which it is told how long a tool usually takes. */
const newestCalls = 5_000;
const mostBytes = 60 * 1024;

/**
 * Throws QueryError when there is no such chat or run. `now`: until when, in microseconds, what goes on is counted; null:
 * nothing goes on, and what has no end was cut off.
 */
export async function whyAnswer(store: Store, question: WhyQuestion, scope: TraceScope, now: number | null = null): Promise<WhyAnswer> {
  const trace = await readScope(store, question === 'failed' ? await lastRunOf(store, scope) : scope);
  switch (question) {
    case 'slow': {
      const usual = await store.read('tool_traces.usual', { newest: newestCalls });
      return answer(question, trace, await whySlow(await slowFacts(trace, usual, now)));
    }
    case 'expensive':
      return answer(question, trace, await whyExpensive(await costFacts(store, trace)));
    case 'failed':
      return answer(question, trace, whyFailed(await failedFacts(store, trace)));
  }
}

/** Of a whole chat its last run is what failed or did not. */
async function lastRunOf(store: Store, scope: TraceScope): Promise<TraceScope> {
  if (scope.run_id !== undefined || scope.turn_number !== undefined) return scope;
  const run = (await readRuns(store, scope.chat_id)).at(-1);
  return run ? { ...scope, run_id: run.run_id } : scope;
}

function answer(question: WhyQuestion, { own, agents }: ScopedTrace, found: Pick<WhyAnswer, 'headline' | 'shares' | 'findings'>): WhyAnswer {
  const calls = own.rows.length + agents.reduce((sum, { rows }) => sum + rows.length, 0);
  const basis = [formatCount(own.turns.length, 'turn'), formatCount(calls, 'call'), ...(agents.length > 0 ? [formatCount(agents.length, 'agent')] : [])].join(', ');
  return fitting({ question, headline: found.headline, basis, shares: found.shares, findings: found.findings });
}

/** With its texts cut to as much as a message can hold. */
function fitting(whole: WhyAnswer): WhyAnswer {
  for (let most = 600, cut = whole; ; most = Math.floor(most / 2)) {
    if (wireBytes(cut) <= mostBytes) return cut;
    const findings = whole.findings.map(({ title, detail, share, at }) => ({
      ...{ title: shortText(title, most), detail: shortText(detail, most), share, at: at.map((ref) => ({ ...ref, label: shortText(ref.label, most) })) },
    }));
    cut = { ...whole, headline: shortText(whole.headline, most), findings };
  }
}
