import assert from 'node:assert/strict';
import { contentDisposition } from '../../src/http/content-disposition.ts';

describe('Content-Disposition', () => {
  const cases: [name: string, want: string][] = [
    ['a b.txt', `filename="a b.txt"; filename*=UTF-8''a%20b.txt`],
    ['ä€.txt', `filename="__.txt"; filename*=UTF-8''%C3%A4%E2%82%AC.txt`],
    [
      `quote"back\\slash%41'(x)*`,
      `filename="quote_back_slash_41'(x)*"; filename*=UTF-8''quote%22back%5Cslash%2541%27%28x%29%2A`,
    ],
    ['a\r\nSet-Cookie: b', `filename="a__Set-Cookie: b"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20b`],
  ];
  for (const [name, want] of cases) {
    it(`names ${JSON.stringify(name)}`, () =>
      assert.equal(contentDisposition('attachment', name), `attachment; ${want}`));
  }
});
