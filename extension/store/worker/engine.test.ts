// The engine on real files, without a thread around it: blobs, retention, compaction, unsaved writes.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import initSqlJs, { type SqlJsStatic } from 'sql.js';
import { appendEvent, chatRow, someTime, traceCompletion, traceStart } from '../../../test/support/store/sample-rows';
import type { ToolTrace } from '../../../shared/traces';
import { nodeFiles, type FileOperations } from '../files/durable-file';
import type { RetentionLimits, StoreNotice, WriteOp } from '../store';
import type { StoredEvent } from '../tables/events';
import { Engine } from './engine';

const long = 'long text '.repeat(2_000);
const noLimits: RetentionLimits = { days: null, chats: null, bytes: null };

describe('store engine', () => {
  let sql: SqlJsStatic;
  let directory: string;
  let notices: StoreNotice[];
  const engines: Engine[] = [];

  before(async () => (sql = await initSqlJs()));
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'boocode-engine-'));
    notices = [];
  });
  afterEach(() => {
    for (const engine of engines.splice(0)) engine.close();
    rmSync(directory, { recursive: true, force: true });
  });

  function open(files: FileOperations = nodeFiles): Engine {
    const engine = new Engine(sql, files, directory, { notify: (notice) => notices.push(notice) });
    engines.push(engine);
    return engine;
  }

  function close(engine: Engine): void {
    engines.splice(engines.indexOf(engine), 1);
    engine.close();
  }

  function write(engine: Engine, ...ops: WriteOp[]): void {
    assert.deepEqual(engine.write([ops]), [null]);
  }

  const texts = (engine: Engine, chat_id = 'chat'): string[] =>
    (engine.read('events.after', { chat_id, after_seq: 0, limit: 100 }) as StoredEvent[]).map(({ body }) => (JSON.parse(body) as { text: string }).text);
  const event = (seq: number, text: string, chat_id = 'chat'): WriteOp => appendEvent({ chat_id, seq, body: JSON.stringify({ text }) });
  const blobs = (): string[] => readdirSync(join(directory, 'blobs'));
  /** Everything on disk that has the text in it, by name. */
  const holding = (text: string): string[] =>
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(text))
      .map((entry) => entry.name);

  describe('long texts', () => {
    it('are files that the journal names, kept once, and come back whole in every read', () => {
      const start = traceStart({ chat_id: 'chat', input: { path: 'a', content: long } });
      const engine = open();
      write(engine, event(1, long), { op: 'tool_traces.start', value: start }, { op: 'tool_traces.complete', value: traceCompletion(start, { output: [long, `${long}!`] }) });
      assert.equal(blobs().length, 2);
      assert.deepEqual(holding('long text long text').sort(), blobs().sort());
      for (const one of [engine, open()]) {
        assert.deepEqual(texts(one), [long]);
        const trace = one.read('tool_traces.get', { id: start.id }) as ToolTrace;
        assert.deepEqual([trace.input, trace.output], [start.input, [long, `${long}!`]]);
        const { blobs: found, problems } = one.check();
        assert.deepEqual([found, problems], [{ files: 2, bytes: 2 * long.length + 1, missing: 0, damaged: 0, unreferenced: 0 }, []]);
      }
    });

    const damages: [what: string, damage: (path: string) => void][] = [
      ['is gone', (path) => unlinkSync(path)],
      ['is damaged', (path) => truncateSync(path, 100)],
      ['is damaged', (path) => writeFileSync(path, readFileSync(path, 'utf8').replace('long', 'lung'))],
    ];
    for (const [wrong, damage] of damages) {
      it(`whose file ${wrong} are told once and hide nothing else`, () => {
        const engine = open();
        write(engine, event(1, long), event(2, 'short'));
        damage(join(directory, 'blobs', blobs()[0] ?? ''));
        for (const one of [engine, open()]) {
          const [first = '', second] = texts(one);
          assert.match(first, new RegExp(`^\\[20000 bytes of text are missing here: .* ${wrong}`));
          assert.equal(second, 'short');
          assert.match(one.check().problems.join(), new RegExp(wrong));
        }
        assert.deepEqual(notices.map(({ kind }) => kind), ['trouble']);
        write(engine, event(3, long));
        assert.deepEqual(texts(engine), [long, 'short', long], 'the same text written again mends it');
      });
    }
  });

  describe('a deletion', () => {
    it('leaves nothing of a chat on disk after compacting, and everything of the others', async () => {
      const engine = open();
      write(engine, event(1, `secret ${long}`, 'gone'), event(2, 'small secret', 'gone'), event(1, `kept ${long}`));
      assert.equal(await engine.snapshot(), true);
      write(engine, event(3, 'later secret', 'gone'), event(2, 'kept'));
      write(engine, { op: 'chats.delete', value: { chat_id: 'gone' } });
      const { remaining, bytes_after, bytes_before } = await engine.compact();
      assert.deepEqual(remaining, []);
      assert.ok(bytes_after < bytes_before + 200_000);
      assert.deepEqual(holding('secret'), []);
      assert.deepEqual(blobs().length, 1);
      for (const one of [engine, open()]) {
        assert.deepEqual(texts(one), [`kept ${long}`, 'kept']);
        assert.deepEqual(one.check().problems, []);
      }
    });

    it('is followed by the journal of another window that held it', async () => {
      const [engine, other] = [open(), open()];
      write(other, event(1, 'secret of another window', 'gone'));
      write(engine, { op: 'chats.delete', value: { chat_id: 'gone' } });
      assert.equal((await engine.compact()).remaining.length, 1);
      other.follow();
      assert.deepEqual((await engine.compact()).remaining, []);
      assert.deepEqual(holding('secret'), []);
      write(other, event(1, 'and it writes on'));
      assert.deepEqual(texts(engine), ['and it writes on']);
    });

    it('keeps a text that another chat uses too', async () => {
      const engine = open();
      write(engine, event(1, long, 'gone'), event(1, long));
      write(engine, { op: 'chats.delete', value: { chat_id: 'gone' } });
      await engine.compact();
      assert.deepEqual([blobs().length, texts(engine)], [1, [long]]);
    });

    it('never takes a text that another process names just then', async () => {
      const writer = open();
      write(writer, event(1, long, 'old'));
      write(writer, { op: 'chats.delete', value: { chat_id: 'old' } });
      let struck = false;
      // The other process writes in the very moment when the file has been set aside.
      const files: FileOperations = {
        ...nodeFiles,
        rename: (from, to) => {
          nodeFiles.rename(from, to);
          if (!to.endsWith('.aside') || struck) return;
          struck = true;
          write(writer, event(1, long, 'new'));
        },
      };
      await open(files).compact();
      assert.equal(struck, true);
      assert.deepEqual(texts(open(), 'new'), [long]);
    });
  });

  describe('retention', () => {
    const day = 24 * 60 * 60 * 1_000_000;
    const now = (): number => Date.now() * 1000;
    const put = (engine: Engine, chat_id: string, daysAgo: number, status: 'done' | 'in_progress' = 'done', text = 'x'): void =>
      write(engine, { op: 'chats.put', value: chatRow({ chat_id, status, updated_at: now() - daysAgo * day }) }, event(1, text, chat_id));
    const chats = (engine: Engine): string[] => (engine.read('chats.list', { query: '', limit: 1000 }) as { chat_id: string }[]).map(({ chat_id }) => chat_id).sort();

    it('deletes by age, never what has not ended', () => {
      const engine = open();
      put(engine, 'a', 40);
      put(engine, 'b', 40, 'in_progress');
      put(engine, 'c', 20);
      put(engine, 'd', 0);
      assert.deepEqual(engine.prune(noLimits), { chats: 0, bytes: 0 });
      assert.equal(engine.prune({ ...noLimits, days: 30 }).chats, 1);
      assert.deepEqual(chats(engine), ['b', 'c', 'd']);
      assert.deepEqual(engine.read('events.last_seq', { chat_id: 'a' }), 0);
      assert.deepEqual(chats(open()), ['b', 'c', 'd']);
    });

    it('keeps as many chats as told, the newest', () => {
      const engine = open();
      for (let n = 0; n < 10; n++) put(engine, `chat-${n}`, n);
      assert.equal(engine.prune({ ...noLimits, chats: 3 }).chats, 7);
      assert.deepEqual(chats(engine), ['chat-0', 'chat-1', 'chat-2']);
    });

    it('goes down to a size, but never takes what is of the last day', async () => {
      const engine = open();
      const text = (seed: number): string => Array.from({ length: 20_000 }, (_, index) => (index * seed) % 7919).join();
      for (let n = 0; n < 5; n++) put(engine, `chat-${n}`, 5 * n, 'done', text(n + 1));
      const { bytes } = engine.check().blobs;
      const pruned = engine.prune({ ...noLimits, bytes: bytes * 0.6 });
      assert.ok(pruned.chats >= 1 && pruned.chats < 4, String(pruned.chats));
      assert.ok(pruned.bytes > 50_000);
      engine.prune({ ...noLimits, bytes: 0 });
      assert.deepEqual(chats(engine), ['chat-0']);
      await engine.compact();
      assert.equal(blobs().length, 1);
    });

    it('is not fooled by a clock that jumped', () => {
      const engine = open();
      for (let n = 0; n < 40; n++) put(engine, `chat-${n}`, n / 10);
      const { now: real } = Date;
      Date.now = () => real() + 5 * 365 * 86_400_000;
      try {
        assert.equal(engine.prune({ ...noLimits, days: 30 }).chats, 0, 'nothing was written since: nothing is old');
        put(engine, 'new', 0);
        assert.ok(engine.prune({ ...noLimits, days: 30 }).chats <= 10, 'not everything at once');
      } finally {
        Date.now = real;
      }
    });
  });

  describe('while the disk takes nothing', () => {
    function failing(): { files: FileOperations; disk: { code: string | null } } {
      const disk: { code: string | null } = { code: null };
      const refuse = <A extends unknown[], R>(action: (...values: A) => R) => (...values: A): R => {
        if (disk.code !== null) throw Object.assign(new Error(`${disk.code}: no`), { code: disk.code });
        return action(...values);
      };
      const files = { ...nodeFiles, write: refuse(nodeFiles.write), create: refuse(nodeFiles.create), flush: refuse(nodeFiles.flush) };
      return { files, disk };
    }

    for (const [code, reason] of [['ENOSPC', 'disk_full'], ['EIO', 'io']] as const) {
      it(`with ${code}, goes on in memory, tells once, and writes everything when it can`, () => {
        const { files, disk } = failing();
        const engine = open(files);
        write(engine, event(1, 'before'));
        disk.code = code;
        write(engine, event(2, long));
        write(engine, event(3, 'while'));
        assert.deepEqual(texts(engine), ['before', long, 'while']);
        assert.deepEqual(texts(open()), ['before']);
        assert.deepEqual(notices.map((notice) => ({ ...notice, message: '' })), [{ kind: 'unsaved', reason, message: '', writes: 1 }]);
        assert.equal(engine.check().unsaved_writes, 2);
        assert.match(engine.check().problems.join(), /2 changes are in memory only/);
        engine.retryUnsaved();
        assert.equal(engine.unsavedWrites, 2);
        disk.code = null;
        engine.retryUnsaved();
        assert.deepEqual(notices.at(-1), { kind: 'saved' });
        write(engine, event(4, 'after'));
        assert.deepEqual(texts(open()), ['before', long, 'while', 'after']);
        assert.deepEqual([engine.check().problems, engine.unsavedWrites], [[], 0]);
      });
    }

    it('keeps what waits although another window makes it read everything anew', async () => {
      const { files, disk } = failing();
      const [engine, other] = [open(files), open()];
      write(engine, event(1, 'before'));
      disk.code = 'ENOSPC';
      write(engine, event(2, 'waits'));
      for (let generation = 1; generation <= 3; generation++) {
        write(other, event(generation, 'theirs', 'other'));
        assert.equal(await other.snapshot(), true);
      }
      assert.deepEqual([texts(engine), texts(engine, 'other')], [['before', 'waits'], ['theirs', 'theirs', 'theirs']]);
      disk.code = null;
      engine.retryUnsaved();
      assert.deepEqual(texts(other), ['before', 'waits']);
    });

    it('says at the end what is lost with it', () => {
      const { files, disk } = failing();
      const engine = open(files);
      disk.code = 'ENOSPC';
      write(engine, event(1, 'lost'));
      assert.throws(() => close(engine), { name: 'StoreError', code: 'disk_full', message: /The last 1 changes? could not be written/ });
      assert.deepEqual(texts(open()), []);
      assert.deepEqual(readdirSync(directory).filter((name) => name.startsWith('journal')), []);
    });

    it('refuses what does not fit into memory, and shows none of it', () => {
      const { files, disk } = failing();
      const engine = open(files);
      disk.code = 'ENOSPC';
      const huge = 'x'.repeat(30 * 1024 * 1024);
      write(engine, event(1, huge));
      write(engine, event(2, `${huge}2`));
      assert.deepEqual(engine.write([[event(3, `${huge}3`)]]).map((error) => error?.code), ['disk_full']);
      assert.equal(texts(engine).length, 2);
      disk.code = null;
      engine.retryUnsaved();
      assert.equal(texts(open()).length, 2);
    });
  });

  it('tells which chats another process has changed', async () => {
    const [engine, other] = [open(), open()];
    write(other, event(1, 'x', 'a'), { op: 'chats.put', value: chatRow({ chat_id: 'b', updated_at: someTime }) });
    engine.follow();
    assert.deepEqual(notices, [{ kind: 'changed', chat_ids: ['a', 'b'] }]);
    write(engine, event(1, 'own', 'c'));
    engine.follow();
    assert.equal(notices.length, 1);
    for (let generation = 1; generation <= 3; generation++) {
      write(other, { op: 'chats.put', value: chatRow({ chat_id: `d${generation}` }) });
      await other.snapshot();
    }
    engine.follow();
    assert.deepEqual(notices.slice(1).filter(({ kind }) => kind === 'changed').flatMap((notice) => (notice.kind === 'changed' ? notice.chat_ids : [])).filter((id) => id.startsWith('d')).sort(), ['d1', 'd2', 'd3']);
  });

  it('keeps the sizes it reports true', () => {
    const engine = open();
    write(engine, event(1, long));
    const { total_bytes, journal_bytes, blobs: found } = engine.check();
    const sizes = readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
    assert.deepEqual([total_bytes, journal_bytes + found.bytes], [sizes, sizes]);
  });
});
