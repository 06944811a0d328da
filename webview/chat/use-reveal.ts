// Shows an item of the conversation that a link from elsewhere leads to: its row is rendered, opened out of its group,
// scrolled into sight and focused, and marked for a moment.
import { useLayoutEffect, useRef } from 'preact/hooks';
import { openNow } from '../kit/components';
import { groupOf } from './place';
import type { Row } from './rows';
import { useSession } from './session-context';

/** Rendering what is far up takes a few frames. */
const patienceFrames = 60;
const markedMs = 1_500;

/** `atLeast` renders so many of the last rows, and leaves the end; `onShown` is told when the place is in sight. */
type RevealParts = { rows: readonly Row[]; atLeast(count: number): void; onShown(): void };

export function useReveal(content: { readonly current: HTMLElement | null }, parts: RevealParts): void {
  const session = useSession();
  const latest = useRef(parts);
  latest.current = parts;
  useLayoutEffect(() => {
    let revealing = 0;
    const look = (itemId: string, turn: number, framesLeft: number): void => {
      if (turn !== revealing || framesLeft === 0) return;
      const { rows, atLeast, onShown } = latest.current;
      const group = groupOf(rows, itemId);
      const at = rows.findIndex(({ id }) => id === (group?.id ?? itemId));
      if (at >= 0) atLeast(rows.length - at);
      if (group) openNow(group.id);
      const element = [...(content.current?.querySelectorAll<HTMLElement>('[data-item]') ?? [])].find(({ dataset }) => dataset['item'] === itemId);
      if (element) showPlace(element, onShown);
      else requestAnimationFrame(() => look(itemId, turn, framesLeft - 1));
    };
    const stop = session.onReveal((itemId) => {
      const turn = ++revealing;
      // What was just loaded is rows with the next rendering.
      requestAnimationFrame(() => look(itemId, turn, patienceFrames));
    });
    return () => {
      revealing = 0;
      stop();
    };
  }, [session]);
}

function showPlace(element: HTMLElement, onShown: () => void): void {
  if (!(element instanceof HTMLButtonElement)) element.tabIndex = -1;
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: 'center' });
  // Rows above get their true heights only now.
  requestAnimationFrame(() => {
    element.scrollIntoView({ block: 'center' });
    requestAnimationFrame(onShown);
  });
  element.classList.add('revealed');
  setTimeout(() => element.classList.remove('revealed'), markedMs);
}
