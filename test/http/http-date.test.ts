import assert from 'node:assert/strict';
import { httpDate, parseHttpDate } from '../../src/http/http-date.ts';

const TIME = Date.UTC(1994, 10, 6, 8, 49, 37);

describe('dates in headers', () => {
  it('writes IMF-fixdate', () => {
    assert.equal(httpDate(TIME + 999), 'Sun, 06 Nov 1994 08:49:37 GMT');
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
