import assert from 'node:assert/strict';
import type { RequestParts } from '../providers/model';
import { requestLengths, sharedWith } from './request-shape';

const parts = (over: Partial<Record<'head' | 'tools' | 'system', string>> = {}, ...messages: string[]): RequestParts => ({
  head: over.head ?? 'model',
  tools: Buffer.from(over.tools ?? 'tools'),
  system: Buffer.from(over.system ?? 'system'),
  messages: messages.map((text) => Buffer.from(text)),
});
const shared = (before: RequestParts, now: RequestParts, provider = 'p'): unknown => {
  const { shared_bytes, changed } = sharedWith({ provider: 'p', parts: before }, { provider, parts: now });
  return [shared_bytes, changed];
};

describe('the shape of a request', () => {
  it('is as long as its parts', () => {
    assert.deepEqual(requestLengths(parts({}, 'one', 'zwölf')), { bytes: 20, tools_bytes: 5, system_bytes: 6 });
  });

  it('shares all of a request that is its beginning', () => {
    assert.deepEqual(shared(parts({}, 'one'), parts({}, 'one', 'two')), [14, null]);
    assert.deepEqual(shared(parts({}, 'one', 'two'), parts({}, 'one', 'two')), [17, null]);
  });

  it('shares what stands before the first byte that is another, and names its part', () => {
    const before = parts({}, 'one', 'two', 'three');
    assert.deepEqual(shared(before, parts({}, 'one', 'two and', 'three')), [17, 'history']);
    assert.deepEqual(shared(before, parts({}, 'one', 'tree', 'three')), [15, 'history']);
    assert.deepEqual(shared(before, parts({ system: 'sys' }, 'one', 'two', 'three')), [8, 'system']);
    assert.deepEqual(shared(before, parts({ tools: 'tool' }, 'one', 'two', 'three')), [4, 'tools']);
    assert.deepEqual(shared(before, parts({ tools: '' }, 'one', 'two', 'three')), [0, 'tools']);
    assert.deepEqual(shared(before, parts({ head: 'other' }, 'one', 'two', 'three')), [0, 'model']);
    assert.deepEqual(shared(before, parts({}, 'one', 'two', 'three'), 'other'), [0, 'model']);
  });

  it('has another history where messages are gone', () => {
    assert.deepEqual(shared(parts({}, 'one', 'two'), parts({}, 'one')), [14, 'history']);
    assert.deepEqual(shared(parts({}, 'one'), parts()), [11, 'history']);
  });
});
