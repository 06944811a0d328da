import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { Redactor } from '../trace/redaction';
import { ApiKeys } from './api-keys';
import { redactedLog } from './log';

describe('API keys', () => {
  const key = 'canary-api-key-0123456789';
  let logged: string[];
  let redactor: Redactor;

  beforeEach(() => {
    logged = [];
    redactor = new Redactor();
  });

  function keysIn(secrets: Pick<vscode.SecretStorage, 'get' | 'store' | 'delete'> & Partial<Pick<vscode.SecretStorage, 'onDidChange'>>): ApiKeys {
    const take = (...parts: unknown[]): void => void logged.push(parts.map(String).join(' '));
    const log = redactedLog({ debug: take, info: take, warn: take, error: take, show: () => undefined }, redactor);
    return new ApiKeys({ onDidChange: () => ({ dispose: () => undefined }), ...secrets }, redactor, log);
  }

  it('are kept until the window closes where the secret storage refuses, and are in no log', async () => {
    const locked = (): Promise<never> => Promise.reject(new Error(`The keyring is locked (${key}).`));
    const keys = keysIn({ get: locked, store: locked, delete: () => Promise.resolve() });
    let changes = 0;
    keys.onDidChange(() => changes++);
    assert.equal(await keys.get('deepseek'), undefined);
    assert.equal(await keys.set('deepseek', key), 'memory');
    assert.equal(changes, 1, 'whoever waits for a key hears of it');
    assert.equal(await keys.get('deepseek'), key);
    assert.equal(await keysIn({ get: locked, store: locked, delete: locked }).get('deepseek'), undefined, 'another window asks again');
    assert.equal(redactor.text(key), '[redacted]');
    await keys.delete('deepseek');
    assert.equal(await keys.get('deepseek'), undefined);
    assert.equal(changes, 2);
    assert.ok(logged.length > 0 && !logged.slice(1).join('\n').includes(key), logged.join('\n'));
  });

  it('are asked of the window once, and again after any of them changed, here or in another window', async () => {
    let stored = 'an-old-key-0123456789';
    let asked = 0;
    let tell = (): void => assert.fail('nobody listens');
    const keys = keysIn({
      get: () => {
        asked++;
        return Promise.resolve(stored);
      },
      store: () => Promise.resolve(),
      delete: () => Promise.resolve(),
      onDidChange: (listener: (event: vscode.SecretStorageChangeEvent) => void) => {
        tell = () => listener({ key: 'boocode.apiKey.deepseek' });
        return { dispose: () => undefined };
      },
    });
    assert.deepEqual([await keys.get('deepseek'), await keys.get('deepseek'), asked], [stored, stored, 1]);
    const [early, late] = [keys.get('other'), Promise.resolve().then(tell)];
    await Promise.all([early, late]);
    stored = key;
    assert.deepEqual([await keys.get('deepseek'), await keys.get('other'), asked], [key, key, 4]);
    await keys.set('deepseek', key);
    await keys.get('deepseek');
    assert.equal(asked, 5);
  });

  it('are the newest that was given, wherever that could be kept', async () => {
    const stored = new Map<string, string>();
    let isLocked = true;
    const keys = keysIn({
      get: (name) => Promise.resolve(stored.get(name)),
      store: (name, value) => (isLocked ? Promise.reject(new Error('locked')) : Promise.resolve(void stored.set(name, value))),
      delete: (name) => Promise.resolve(void stored.delete(name)),
    });
    await keys.set('deepseek', 'first-key-01234567');
    isLocked = false;
    assert.equal(await keys.set('deepseek', 'second-key-01234567'), 'stored');
    assert.equal(await keys.get('deepseek'), 'second-key-01234567');
    assert.deepEqual([...stored.values()], ['second-key-01234567']);
  });
});
