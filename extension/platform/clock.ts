// The one clock: wall time in integer microseconds that never goes backwards within the process.

let anchor = 0;
let latest = 0;

/**
 * Integer microseconds since the Unix epoch. Follows the wall clock when that runs ahead (the machine slept, the
 * time was set forward); when it is set back, time goes on from where it was.
 */
export function nowMicros(): number {
  const monotonic = Math.floor(performance.now() * 1000);
  const wall = Date.now() * 1000;
  const tolerated = 50_000;
  if (wall > anchor + monotonic + tolerated) anchor = wall - monotonic;
  latest = Math.max(latest, anchor + monotonic);
  return latest;
}
