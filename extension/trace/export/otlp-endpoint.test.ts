import assert from 'node:assert/strict';
import { endpointProblem, environmentSecrets, parseHeaders, secretsIn } from './otlp-endpoint';

describe('the endpoint of a stream', () => {
  it('is an address with http or https, with nothing secret in it', () => {
    for (const good of ['http://localhost:4318/v1/traces', 'https://collector.example/v1/traces']) assert.equal(endpointProblem(good), null);
    assert.match(endpointProblem('localhost:4318')?.message ?? '', /http:\/\/ or https:\/\//);
    assert.match(endpointProblem('collector')?.message ?? '', /no address/);
    assert.match(endpointProblem('grpc://localhost:4317')?.message ?? '', /http/);
    assert.match(endpointProblem('http://me:secret@localhost:4318/v1/traces')?.message ?? '', /password/);
  });

  it('has headers written as in the environment', () => {
    assert.deepEqual(parseHeaders('authorization=Bearer%20a=b, x-team = one%2Ctwo ,'), { ok: true, headers: { authorization: 'Bearer a=b', 'x-team': 'one,two' } });
    assert.deepEqual(parseHeaders(''), { ok: true, headers: {} });
    for (const wrong of ['authorization', '=x', 'a b=c', 'a=b%0Ac']) assert.equal(parseHeaders(wrong).ok, false, wrong);
  });

  it('has secrets in its headers, and in those of the environment', () => {
    assert.deepEqual(secretsIn({ authorization: 'Bearer token-1' }), ['Bearer token-1', 'token-1']);
    assert.deepEqual(secretsIn({ 'x-api-key': 'short-one', 'x-team': 'abcdefghij0123456789' }), ['short-one', 'abcdefghij0123456789']);
    assert.deepEqual(environmentSecrets({ OTEL_EXPORTER_OTLP_HEADERS: 'api-key=Bearer%20token-1' }), ['api-key=Bearer%20token-1', 'Bearer token-1', 'token-1']);
    assert.deepEqual(environmentSecrets({}), []);
  });

  it('leaves words in texts that only name a tenant or a type', () => {
    assert.deepEqual(secretsIn({ 'x-scope-orgid': 'anonymous', accept: 'application/json' }), []);
    assert.deepEqual(environmentSecrets({ OTEL_EXPORTER_OTLP_HEADERS: 'x-scope-orgid=anonymous' }), []);
  });
});
