// What has the focus when it goes takes it along, and Esc and Tab would lead nowhere: the composer gets it.
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { useSession } from './session-context';

/** For the component whose root `element` is. A person who works elsewhere in the window by now is left alone. */
export function useFocusHandOver(element: RefObject<HTMLElement | null>): void {
  const session = useSession();
  useLayoutEffect(
    () => () => {
      // It is still in the page now.
      if (document.hasFocus() && element.current?.contains(document.activeElement)) session.focusComposer();
    },
    [],
  );
}
