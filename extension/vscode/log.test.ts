import assert from 'node:assert/strict';
import { Redactor } from '../trace/redaction';
import { redactedLog } from './log';

describe('the log', () => {
  const key = 'canary-api-key-0123456789';

  it('holds no key, however it comes in', () => {
    const written: string[] = [];
    const take = (...parts: unknown[]): void => void written.push(parts.map(String).join(' '));
    const redactor = new Redactor();
    redactor.add(key);
    const log = redactedLog({ debug: take, info: take, warn: take, error: take, show: () => undefined }, redactor);
    log.debug(`debug ${key}`);
    log.info('info', key);
    log.warn('warn', new Error(`refused ${key}`));
    log.error(new Error(`thrown ${key}`));
    log.error('failed', { count: 1 });
    assert.ok(!written.join('\n').includes(key), written.join('\n'));
    assert.deepEqual(
      written.map((line) => line.split('\n')[0]),
      ['debug [redacted]', 'info [redacted]', 'warn Error: refused [redacted]', 'Error: thrown [redacted]', 'failed [object Object]'],
    );
  });
});
