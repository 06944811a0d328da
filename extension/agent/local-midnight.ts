// When the day of a budget began: at midnight where the person is. Times in microseconds since the epoch.

export function localMidnight(atMicros: number): number {
  return new Date(atMicros / 1000).setHours(0, 0, 0, 0) * 1000;
}
