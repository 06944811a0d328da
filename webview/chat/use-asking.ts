// What every card that asks a person something has in common: the focus comes to it unless something is being typed,
// its keys belong to it then, and the focus it had goes to the composer when it is answered.
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { isTypingElsewhere } from './asking-keys';
import { useFocusHandOver } from './use-focus-hand-over';

/** Put the reference on the card's element. `onKey` gets the keys of the whole view that are not part of a text. */
export function useAsking(onKey: (event: KeyboardEvent) => void): RefObject<HTMLDivElement | null> {
  const card = useRef<HTMLDivElement>(null);
  const latest = useRef(onKey);
  latest.current = onKey;
  // Before the card is seen, so that no key comes too early.
  useLayoutEffect(() => {
    const element = card.current;
    if (!isTypingElsewhere(element) && document.hasFocus()) element?.focus({ preventScroll: true });
    const listener = (event: KeyboardEvent): void => {
      if (!isTypingElsewhere(element)) latest.current(event);
    };
    window.addEventListener('keydown', listener, true);
    return () => window.removeEventListener('keydown', listener, true);
  }, []);
  useFocusHandOver(card);
  return card;
}
