// Which rows of a long list are in sight, where all have one height: arithmetic, so that a list of any length costs what
// its window costs, and a longer one is not measured anew.
import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

/** Rows beyond both edges, so that a step of the wheel finds them there. */
const beyond = 4;

export type RowWindow = { from: number; to: number };

export function useFixedRows(scroller: RefObject<HTMLElement | null>, count: number, rowHeight: number): RowWindow {
  const [shown, setShown] = useState<RowWindow>({ from: 0, to: 40 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const look = (): void => {
      const first = Math.floor(element.scrollTop / rowHeight);
      // In steps of the rows beyond: most frames of a scroll need no other rows.
      const from = Math.max(0, Math.floor(first / beyond) * beyond - beyond);
      const to = Math.ceil((first + element.clientHeight / rowHeight) / beyond) * beyond + beyond;
      setShown((before) => (before.from === from && before.to === to ? before : { from, to }));
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [rowHeight]);
  return { from: Math.min(shown.from, Math.max(0, count - 1)), to: Math.min(shown.to, count) };
}
