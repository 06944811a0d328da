import assert from 'node:assert/strict';
import { plainRequestParts } from './plain-request-parts';
import { someRequest, someTools } from './provider-suite';

describe('the parts of a request that is handed over as objects', () => {
  it('are written once, and alike for what is alike', () => {
    const request = someRequest([{ role: 'user', text: 'Go.', context: 'Größe' }]);
    const [first, again, copy] = [request, { ...request }, structuredClone(request)].map(plainRequestParts);
    assert.ok(first && again);
    assert.deepEqual([first.tools === again.tools, first.messages[0] === again.messages[0]], [true, true]);
    assert.deepEqual(first, copy);
    assert.deepEqual(JSON.parse(String(first.messages[0])), request.messages[0]);
    assert.deepEqual([first.head, String(first.system), JSON.parse(String(first.tools))], [request.model, request.system, someTools]);
  });
});
