import assert from 'node:assert/strict';
import { httpDate, isoDate, parseHttpDate } from '../../src/http/http-date.ts';

const TIME = Date.UTC(1994, 10, 6, 8, 49, 37);

describe('dates in headers', () => {
  it('writes IMF-fixdate', () => {
    assert.equal(httpDate(TIME + 999), 'Sun, 06 Nov 1994 08:49:37 GMT');
  });

  it('writes what Date writes, in any order of days', () => {
    const day = 86_400_000;
    for (const time of [0, TIME, -1, day - 1, day, TIME, Date.UTC(2024, 1, 29, 23, 59, 59), -day * 40_000, 4e12]) {
      const whole = Math.floor(time / 1000) * 1000;
      assert.equal(httpDate(time), new Date(whole).toUTCString());
      assert.equal(isoDate(time), new Date(whole).toISOString().replace('.000Z', 'Z'));
    }
  });

  const cases: [text: string, want: number | undefined][] = [
    ['Sun, 06 Nov 1994 08:49:37 GMT', TIME],
    ['Sunday, 06-Nov-94 08:49:37 GMT', TIME],
    ['Sun Nov  6 08:49:37 1994', TIME],
    ['Sun, 06 Nov 1994 08:49:37 +0100', undefined],
    ['1994-11-06', undefined],
    ['Sun, 66 Nov 1994 08:49:37 GMT', undefined],
    ['', undefined],
  ];
  for (const [text, want] of cases) {
    it(`reads ${JSON.stringify(text)}`, () => {
      assert.equal(parseHttpDate(text), want);
    });
  }
});
