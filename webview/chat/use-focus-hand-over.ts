// What has the focus when it goes takes it along, and Esc would lead nowhere: the composer gets it.
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { useSession } from './session-context';

/** For the component whose root `element` is. A person who works elsewhere in the window by now is left alone. */
export function useFocusHandOver(element: RefObject<HTMLElement | null>): void {
  const session = useSession();
  useLayoutEffect(
    () => () => {
      if (document.hasFocus() && element.current?.contains(document.activeElement)) session.focusComposer();
    },
    [],
  );
}
