import assert from 'node:assert/strict';
import { decideByPolicy, lastingGrantKey, sessionGrantKey, type ApprovalMode } from './approval-policy';

describe('decideByPolicy', () => {
  const table: Record<ApprovalMode, [read: string, write: string, command: string, protectedWrite: string]> = {
    ask: ['allow', 'ask', 'ask', 'ask'],
    auto_edit: ['allow', 'allow', 'ask', 'ask'],
    full_auto: ['allow', 'allow', 'allow', 'ask'],
    reads_only: ['allow', 'deny', 'deny', 'deny'],
    edits_only: ['allow', 'allow', 'deny', 'deny'],
    all: ['allow', 'allow', 'allow', 'deny'],
  };
  for (const [mode, expected] of Object.entries(table)) {
    it(`${mode}: read ${expected[0]}, write ${expected[1]}, command ${expected[2]}, protected ${expected[3]}`, () => {
      // Object.entries loses the key type of a record it was just given.
      const of = (access: 'read' | 'write' | 'command', isProtected: boolean): string => decideByPolicy(mode as ApprovalMode, access, isProtected);
      assert.deepEqual([of('read', false), of('write', false), of('command', false), of('write', true)], expected);
    });
  }
});

describe('what an approval covers beyond this call', () => {
  const command = { kind: 'command' as const, argv: ['npm', 'test'], cwd: '.' };
  const edit = { kind: 'edit' as const, path: 'a', before: '', after: 'x', added: 1, removed: 0 };
  const keys = (subject: typeof command | typeof edit, protected_reason: string | null, binding: string | null): (string | null)[] => {
    const asked = { subject, protected_reason, binding };
    return [sessionGrantKey(asked), lastingGrantKey(asked)];
  };

  it('is of a command what it is bound to, and nothing when nothing can be said about it', () => {
    assert.deepEqual(keys(command, null, 'abc'), ['command abc', 'abc']);
    assert.deepEqual(keys(command, null, null), [null, null]);
  });

  it('is of an edit every unprotected edit of the session, and nothing for good', () => {
    assert.deepEqual(keys(edit, null, null), ['edit', null]);
  });

  it('is nothing for what is protected', () => {
    assert.deepEqual([keys(edit, 'a key', null), keys(command, 'a reason', 'abc')], [[null, null], [null, null]]);
  });
});
