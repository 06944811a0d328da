import assert from 'node:assert/strict';
import { RedactionTally, Redactor } from './redaction';

describe('Redactor', () => {
  it('takes a known key out of texts, keys and nested values, and keeps the rest', () => {
    const redactor = new Redactor();
    redactor.add('canary-key-123456');
    assert.deepEqual(redactor.value({ a: ['x canary-key-123456 y', 1, null], 'canary-key-123456': true }), {
      a: ['x [redacted] y', 1, null],
      '[redacted]': true,
    });
  });

  it('returns the very same value when there is nothing to redact', () => {
    const value = { a: ['plain', { b: 2 }] };
    assert.equal(new Redactor().value(value), value);
  });

  it('knows the forms of common keys, and leaves ordinary words alone', () => {
    const redactor = new Redactor();
    const secrets = [`sk-${'a1'.repeat(16)}`, `ghp_${'Ab1'.repeat(12)}`, `AKIA${'A1B2'.repeat(4)}`];
    assert.deepEqual(secrets.map((secret) => redactor.text(`x=${secret};`)), secrets.map(() => 'x=[redacted];'));
    assert.equal(redactor.text('task-runner sk-short desk-lamp'), 'task-runner sk-short desk-lamp');
  });

  it('ignores a secret that is so short that it would redact ordinary words', () => {
    const redactor = new Redactor();
    redactor.add('key');
    assert.equal(redactor.text('a key'), 'a key');
  });

  it('counts what it takes out, by what it was known by, and what was taken out before', () => {
    const redactor = new Redactor();
    redactor.add('canary-key-123456');
    const tally = new RedactionTally();
    redactor.value({ a: ['canary-key-123456 canary-key-123456', `AKIA${'A1B2'.repeat(4)}`], b: '[redacted] and [redacted]', c: 1 }, tally);
    assert.deepEqual({ before: tally.before, now: tally.now, kinds: [...tally.kinds] }, { before: 2, now: 3, kinds: ['stored key', 'AWS access key'] });
  });
});
