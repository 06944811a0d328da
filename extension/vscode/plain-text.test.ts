import assert from 'node:assert/strict';
import { inLabel, inNotification } from './plain-text';

describe('text in a notification', () => {
  it('holds no link, no hidden character and no more than a few lines', () => {
    assert.equal(inNotification('Run [the tests](command:evil) \u202enow\n\nplease'), 'Run [the tests] (command:evil) U+202Enow please');
    assert.equal(inNotification('x'.repeat(1_000)), `${'x'.repeat(200)}…`);
  });
});

describe('text in a list', () => {
  it('holds no icon', () => {
    assert.equal(inLabel('echo $(trash) $HOME $(ls -l)'), 'echo \\$(trash) $HOME $(ls -l)');
  });
});
