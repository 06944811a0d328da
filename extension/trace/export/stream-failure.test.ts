import assert from 'node:assert/strict';
import { failureOf } from './stream-failure';

describe('failures of a stream', () => {
  const cases: [what: string, error: Error, kind: string][] = [
    ['a connection that is refused', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }), 'unreachable'],
    ['a request without an answer', new Error('Request timed out'), 'unreachable'],
    ['headers that are refused', Object.assign(new Error('Forbidden'), { code: 403 }), 'not_allowed'],
    ['an address without an endpoint', Object.assign(new Error('Not Found'), { code: 404 }), 'not_found'],
    ['an endpoint that is too busy', new Error('Export failed with retryable status'), 'busy'],
    ['spans that are refused', Object.assign(new Error('Bad Request'), { code: 400 }), 'refused'],
  ];
  for (const [what, error, kind] of cases) {
    it(`are told apart: ${what}`, () => {
      const failure = failureOf(error, 'sending');
      assert.equal(failure.kind, kind);
      assert.ok(failure.message.length > 0 && failure.next_step.length > 0);
    });
  }
});
