import assert from 'node:assert/strict';
import { SampleChat } from '../../test/ui/preview/sample-events';
import { foldEvents } from './fold-events';
import { emptyTranscript, type Item } from './items';
import { chunksOf, rowsOf } from './rows';

const itemsOf = (chat: SampleChat): readonly Item[] => foldEvents(emptyTranscript(), chat.events).items;
const reads = (chat: SampleChat, count: number): void => {
  for (let index = 0; index < count; index++) chat.tool({ tool_name: 'read_file', subject: `${index}.ts` });
};

describe('rowsOf', () => {
  it('folds more than three alike calls that went well into one row, also across turns', () => {
    const chat = new SampleChat();
    reads(chat, 3);
    chat.tool({ tool_name: 'search_files', subject: 'x' });
    reads(chat, 2);
    chat.answer('');
    reads(chat, 3);
    assert.deepEqual(
      rowsOf(itemsOf(chat)).map((row) => (row.kind === 'group' ? `${row.tool_name} × ${row.calls.length}` : row.kind)),
      ['tool', 'tool', 'tool', 'tool', 'read_file × 5'],
    );
  });

  it('leaves failed and running calls in sight', () => {
    const chat = new SampleChat();
    reads(chat, 4);
    chat.tool({ tool_name: 'read_file', subject: 'gone.ts', outcome: 'error' });
    reads(chat, 3);
    chat.startTool({ tool_name: 'read_file', subject: 'slow.ts' });
    assert.deepEqual(
      rowsOf(itemsOf(chat)).map((row) => row.kind),
      ['group', 'tool', 'tool', 'tool', 'tool', 'tool'],
    );
  });

  it('leaves what a person answered in sight', () => {
    const chat = new SampleChat();
    for (const question of ['a?', 'b?', 'c?', 'd?']) {
      const { question_id, finish } = chat.question(question);
      chat.answerQuestion(question_id, [], 'so');
      finish();
    }
    assert.deepEqual(rowsOf(itemsOf(chat)).map((row) => row.kind), ['tool', 'tool', 'tool', 'tool']);
  });
});

describe('chunksOf', () => {
  it('keeps every chunk but the last the same object while the chat grows', () => {
    const chat = new SampleChat();
    for (let message = 0; message < 30; message++) {
      chat.user(`task ${message}`);
      reads(chat, 5);
      chat.answer(`answer ${message}`);
    }
    const transcript = foldEvents(emptyTranscript(), chat.events);
    const before = chunksOf(rowsOf(transcript.items), []);
    const more = chat.tool({ tool_name: 'run_command', subject: 'npm test' });
    const after = chunksOf(rowsOf(foldEvents(transcript, more).items), before);
    assert.equal(before.length, 30);
    before.slice(0, -1).forEach((chunk, index) => assert.equal(after[index], chunk));
    assert.notEqual(after.at(-1), before.at(-1));
  });

  it('leaves chunks as they are when older rows are put before them', () => {
    const chat = new SampleChat();
    for (let message = 0; message < 4; message++) {
      chat.user(`task ${message}`);
      chat.answer(`answer ${message}`);
    }
    const items = itemsOf(chat);
    const newer = chunksOf(rowsOf(items.slice(4)), []);
    assert.deepEqual(chunksOf(rowsOf(items), newer).slice(-2).map((chunk, index) => chunk === newer[index]), [true, true]);
  });
});
