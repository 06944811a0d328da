// The image as tables use it, over a real sql.js.
import assert from 'node:assert/strict';
import initSqlJs from 'sql.js';
import { Image } from './image';

async function imageWithRows(): Promise<Image> {
  const image = new Image(await initSqlJs());
  image.run('CREATE TABLE rows (id TEXT PRIMARY KEY NOT NULL, n INTEGER, r REAL, t TEXT)');
  image.run('INSERT INTO rows VALUES (?, ?, ?, ?)', ['a', 2 ** 50, 0.5, 'ünï 🧪']);
  image.run('INSERT INTO rows VALUES (?, ?, ?, ?)', ['b', null, null, '']);
  return image;
}

const a = { id: 'a', n: 2 ** 50, r: 0.5, t: 'ünï 🧪' };
const b = { id: 'b', n: null, r: null, t: '' };

describe('image', () => {
  it('gives rows as objects by the names of their columns', async () => {
    const image = await imageWithRows();
    assert.deepEqual(image.all('SELECT * FROM rows ORDER BY id'), [a, b]);
    assert.deepEqual(image.first('SELECT t AS text, n + 1 AS next FROM rows WHERE id = ?', ['a']), { text: a.t, next: 2 ** 50 + 1 });
    assert.equal(image.first('SELECT * FROM rows WHERE id = ?', ['c']), null);
  });

  it('shows new columns to a query it has run before', async () => {
    const image = await imageWithRows();
    image.all('SELECT * FROM rows');
    image.run("ALTER TABLE rows ADD COLUMN later TEXT DEFAULT 'x'");
    image.run('ALTER TABLE rows RENAME COLUMN t TO text');
    assert.deepEqual(image.first('SELECT * FROM rows WHERE id = ?', ['b']), { id: 'b', n: null, r: null, text: '', later: 'x' });
  });

  it('counts the rows a statement changed, and can run it again after it failed', async () => {
    const image = await imageWithRows();
    const insert = 'INSERT INTO rows (id) VALUES (?)';
    assert.throws(() => image.run(insert, ['a']), /UNIQUE/);
    assert.deepEqual([image.run(insert, ['c']), image.run('UPDATE rows SET n = 1'), image.run('DELETE FROM rows WHERE id = ?', ['x'])], [1, 3, 0]);
  });

  it('can be asked the same again while rows of it were left unread', async () => {
    const image = await imageWithRows();
    const sql = 'SELECT id FROM rows ORDER BY id';
    for (const row of image.each<{ id: string }>(sql)) if (row.id === 'a') break;
    assert.deepEqual(image.all(sql), [{ id: 'a' }, { id: 'b' }]);
  });

  it('undoes the inner of two steps alone', async () => {
    const image = await imageWithRows();
    image.atomically(() => {
      image.run('DELETE FROM rows WHERE id = ?', ['a']);
      const failing = (): void => image.atomically(() => {
        image.run('DELETE FROM rows');
        throw new Error('no');
      });
      assert.throws(failing, /no/);
    });
    assert.deepEqual(image.all('SELECT id FROM rows'), [{ id: 'b' }]);
  });

  it('is whole when exported, also in the middle of its use, and goes on from there', async () => {
    const image = await imageWithRows();
    image.first('SELECT * FROM rows');
    const exported = Buffer.from(image.export());
    image.run('DELETE FROM rows');
    const copy = new Image(await initSqlJs(), exported);
    copy.run('INSERT INTO rows (id) VALUES (?)', ['c']);
    assert.deepEqual(copy.all('PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
    assert.deepEqual([copy.all('SELECT * FROM rows ORDER BY id'), image.all('SELECT * FROM rows')], [[a, b, { id: 'c', n: null, r: null, t: null }], []]);
    copy.run('VACUUM');
    assert.equal(copy.all('SELECT id FROM rows').length, 3);
  });
});
