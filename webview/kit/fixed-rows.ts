// Which rows of a long list are in sight, where all have one height: arithmetic, so that a list of any length costs what
// its window costs, and a longer one is not measured anew.
import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

/** Rows beyond both edges, so that a step of the wheel finds them there. */
const beyond = 4;
/** After a jump only what is in sight is drawn; what is beyond comes when it stays there this long. */
const settleMs = 60;

export type RowWindow = { from: number; to: number };

export function useFixedRows(scroller: RefObject<HTMLElement | null>, count: number, rowHeight: number): RowWindow {
  const [shown, setShown] = useState<RowWindow>({ from: 0, to: 40 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let settling: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      clearTimeout(settling);
      const first = Math.floor(element.scrollTop / rowHeight);
      const last = Math.ceil((element.scrollTop + element.clientHeight) / rowHeight);
      // In steps of the rows beyond: most frames of a scroll need no other rows.
      const from = Math.max(0, Math.floor(first / beyond) * beyond - beyond);
      const to = Math.ceil(last / beyond) * beyond + beyond;
      setShown((before) => {
        if (before.from === from && before.to === to) return before;
        const isJump = from >= before.to || to <= before.from;
        if (isJump) settling = setTimeout(look, settleMs);
        return isJump ? { from: first, to: last } : { from, to };
      });
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      clearTimeout(settling);
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [rowHeight]);
  return { from: Math.min(shown.from, Math.max(0, count - 1)), to: Math.min(shown.to, count) };
}
