import assert from 'node:assert/strict';
import type { RequestShape } from '../../shared/model-request';
import type { ModelMessage, ModelProvider, ModelRequest } from '../providers/model';
import { plainRequestParts } from '../providers/plain-request-parts';
import { someRequest } from '../providers/provider-suite';
import { SentRequests, type StoredRequest } from './sent-requests';

const provider: ModelProvider = { id: 'p', scripted: false, requestParts: plainRequestParts, stream: () => assert.fail('nothing is asked') };
const user = (text: string): ModelMessage => ({ role: 'user', text });
const [one, two, three, question] = [user('one'), user('two'), user('three'), user('question')];
const bytesOf = (...messages: ModelMessage[]): number => new SentRequests(null).compare(provider, someRequest(messages)).shape(0).bytes;
const compared = (sent: SentRequests, request: ModelRequest, asksForSummary = false): Pick<RequestShape, 'previous' | 'shared_bytes' | 'changed' | 'idle_ms'> => {
  const { previous, shared_bytes, changed, idle_ms } = sent.compare(provider, request, asksForSummary).shape(5_000);
  return { previous, shared_bytes, changed, idle_ms };
};

describe('what was sent before', () => {
  it('is the last request that was answered', () => {
    const sent = new SentRequests(null);
    const none = { previous: null, shared_bytes: null, changed: null, idle_ms: null };
    assert.deepEqual(compared(sent, someRequest([one])), none);
    assert.deepEqual(compared(sent, someRequest([one])), none, 'nobody has answered it');
    sent.compare(provider, someRequest([one])).answered('a', 3_000);
    assert.deepEqual(compared(sent, someRequest([one, two])), { previous: 'a', shared_bytes: bytesOf(one), changed: null, idle_ms: 2 });
    // A clock that was set back.
    assert.equal(sent.compare(provider, someRequest([one, two])).shape(1_000).idle_ms, 0);
  });

  it('is no other where only the question for a summary stands in the place of what is cut', () => {
    const sent = new SentRequests(null);
    sent.compare(provider, someRequest([one, two, three])).answered('a', 5_000);
    const asked = compared(sent, someRequest([one, two, question]), true);
    assert.deepEqual([asked.changed, (asked.shared_bytes ?? 0) >= bytesOf(one, two)], [null, true]);
    assert.equal(compared(sent, someRequest([one, two, question])).changed, 'history');
    assert.equal(compared(sent, someRequest([two, question]), true).changed, 'history');
    assert.equal(compared(sent, { ...someRequest([one, two, question]), model: 'another' }, true).changed, 'model');
  });

  describe('as it is read from the disk', () => {
    const { shape: shapeAt } = new SentRequests(null).compare(provider, someRequest([one, two]));
    const stored: StoredRequest = { llmCallId: 'a', provider: 'p', endedAt: 4_000, shape: shapeAt(0), opening: null, messages: [one, two] };
    const after = (over: Partial<StoredRequest>): unknown => {
      const { previous, changed, shared_bytes } = compared(new SentRequests({ ...stored, ...over }), someRequest([one, two, three]));
      return [previous, changed, shared_bytes];
    };

    it('counts where it comes to what was sent', () => {
      assert.deepEqual(after({}), ['a', null, bytesOf(one, two)]);
      assert.deepEqual(after({ messages: structuredClone(stored.messages) }), ['a', null, bytesOf(one, two)]);
    });

    it('is none where it does not', () => {
      assert.deepEqual(after({ messages: [one] }), [null, null, null]);
      assert.deepEqual(after({ opening: { system: 'It was longer than this.', tools: [] } }), [null, null, null]);
    });

    it('was for another model, or told to answer otherwise, and no more is known of it', () => {
      assert.deepEqual(after({ provider: 'q', messages: [] }), ['a', 'model', 0]);
      assert.deepEqual(after({ shape: { ...stored.shape, head: 'another' } }), ['a', 'model', 0]);
    });

    it('had the opening that was kept of it', () => {
      const opening = { system: 'You were a test.', tools: someRequest().tools };
      const shape = new SentRequests(null).compare(provider, { ...someRequest([one, two]), ...opening }).shape(0);
      const common = plainRequestParts(someRequest()).tools.length + 'You '.length;
      assert.deepEqual(after({ shape, opening }), ['a', 'system', common]);
    });

    it('gives way to what is answered now', () => {
      const sent = new SentRequests(stored);
      sent.compare(provider, someRequest([one, two, three])).answered('b', 5_000);
      assert.deepEqual(compared(sent, someRequest([one, two, three])), { previous: 'b', shared_bytes: bytesOf(one, two, three), changed: null, idle_ms: 0 });
    });
  });
});
