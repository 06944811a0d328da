// A wall clock that is wrong, and may jump. The monotonic clock stays as it is, as on a real machine.

/** By how much it is wrong from the start, and from the n-th look at it on. Looks are counted over the whole thread. */
export type ClockShift = { byMs: number; jumps?: { fromLook: number; byMs: number }[] };

/** For the whole thread, until the returned function is called. */
export function shiftClock({ byMs, jumps = [] }: ClockShift): () => void {
  const RealDate = globalThis.Date;
  let looks = 0;
  const now = (): number => {
    looks++;
    return RealDate.now() + (jumps.findLast(({ fromLook }) => looks >= fromLook)?.byMs ?? byMs);
  };
  class ShiftedDate extends RealDate {
    constructor(...parts: unknown[]) {
      // The same ways to make a date as the real one has.
      super(...((parts.length === 0 ? [now()] : parts) as [number]));
    }
    static override now(): number {
      return now();
    }
  }
  // The class lacks only what the constructor does when called as a function, which nothing here does.
  globalThis.Date = ShiftedDate as DateConstructor;
  return () => {
    globalThis.Date = RealDate;
  };
}
