import assert from 'node:assert/strict';
import type { TracePreview } from './export-trace';
import { contentWords, previewReport, redactionWords } from './preview-report';

const preview: TracePreview = { cancelled: false, spans: 17, model_calls: 4, tool_calls: 1, agents: 2, bytes: 2048, redacted_before: 0, redacted_now: 0, kinds: [], sample: '{"a":"```` text"}' };

describe('the preview of an export', () => {
  it('says what is in it', () => {
    assert.equal(contentWords(preview), '17 spans: 1 tool call, 4 model calls, 2 agents; 2.0 KB');
    assert.equal(contentWords({ ...preview, agents: 0 }), '17 spans: 1 tool call, 4 model calls; 2.0 KB');
  });

  it('says what was taken out of it, and when', () => {
    assert.equal(redactionWords(preview), 'No secret was found in it.');
    assert.equal(redactionWords({ ...preview, redacted_before: 1 }), '1 secret taken out when recorded.');
    assert.equal(redactionWords({ ...preview, redacted_before: 2, redacted_now: 3, kinds: ['stored key', 'GitHub token'] }), '2 secrets taken out when recorded, 3 secrets taken out now (stored key, GitHub token).');
  });

  it('shows the beginning as it is, whatever stands in it', () => {
    const lines = previewReport(preview, 'Trace').split('\n');
    assert.deepEqual(lines.slice(lines.indexOf('How it begins:') + 2, -1), ['`````json', '{"a":"```` text"}', '`````']);
    assert.ok(previewReport({ ...preview, bytes: preview.sample.length }, 'Trace').includes('All of it:'));
  });
});
