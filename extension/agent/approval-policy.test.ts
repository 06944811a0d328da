import assert from 'node:assert/strict';
import { decideByPolicy, sessionGrantKey, type ApprovalMode } from './approval-policy';

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

describe('sessionGrantKey', () => {
  it('covers exactly the same arguments in the same folder', () => {
    const key = (argv: string[], cwd: string): string | null => sessionGrantKey({ kind: 'command', argv, cwd }, false);
    assert.equal(key(['npm', 'test'], '.'), key(['npm', 'test'], '.'));
    assert.equal(new Set([key(['npm', 'test'], '.'), key(['npm', 'test'], 'b'), key(['npm test'], '.'), key(['npm', 'test', '-x'], '.')]).size, 4);
  });

  it('never covers what is protected', () => {
    assert.equal(sessionGrantKey({ kind: 'edit', path: '.env', before: '', after: 'x', added: 1, removed: 0 }, true), null);
  });
});
