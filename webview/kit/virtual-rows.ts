// Which rows of a long list of equal rows are in sight: the virtual list library, brought to one hook.
import { elementScroll, observeElementOffset, observeElementRect, Virtualizer, type VirtualizerOptions } from '@tanstack/virtual-core';
import type { RefObject } from 'preact';
import { useLayoutEffect, useReducer, useState } from 'preact/hooks';

/** Rows beyond both edges. While the list moves each costs a part of every frame, so that there are fewer then. */
const beyond = { atRest: 6, moving: 2 };
/** Before the first look at the list itself. */
const firstHeight = 800;

export type RowWindow = { from: number; to: number };

type Options = VirtualizerOptions<HTMLElement, Element>;

export function useVirtualRows(scroller: RefObject<HTMLElement | null>, count: number, rowHeight: number): RowWindow {
  const [, changed] = useReducer((times: number) => times + 1, 0);
  const optionsOf = (overscan: number): Options => ({
    ...{ count, overscan, estimateSize: () => rowHeight, getScrollElement: () => scroller.current },
    ...{ observeElementRect, observeElementOffset, scrollToFn: elementScroll, initialRect: { width: 0, height: firstHeight } },
    onChange: () => changed(undefined),
  });
  const [rows] = useState(() => new Virtualizer<HTMLElement, Element>(optionsOf(beyond.atRest)));
  rows.setOptions(optionsOf(rows.isScrolling ? beyond.moving : beyond.atRest));
  useLayoutEffect(() => rows._didMount(), [rows]);
  useLayoutEffect(() => rows._willUpdate());
  const shown = rows.getVirtualIndexes();
  return { from: shown[0] ?? 0, to: (shown.at(-1) ?? -1) + 1 };
}
