// A question of the model's to the person: what to choose from, room for an own answer, and a way out that is never
// taken by accident.
import type { TargetedKeyboardEvent } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import type { UserChoice } from '../../shared/events';
import { Button, Icon } from '../kit/components';
import { Markdown } from '../kit/markdown';
import { memo } from '../kit/memo';
import { visibleText } from '../kit/visible-text';
import { isCommandKey, keyName } from './asking-keys';
import type { Question } from './items';
import { useSession } from './session-context';
import { useAsking } from './use-asking';

const longestAnswer = 8_000;

export const QuestionCard = memo(function QuestionCard({ question }: { question: Question }) {
  const session = useSession();
  const { question_id, choices, multi_select } = question;
  const draft = `question ${question_id}`;
  const isOver = useRef(false);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [text, setText] = useState(() => session.drafts.text(draft));
  const [isLeaving, setIsLeaving] = useState(false);
  const isAnswer = chosen.length > 0 || text.trim() !== '';
  const end = (answer: { chosen: string[]; text: string } | null): void => {
    if (isOver.current) return;
    isOver.current = true;
    session.drafts.put(draft, '');
    session.answer(question_id, answer);
  };
  const submit = (): void => {
    if (isAnswer) end({ chosen: choices.map(({ label }) => label).filter((label) => chosen.includes(label)), text: text.trim() });
  };
  const card = useAsking((event) => {
    if (!isCommandKey(event) || event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    submit();
  });
  /** Once says what a second time does; anything else takes it back. */
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    if (event.key !== 'Escape' || event.isComposing) return setIsLeaving(false);
    event.preventDefault();
    if (isLeaving && !event.repeat) end(null);
    else setIsLeaving(true);
  };
  /** The second click of a double click was meant for the card before, which stood in the same place. */
  const dismiss = (event: MouseEvent): void => {
    if (event.detail < 2) end(null);
  };
  const choose = (label: string, on: boolean): void => {
    if (multi_select) setChosen(on ? [...chosen, label] : chosen.filter((other) => other !== label));
    else setChosen([label]);
  };
  return (
    <div class="approval question" role="group" aria-label="Question from the model" tabIndex={-1} ref={card} onKeyDown={onKeyDown} onFocusOut={() => setIsLeaving(false)}>
      <div class="question-text">
        <Icon name="comment-discussion" />
        <Markdown text={question.question} onCopy={(copied) => session.copy(copied)} />
      </div>
      {choices.length > 0 && (
        <div class="choices" role={multi_select ? 'group' : 'radiogroup'} aria-label={multi_select ? 'Choices, several may be chosen' : 'Choices'}>
          {choices.map((choice) => (
            <ChoiceBox key={choice.label} choice={choice} name={question_id} multiple={multi_select} checked={chosen.includes(choice.label)} onChoose={choose} />
          ))}
          {!multi_select && (
            <label class="choice">
              <input type="radio" name={question_id} checked={chosen.length === 0} onChange={() => setChosen([])} />
              <span class="muted">None of these</span>
            </label>
          )}
        </div>
      )}
      <textarea
        class="text-input answer-input"
        rows={2}
        maxLength={longestAnswer}
        aria-label={choices.length > 0 ? 'Answer in your own words' : 'Your answer'}
        placeholder={choices.length > 0 ? 'Add something, or answer in your own words' : 'Your answer'}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          session.drafts.put(draft, event.currentTarget.value);
        }}
      />
      <div class="approval-buttons">
        <Button kind="primary" keys={keyName('Ctrl+Enter')} disabled={!isAnswer} onClick={submit}>
          Answer
        </Button>
        <Button keys="Esc Esc" onClick={dismiss} title="Closes the question without an answer; the agent goes on as it thinks best">
          Dismiss
        </Button>
      </div>
      <div class="muted approval-note" role="status">
        {isLeaving ? 'Press Esc once more to close the question without an answer.' : ''}
      </div>
    </div>
  );
});

type ChoiceBoxProps = { choice: UserChoice; name: string; multiple: boolean; checked: boolean; onChoose(label: string, on: boolean): void };

function ChoiceBox({ choice: { label, description }, name, multiple, checked, onChoose }: ChoiceBoxProps) {
  const id = useId();
  return (
    <label class="choice">
      <input
        type={multiple ? 'checkbox' : 'radio'}
        name={name}
        checked={checked}
        aria-labelledby={`${id}-label`}
        aria-describedby={description === '' ? undefined : `${id}-description`}
        onChange={(event) => onChoose(label, event.currentTarget.checked)}
      />
      <span>
        <span id={`${id}-label`}>{visibleText(label)}</span>
        {description !== '' && (
          <span class="muted choice-description" id={`${id}-description`}>
            {visibleText(description)}
          </span>
        )}
      </span>
    </label>
  );
}

/** What became of it, in one line below its row. */
export function AnsweredQuestion({ question: { answer } }: { question: Question }) {
  if (answer === null) return null;
  return (
    <div class="answered">
      <Icon name={answer.outcome === 'answered' ? 'reply' : 'circle-slash'} />
      <span>
        {answer.outcome === 'dismissed' && <span class="muted">You closed the question without an answer.</span>}
        {answer.outcome === 'stopped' && <span class="muted">The run ended before it was answered.</span>}
        {answer.outcome === 'answered' && (
          <>
            {visibleText(answer.chosen.join(', '))}
            {answer.chosen.length > 0 && answer.text !== '' && <span class="muted"> · </span>}
            {answer.text}
          </>
        )}
      </span>
    </div>
  );
}
