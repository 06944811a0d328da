// Lines of a diff, each with its sign beside its colour and its hidden characters marked.
import { visibleText } from '../kit/visible-text';

export type DiffLine = { sign: '+' | '-' | ' ' | '…'; text: string };

const lineClass: Record<DiffLine['sign'], string> = { '+': 'added-line', '-': 'removed-line', ' ': '', '…': 'muted' };

export function DiffLines({ lines, most }: { lines: readonly DiffLine[]; most: number }) {
  const more = lines.length - most;
  return (
    <>
      {lines.slice(0, most).map((line, index) => (
        <div key={index} class={`diff-line ${lineClass[line.sign]}`}>
          <span class="diff-sign">{line.sign === '-' ? '−' : line.sign}</span>
          <span class="diff-text">{visibleText(line.text)}</span>
        </div>
      ))}
      {more > 0 && <div class="diff-line muted">… {more} more lines; the diff has them all</div>}
    </>
  );
}
