import assert from 'node:assert/strict';
import type { TraceRow } from '../../shared/trace-parts';
import { hasTerm, holdsText, parseFilter, toggledTerm } from './trace-filter';

function row(change: Partial<TraceRow> = {}): TraceRow {
  return { id: 'a', turn_number: 4, tool_name: 'run_command', subject: 'npm test', started_at: 1, latency_ms: 1_500, outcome: 'success', error: null, tool_call_id: 'c', llm_call_id: null, tokens_used: null, ...change };
}

describe('trace filter', () => {
  const cases: [line: string, matching: Partial<TraceRow>, other: Partial<TraceRow>][] = [
    ['tool:RUN', {}, { tool_name: 'read_file' }],
    ['-tool:run', { tool_name: 'read_file' }, {}],
    ['file:"my cart"', { subject: 'src/My Cart.ts' }, { subject: 'src/cart.ts' }],
    ['is:failed', { outcome: 'error' }, { outcome: 'denied' }],
    ['is:failed', { outcome: 'interrupted' }, {}],
    ['is:slow', { latency_ms: 1_000 }, { latency_ms: 999 }],
    ['is:denied', { outcome: 'denied' }, {}],
    ['is:running', { outcome: 'running', latency_ms: null }, {}],
    ['slow>1s', { latency_ms: 1_000 }, { latency_ms: 999 }],
    ['slow>1.5', { latency_ms: 1_500 }, { latency_ms: 1_499 }],
    ['slow>250ms', { latency_ms: 250 }, { latency_ms: null }],
    ['slow>2m', { latency_ms: 120_000 }, { latency_ms: 119_999 }],
    ['slow<20ms', { latency_ms: 19 }, { latency_ms: 20 }],
    ['turn:4', {}, { turn_number: 5 }],
    ['turn:3-5', { turn_number: 5 }, { turn_number: 6 }],
    ['-turn:3-5', { turn_number: 6 }, {}],
    ['tool:run slow>1s', {}, { latency_ms: 5 }],
  ];
  for (const [line, matching, other] of cases) {
    it(`takes ${line} by its meaning (${JSON.stringify(matching)})`, () => {
      const filter = parseFilter(line);
      assert.deepEqual([filter.matches(row(matching)), filter.matches(row(other)), filter.text, filter.problem, filter.isEmpty], [true, false, '', null, false]);
    });
  }

  it('takes other words for a text', () => {
    const filter = parseFilter('tool:run "discount applied" twice');
    assert.deepEqual([filter.text, filter.matches(row()), filter.matches(row({ tool_name: 'x' }))], ['discount applied twice', true, false]);
    assert.deepEqual([holdsText(row({ error: 'No Such file' }), 'such'), holdsText(row(), 'such')], [true, false]);
  });

  it('is empty for blanks, and lets everything through', () => {
    assert.deepEqual([parseFilter('  ').isEmpty, parseFilter('').matches(row())], [true, true]);
  });

  const wrong: [string, RegExp][] = [
    ['slow>soon', /needs a time/],
    ['turn:x', /needs a number/],
    ['is:green', /is none of is:failed/],
    ['x'.repeat(201), /^Texts of up to 200 characters can be looked for; this one has 201\.$/],
  ];
  for (const [line, words] of wrong) {
    it(`says what is wrong with ${line}, and does as if it were not there`, () => {
      const filter = parseFilter(`${line} tool:run`);
      assert.match(filter.problem ?? '', words);
      assert.equal(filter.matches(row()), true);
    });
  }

  it('adds and removes terms, and keeps the rest of the line', () => {
    assert.equal(toggledTerm('tool:run  some text', 'is:failed'), 'tool:run some text is:failed');
    assert.equal(toggledTerm('tool:run IS:failed text', 'is:failed'), 'tool:run text');
    assert.deepEqual([hasTerm('a is:failed', 'is:failed'), hasTerm('a', 'is:failed')], [true, false]);
  });
});
