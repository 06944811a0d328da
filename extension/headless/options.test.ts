import assert from 'node:assert/strict';
import { parseCall, UsageError } from './options';

describe('headless options', () => {
  it('reads a task with its options', () => {
    const call = parseCall(['run', 'fix it', '--approve', 'all', '--json', '--budget-tokens', '5000']);
    assert.deepEqual(
      { command: call.command, argument: call.argument, approve: call.options.approve, json: call.options.json, budget: call.options['budget-tokens'] },
      { command: 'run', argument: 'fix it', approve: 'all', json: true, budget: 5000 },
    );
  });

  it('reads every option of a run', () => {
    const said = {
      ...{ workspace: '/w', storage: '/s', provider: 'openai-compatible', 'base-url': 'http://localhost:1/v1', model: 'm', 'api-key-env': 'KEY' },
      ...{ approve: 'edits', 'budget-tokens': '7', 'auto-fix': 'on', chat: '3c8f2a44-9d0e-4b61-8a57-1f0c5d6e7a89' },
    };
    const { options } = parseCall(['run', 'x', ...Object.entries(said).flatMap(([name, value]) => [`--${name}`, value])]);
    assert.deepEqual(options, { ...said, 'budget-tokens': 7, json: false, help: false });
  });

  const wrong: [string, string[]][] = [
    ['no command', []],
    ['an unknown command', ['fly']],
    ['an unknown option', ['run', 'x', '--fast']],
    ['a task of several words without quotes', ['run', 'fix', 'it']],
    ['a missing argument', ['traces']],
    ['an approval level that is none', ['run', 'x', '--approve', 'some']],
    ['a budget of zero', ['run', 'x', '--budget-tokens', '0']],
    ['a budget that is no number', ['run', 'x', '--budget-tokens', 'many']],
    ['an address without http', ['run', 'x', '--base-url', 'localhost:1']],
    ['an option of another command', ['chats', '--turn', '1']],
    ['a key instead of the name of a variable', ['run', 'x', '--api-key-env', 'sk-123']],
    ['a chat id that is no id', ['run', 'x', '--chat', 'latest']],
  ];
  for (const [what, argv] of wrong) {
    it(`refuses ${what}`, () => {
      assert.throws(() => parseCall(argv), UsageError);
    });
  }
});
