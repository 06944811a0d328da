import assert from 'node:assert/strict';
import type { UpwardMessage } from '../../shared/messages/channel';
import { createWire, WireError } from './wire';

type Command = { type: 'stop'; chat_id: string };
type Requests = { add: [{ a: number; b: number }, number]; list: [{ query: string }, string[]] };
type Event = { type: 'status'; text: string };

function connect() {
  const sent: UpwardMessage[] = [];
  let state: unknown;
  const source = new EventTarget();
  const wire = createWire<Command, Requests, Event>(
    { postMessage: (message) => void sent.push(message), getState: () => state, setState: (value) => (state = value) },
    source,
  );
  return { wire, sent, receive: (data: unknown) => source.dispatchEvent(new MessageEvent('message', { data })) };
}

describe('createWire', () => {
  it('sends commands in their envelope', () => {
    const { wire, sent } = connect();
    wire.send({ type: 'stop', chat_id: 'c' });
    assert.deepEqual(sent, [{ kind: 'command', command: { type: 'stop', chat_id: 'c' } }]);
  });

  it('gives each request its own reply, in whatever order they come', async () => {
    const { wire, sent, receive } = connect();
    const sum = wire.request('add', { a: 1, b: 2 });
    const list = wire.request('list', { query: '' });
    assert.deepEqual(sent, [
      { kind: 'request', id: 1, name: 'add', params: { a: 1, b: 2 } },
      { kind: 'request', id: 2, name: 'list', params: { query: '' } },
    ]);
    receive({ kind: 'reply', id: 2, ok: true, result: ['x'] });
    receive({ kind: 'reply', id: 1, ok: true, result: 3 });
    assert.deepEqual(await Promise.all([sum, list]), [3, ['x']]);
  });

  it('rejects with what the host said, and with a timeout when it says nothing', async () => {
    const { wire, receive } = connect();
    const refused = wire.request('list', { query: '' });
    receive({ kind: 'reply', id: 1, ok: false, error: { code: 'bad_request', message: 'No.' } });
    await assert.rejects(refused, (error) => error instanceof WireError && error.code === 'bad_request' && error.message === 'No.');
    await assert.rejects(wire.request('list', { query: '' }, 1), (error) => error instanceof WireError && error.code === 'timeout');
    receive({ kind: 'reply', id: 2, ok: true, result: [] });
  });

  it('hands events to every listener until it leaves, and ignores what is not of the channel', () => {
    const { wire, receive } = connect();
    const seen: string[] = [];
    const leave = wire.onEvent((event) => void seen.push(`a:${event.text}`));
    wire.onEvent((event) => void seen.push(`b:${event.text}`));
    receive({ kind: 'event', event: { type: 'status', text: '1' } });
    leave();
    receive({ kind: 'event', event: { type: 'status', text: '2' } });
    receive(null);
    receive({ kind: 'other' });
    assert.deepEqual(seen, ['a:1', 'b:1', 'b:2']);
  });
});
