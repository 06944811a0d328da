import assert from 'node:assert/strict';
import { uuid } from '../../test/support/event-samples';
import { Approvals } from './approvals';
import type { ApprovalQuestion } from './ports';

const question = (n: number, argv = ['npm', 'test']): ApprovalQuestion => ({
  approval_id: uuid(n),
  tool_name: 'run_command',
  title: 'Run',
  protected_reason: null,
  subject: { kind: 'command', argv, cwd: '.' },
});

describe('Approvals', () => {
  const never = new AbortController().signal;

  it('ignores an answer to a question that is not open, and a second answer', async () => {
    const approvals = new Approvals();
    const asked = approvals.ask(question(1), never);
    assert.equal(approvals.decide(uuid(9), 'allow'), false);
    assert.equal(approvals.decide(uuid(1), 'deny'), true);
    assert.equal(approvals.decide(uuid(1), 'allow'), false);
    assert.equal(await asked, 'deny');
  });

  it('asks again after "allow", not after "allow for this session", and only for exactly the same', async () => {
    const approvals = new Approvals();
    const first = approvals.ask(question(1), never);
    approvals.decide(uuid(1), 'allow');
    await first;
    const second = approvals.ask(question(2), never);
    assert.ok(approvals.question(uuid(2)));
    approvals.decide(uuid(2), 'allow_session');
    await second;
    assert.equal(await approvals.ask(question(3), never), 'allow_session');
    void approvals.ask(question(4, ['npm', 'publish']), never);
    assert.ok(approvals.question(uuid(4)), 'another command is asked about');
  });

  it('answers every open question with "cancelled" when the run stops', async () => {
    const approvals = new Approvals();
    const stop = new AbortController();
    const asked = approvals.ask(question(1), stop.signal);
    stop.abort();
    assert.equal(await asked, 'cancelled');
    assert.equal(approvals.question(uuid(1)), undefined);
    assert.equal(await approvals.ask(question(2), stop.signal), 'cancelled');
  });
});
