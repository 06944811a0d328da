import assert from 'node:assert/strict';
import { ThinkTags, type Told } from './think-tags';

function read(pieces: readonly string[]): Told {
  const tags = new ThinkTags();
  const all = [...pieces.map((piece) => tags.add(piece)), tags.end()];
  return { reasoning: all.map(({ reasoning }) => reasoning).join(''), text: all.map(({ text }) => text).join('') };
}

/** The text in two pieces at every place, and in pieces of one character. */
const cuts = (text: string): string[][] => [...Array.from(text, (_, at) => [text.slice(0, at), text.slice(at)]), [...text]];

const cases: Record<string, Told> = {
  '<think>I look < around.</think>\n\nDone: 1 < 2.': { reasoning: 'I look < around.', text: 'Done: 1 < 2.' },
  '\n<think>\nHm.\n</think>Yes.': { reasoning: '\nHm.\n', text: 'Yes.' },
  '<think></think>Yes, a </think> too.': { reasoning: '', text: 'Yes, a </think> too.' },
  '<think>cut off in the middle </th': { reasoning: 'cut off in the middle </th', text: '' },
  'The tag <think>is</think> text here.': { reasoning: '', text: 'The tag <think>is</think> text here.' },
  '<thinking>is another tag</thinking>': { reasoning: '', text: '<thinking>is another tag</thinking>' },
  '  <thi': { reasoning: '', text: '  <thi' },
  '': { reasoning: '', text: '' },
};

describe('reasoning in the text', () => {
  for (const [text, told] of Object.entries(cases)) {
    it(`is told apart wherever the stream is cut: ${JSON.stringify(text)}`, () => {
      for (const pieces of cuts(text)) assert.deepEqual(read(pieces), told, JSON.stringify(pieces));
    });
  }

  it('holds back nothing of a text that has begun', () => {
    const tags = new ThinkTags();
    assert.deepEqual([tags.add('1 <'), tags.add(' 2 <th')], [{ reasoning: '', text: '1 <' }, { reasoning: '', text: ' 2 <th' }]);
  });
});
