// A longest answer that a server has no room for, although the conversation itself would fit.
import assert from 'node:assert/strict';
import { fullContext, longAnswer } from '../../test/support/model-server/refusals';
import { answer, type Reply } from '../../test/support/model-server/reply';
import { ServedProvider, type Timeline } from '../../test/support/model-server/served-provider';
import { someRequest } from './provider-suite';

const ok = answer({ text: 'ok' });

describe('the longest answer asked for', () => {
  let served: ServedProvider;
  afterEach(() => served.close());

  /** Refused while it is more than `most`, or not said. Returns what was asked for, one request after the other. */
  async function asked(reply: Reply | undefined, most: number, longest: number | undefined): Promise<{ timeline: Timeline; limits: unknown[] }> {
    assert.ok(reply);
    served = await ServedProvider.start(({ body }) => (Number(body['max_tokens'] ?? Infinity) > most ? reply : ok));
    const timeline = await served.timeline({}, { ...someRequest(), ...(longest !== undefined && { max_output_tokens: longest }) });
    return { timeline, limits: served.server.requests.map(({ body }) => body['max_tokens']) };
  }

  for (const [name, reply] of Object.entries(longAnswer)) {
    it(`is made shorter where that is refused, as ${name} says it`, async () => {
      const { timeline, limits } = await asked(reply, 5_000, 32_768);
      assert.deepEqual([timeline.text, timeline.waits, limits], ['ok', [], [32_768, 8_192, 2_048]]);
    });
  }

  it('is not made so short that it is worth nothing: the refusal is told', async () => {
    const { timeline, limits } = await asked(longAnswer['vLLM'], 0, 32_768);
    assert.deepEqual([timeline.error?.code, limits], ['context_exceeded', [32_768, 8_192, 2_048]]);
  });

  it('is no matter where none was asked for', async () => {
    const { timeline, limits } = await asked(longAnswer['vLLM'], 0, undefined);
    assert.deepEqual([timeline.error?.code, limits], ['context_exceeded', [undefined]]);
  });

  it('is no matter where the conversation alone is too long', async () => {
    const { timeline, limits } = await asked(fullContext['llama.cpp'], 0, 32_768);
    assert.deepEqual([timeline.error?.code, limits], ['context_exceeded', [32_768]]);
  });
});
