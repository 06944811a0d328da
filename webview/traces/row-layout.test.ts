import assert from 'node:assert/strict';
import { seededRandom } from '../../test/support/store/seeded-random';
import type { ChildAgent, TraceRow, Turn } from '../../shared/trace-parts';
import { agentKey, callKey, RowLayout, turnKey, type LayoutView, type VisibleRow } from './row-layout';
import { TraceModel } from './trace-model';

function row(turn_number: number, n: number): TraceRow {
  return { id: `${turn_number}-${n}`, turn_number, tool_name: n % 2 ? 'read_file' : 'run_command', subject: 'a', started_at: n * 10, latency_ms: 5, outcome: 'success', error: null, tool_call_id: '', llm_call_id: null, tokens_used: null };
}

function turn(turn_number: number, waits: number): Turn {
  const wait = { kind: 'approval' as const, tool_call_id: '', tool_name: 'x', title: '', waited_ms: 1, outcome: 'allow' };
  return { turn_number, started_at: 0, duration_ms: 1, calls: [], waits: Array.from({ length: waits }, (_, n) => ({ ...wait, id: `${turn_number}-w${n}`, asked_at: n * 10 + 5 })) };
}

function view(change: Partial<LayoutView> = {}): LayoutView {
  return { version: 0, closedTurns: new Set(), opened: new Set(), filter: null, agentsOf: () => [], modelOf: () => null, ...change };
}

const keys = (layout: RowLayout, at: LayoutView): (string | undefined)[] => Array.from({ length: layout.count }, (_, index) => layout.rowAt(index, at)?.key);

describe('the place of rows', () => {
  let model: TraceModel;
  let layout: RowLayout;
  beforeEach(() => {
    model = new TraceModel('chat');
    layout = new RowLayout(model);
  });

  it('has turns, and below them calls and waits by their time', () => {
    model.addPage({ traces: [row(1, 0), row(1, 1), row(2, 0)], turns: [turn(1, 1), turn(2, 0), turn(3, 0)], next_cursor: null });
    layout.update(view());
    assert.deepEqual(keys(layout, view()), ['turn:chat:1', 'call:1-0', 'wait:1-w0', 'call:1-1', 'turn:chat:2', 'call:2-0', 'turn:chat:3']);
  });

  it('shows of a closed turn itself only, and what matches a filter with its turn', () => {
    model.addPage({ traces: [row(1, 0), row(1, 1), row(2, 1), row(3, 0)], turns: [turn(1, 1), turn(2, 0), turn(3, 1)], next_cursor: null });
    const closed = view({ version: 1, closedTurns: new Set(['turn:chat:1']) });
    layout.update(closed);
    assert.deepEqual(keys(layout, closed), ['turn:chat:1', 'turn:chat:2', 'call:2-1', 'turn:chat:3', 'call:3-0', 'wait:3-w0']);
    const filtered = view({ version: 2, filter: ({ tool_name }) => tool_name === 'run_command' });
    layout.update(filtered);
    assert.deepEqual([keys(layout, filtered), layout.found], [['turn:chat:1', 'call:1-0', 'turn:chat:3', 'call:3-0'], 2]);
  });

  it('nests agents below the call that started them, however deep, and those of no call at the end', () => {
    model.addPage({ traces: [row(1, 0), row(1, 1)], turns: [turn(1, 0)], next_cursor: null });
    const inner = new TraceModel('inner');
    inner.addPage({ traces: [row(7, 0)], turns: [turn(7, 0)], next_cursor: null });
    const agent = (chat_id: string, trace_id: string | null): ChildAgent => ({ chat_id, trace_id, kind: 'subagent', label: chat_id, status: 'done', turns: 1 });
    const agents: Record<string, ChildAgent[]> = { 'chat/1-0': [agent('inner', '1-0')], 'inner/7-0': [agent('deep', '7-0')], 'chat/': [agent('workflow', null)] };
    const at = view({
      version: 3,
      opened: new Set([callKey('1-0'), agentKey('inner'), callKey('7-0'), agentKey('deep')]),
      agentsOf: (chatId, traceId) => agents[`${chatId}/${traceId ?? ''}`] ?? [],
      modelOf: (chatId) => (chatId === 'inner' ? inner : null),
    });
    layout.update(at);
    const rows = Array.from({ length: layout.count }, (_, index) => layout.rowAt(index, at));
    assert.deepEqual(rows.map((each) => [each?.key, each?.level]), [
      ['turn:chat:1', 1],
      ['call:1-0', 2],
      ['agent:inner', 3],
      ['turn:inner:7', 4],
      ['call:7-0', 5],
      ['agent:deep', 6],
      ['loading:deep', 7],
      ['call:1-1', 2],
      ['agent:workflow', 1],
    ]);
    const deep = rows[5] as VisibleRow; // Compared above.
    assert.equal(layout.indexOf(deep, at), 5);
  });

  it('has room for the agents that are open while something is looked for', () => {
    model.addPage({ traces: [row(1, 0), row(1, 1), row(1, 2)], turns: [turn(1, 0)], next_cursor: null });
    const agent: ChildAgent = { chat_id: 'inner', trace_id: '1-0', kind: 'subagent', label: 'inner', status: 'done', turns: 1 };
    const at = view({ version: 4, opened: new Set([callKey('1-0')]), filter: ({ tool_name }) => tool_name === 'run_command', agentsOf: (_, traceId) => (traceId === '1-0' ? [agent] : []) });
    layout.update(at);
    assert.deepEqual([keys(layout, at), layout.found], [['turn:chat:1', 'call:1-0', 'agent:inner', 'call:1-2'], 2]);
  });

  it('is found again by key, and not when it is folded away', () => {
    model.addPage({ traces: [row(1, 0), row(2, 0)], turns: [], next_cursor: null });
    layout.update(view());
    assert.deepEqual([layout.indexOfCall('2-0', view()), layout.indexOfCall('9-9', view())], [3, -1]);
    const closed = view({ version: 1, closedTurns: new Set([turnKey(model, { turn_number: 2 })]) });
    layout.update(closed);
    assert.deepEqual([layout.indexOfCall('2-0', closed), layout.indexOf({ section: 2, key: 'turn:chat:2' }, closed)], [-1, 2]);
  });

  it('comes to the same, step by step, as made anew, whatever is added, folded and looked for', () => {
    const random = seededRandom();
    let at = view();
    for (let step = 0; step < 300; step++) {
      const turnNumber = 1 + random.below(12);
      const kind = random.below(5);
      if (kind < 2) model.addPage({ traces: [row(turnNumber, random.below(30))], turns: random.below(2) ? [turn(turnNumber, random.below(3))] : [], next_cursor: null });
      else if (kind === 2) model.addTurns([turn(turnNumber, random.below(3))]);
      else {
        const closedTurns = new Set(at.closedTurns);
        const key = `turn:chat:${turnNumber}`;
        if (!closedTurns.delete(key)) closedTurns.add(key);
        at = { ...at, version: at.version + 1, closedTurns, filter: random.below(4) === 0 ? ({ tool_name }) => tool_name === 'read_file' : null };
      }
      layout.update(at);
      const anew = new RowLayout(model);
      anew.update(at);
      assert.deepEqual([layout.count, keys(layout, at)], [anew.count, keys(anew, at)], `step ${step}, seed ${random.seed}`);
      for (let index = 0; index < layout.count; index++) assert.equal(layout.indexOf(layout.rowAt(index, at) as VisibleRow, at), index);
    }
  });
});
