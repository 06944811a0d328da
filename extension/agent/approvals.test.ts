import assert from 'node:assert/strict';
import { uuid } from '../../test/support/event-samples';
import { Approvals } from './approvals';
import type { ApprovalQuestion } from './ports';

const question = (n: number, binding = 'npm test'): ApprovalQuestion => ({
  approval_id: uuid(n),
  tool_name: 'run_command',
  title: 'Run',
  protected_reason: null,
  subject: { kind: 'command', argv: ['npm', 'test'], cwd: '.' },
  binding,
  offers: ['allow_session'],
});

describe('Approvals', () => {
  const never = new AbortController().signal;
  const cancelled = { decision: 'cancelled', rejected_hunks: [] };

  it('ignores an answer to a question that is not open, a second answer, and one that was not offered', async () => {
    const approvals = new Approvals();
    const asked = approvals.ask(question(1), never);
    assert.equal(approvals.decide(uuid(9), 'allow'), false);
    assert.equal(approvals.decide(uuid(1), 'allow_always'), false);
    assert.equal(approvals.decide(uuid(1), 'allow', [0]), false);
    assert.equal(approvals.decide(uuid(1), 'deny'), true);
    assert.equal(approvals.decide(uuid(1), 'allow'), false);
    assert.deepEqual(await asked, { decision: 'deny', rejected_hunks: [] });
  });

  it('takes changes of an edit to be left out only with "allow" and where that was offered', async () => {
    const approvals = new Approvals();
    const asked = approvals.ask({ ...question(1), offers: ['allow_session', 'partial'] }, never);
    assert.deepEqual([approvals.decide(uuid(1), 'deny', [0]), approvals.decide(uuid(1), 'allow_session', [0])], [false, false]);
    assert.equal(approvals.decide(uuid(1), 'allow', [0, 2]), true);
    assert.deepEqual(await asked, { decision: 'allow', rejected_hunks: [0, 2] });
  });

  it('grants nothing after "allow", and exactly what was asked after "allow for this session"', async () => {
    const approvals = new Approvals();
    for (const [n, decision, granted] of [[1, 'allow', false], [2, 'allow_session', true]] as const) {
      const asked = approvals.ask(question(n), never);
      approvals.decide(uuid(n), decision);
      await asked;
      assert.equal(approvals.isGranted(question(3)), granted);
    }
    assert.equal(approvals.isGranted(question(4, 'npm publish')), false);
  });

  it('takes what was allowed for good as allowed in this session too', async () => {
    const approvals = new Approvals();
    const asked = approvals.ask({ ...question(1), offers: ['allow_session', 'allow_always'] }, never);
    approvals.decide(uuid(1), 'allow_always');
    await asked;
    assert.equal(approvals.isGranted(question(2)), true);
  });

  it('answers every open question with "cancelled" when the run stops', async () => {
    const approvals = new Approvals();
    const stop = new AbortController();
    const asked = approvals.ask(question(1), stop.signal);
    stop.abort();
    assert.deepEqual(await asked, cancelled);
    assert.equal(approvals.question(uuid(1)), undefined);
    assert.deepEqual(await approvals.ask(question(2), stop.signal), cancelled);
  });
});
