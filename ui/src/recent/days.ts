/** Which day of somebody's calendar a time is of: how many days ago, 0 for today. */
export function daysAgo(atMs: number, nowMs: number): number {
  // At noon: days may have 23 or 25 hours.
  const noon = (ms: number): number => new Date(ms).setHours(12, 0, 0, 0);
  return Math.round((noon(nowMs) - noon(atMs)) / 86_400_000);
}
