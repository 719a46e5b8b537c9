import assert from 'node:assert/strict';
import { daysAgo } from '../../../ui/src/recent/days.ts';

describe('days of changes', () => {
  const at = (day: number, hour: number, minute = 0): number => new Date(2026, 2, day, hour, minute).getTime();
  const cases: [name: string, then: number, now: number, want: number][] = [
    ['a minute ago', at(10, 12), at(10, 12, 1), 0],
    ['a minute ago, before midnight', at(10, 23, 59), at(11, 0, 0), 1],
    ['the whole day', at(10, 0), at(10, 23, 59), 0],
    ['a week', at(1, 23), at(8, 1), 7],
    ['over the change of clocks', at(28, 1), at(30, 1), 2],
    ['a clock that is ahead', at(11, 0), at(10, 23), -1],
  ];
  for (const [name, then, now, want] of cases) it(name, () => assert.equal(daysAgo(then, now), want));
});
