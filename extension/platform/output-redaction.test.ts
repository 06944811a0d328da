// Row 33 of the fault list, for the outputs of commands: no key reaches disk or eyes, however it is cut.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { seededRandom } from '../../test/support/store/seeded-random';
import { Redactor } from '../trace/redaction';
import type { CommandEnd } from './command-runner';
import { OutputRedaction } from './output-redaction';
import { TemporaryWorkspace } from './testing/temporary-workspace';

const canary = 'canary-key-0123456789-€-9876543210';
const redactor = new Redactor();
redactor.add(canary);
const redact = (text: string): string => redactor.text(text);

function inPieces(all: Buffer, sizes: () => number): string {
  const redaction = new OutputRedaction(redact);
  const out: Buffer[] = [];
  for (let from = 0; from < all.length; ) {
    // Whole characters come in, as from a pipe.
    let to = Math.min(all.length, from + Math.max(1, sizes()));
    while (to < all.length && ((all[to] ?? 0) & 0xc0) === 0x80) to++;
    out.push(redaction.take(all.subarray(from, to)));
    from = to;
  }
  return Buffer.concat([...out, redaction.rest()]).toString();
}

describe('output redaction', function () {
  this.timeout(30_000);

  it('finds a key wherever a chunk ends in it', () => {
    const text = `before ${canary} between "${canary}"; after\n`;
    const all = Buffer.from(text);
    for (let size = 1; size <= all.length; size++) assert.equal(inPieces(all, () => size), redact(text), `chunks of ${size}`);
  });

  it('splits no key where it must cut a text without white space', () => {
    const longest = `github_pat_${'a1_'.repeat(1000)}`;
    for (const key of [canary, longest]) {
      for (let after = 4096 - key.length - 4; after <= 4100; after += key === canary ? 1 : 37) {
        const [first, second] = [`${'x'.repeat(20_000)}"${key}"${'y'.repeat(after)}`, 'z'.repeat(30_000)];
        const redaction = new OutputRedaction(redact);
        const out = [redaction.take(Buffer.from(first)), redaction.take(Buffer.from(second)), redaction.rest()];
        assert.equal(Buffer.concat(out).toString(), redact(first + second), `${after} bytes behind a key of ${key.length}`);
      }
    }
  });

  it('finds keys in any output in any pieces, with and without white space', () => {
    const { seed, below, pick } = seededRandom();
    const forms = [canary, `sk-${'aB3'.repeat(16)}`, `ghp_${'Ab1'.repeat(12)}`, `github_pat_${'a1_'.repeat(300)}`];
    const fillers = ['word ', 'x'.repeat(5000), 'é', '\n', '{"a":"', '"}', '\r', '.', 'y'.repeat(20_000), '="'];
    for (let round = 0; round < 40; round++) {
      const parts = Array.from({ length: 3 + below(25) }, () => (below(3) === 0 ? `"${pick(forms)}"` : pick(fillers)));
      const text = parts.join('');
      const most = 10 ** (2 + below(4));
      assert.equal(inPieces(Buffer.from(text), () => below(most)), redact(text), `seed ${seed}, round ${round}`);
    }
  });

  it('holds back no more than a token, and gives out what has ended at once', () => {
    const redaction = new OutputRedaction(redact);
    const take = (text: string): string => redaction.take(Buffer.from(text)).toString();
    assert.deepEqual(
      [take('ready\n'), take('half a li'), take('ne\n'), take('50%\r'), take('x'.repeat(10_000)), take('x'.repeat(100_000)).length > 100_000],
      ['ready\n', 'half a ', 'line\n', '50%\r', '', true],
    );
  });

  it('hands on bytes that are no text, and everything where nothing is to be found, as they are', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x20, 0x80, 0x20]);
    assert.deepEqual(new OutputRedaction(redact).take(bytes), bytes);
    const without = new OutputRedaction(null);
    assert.deepEqual([without.take(Buffer.from('held back by nobody')).toString(), without.rest().length], ['held back by nobody', 0]);
  });

  describe('of a command', () => {
    let workspace: TemporaryWorkspace;
    beforeEach(async () => {
      workspace = await TemporaryWorkspace.create();
    });
    afterEach(() => workspace.remove());

    const run = async (script: string, onOutput?: (chunk: string) => void): Promise<CommandEnd> => {
      const request = { argv: [process.execPath, '-e', script], cwd: '.', signal: new AbortController().signal, ...(onOutput ? { onOutput } : {}) };
      const ran = await workspace.commands({ redact }).run(request);
      assert.ok(ran.ok, JSON.stringify(ran));
      return ran.value;
    };
    const parts = `const k = ${JSON.stringify(canary)}; const pause = () => new Promise((r) => setTimeout(r, 60)); const w = (s, t) => new Promise((r) => s.write(t, r));`;

    it('is in the text, the live output and the file', async () => {
      const live: string[] = [];
      const script = `${parts} (async () => { for (let i = 0; i < 3000; i++) console.log("line " + i + " " + (i % 100 === 0 ? k : "plain")); await w(process.stdout, k.slice(0, 9)); await pause(); await w(process.stdout, k.slice(9) + " end"); })()`;
      const end = await run(script, (chunk) => live.push(chunk));
      const file = await readFile(end.fullOutput ?? '', 'utf8');
      assert.deepEqual([end.text, live.join(''), file].map((text) => text.includes('canary-key')), [false, false, false]);
      assert.deepEqual([file.split('[redacted]').length - 1, end.text.endsWith('[redacted] end')], [31, true]);
    });

    it('finds a key between whose parts the other stream wrote', async () => {
      const { text } = await run(`${parts} (async () => { await w(process.stdout, k.slice(0, 12)); await pause(); await w(process.stderr, "other\\n"); await pause(); await w(process.stdout, k.slice(12) + "\\n"); })()`);
      assert.equal(text, 'other\n[redacted]\n');
    });

    it('keeps a file that the reading tools take, whatever bytes come', async () => {
      const { fullOutput } = await run('for (let i = 0; i < 5000; i++) process.stdout.write(Buffer.from([0x63, 0xe9, 0x0a, 0x61, 0x00, 0x62, 0x0a, 0x30, 0x31, 0x32, 0x0a]))');
      const signal = new AbortController().signal;
      const read = await workspace.files().readLines(fullOutput ?? '', { start: 19_997, end: 20_000 }, signal);
      assert.deepEqual(read.ok && read.value.lines.map((line) => line.text), ['c\ufffd', 'a', 'b', '012']);
    });

    it('takes every key out of a flood, with flat memory', async () => {
      const before = process.memoryUsage().rss;
      let most = before;
      const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
      const end = await run(`const k = ${JSON.stringify(canary)}; const chunk = Buffer.from(("x".repeat(900) + " " + k + "\\n").repeat(1000)); let left = 200; const go = () => { while (left-- > 0) if (!process.stdout.write(chunk)) return process.stdout.once("drain", go); }; go(); process.exitCode = 5;`);
      clearInterval(watch);
      assert.deepEqual([end.exitCode, end.text.includes('canary'), end.bytes], [5, false, 200_000 * 912]);
      assert.ok(most - before < 50 * 1024 * 1024, `grew by ${Math.round((most - before) / 1024 / 1024)} MB`);
    });
  });
});
