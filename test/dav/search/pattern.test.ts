import assert from 'node:assert/strict';
import { isLike, readPattern, stretchesOf } from '../../../src/dav/search/pattern.ts';

/** As RFC 5323 §5.12 says it, whatever it costs. */
function isLikeByDefinition(text: readonly string[], pattern: readonly string[]): boolean {
  const [wanted, ...rest] = pattern;
  if (wanted === undefined) return text.length === 0;
  if (wanted === '%')
    return text.some((_, at) => isLikeByDefinition(text.slice(at), rest)) || isLikeByDefinition([], rest);
  if (text.length === 0) return false;
  return (wanted === '_' || text[0] === wanted) && isLikeByDefinition(text.slice(1), rest);
}

/** Every text of up to so many of these. */
function textsOf(parts: readonly string[], most: number): string[][] {
  const texts: string[][] = [[]];
  let longest = texts.slice();
  for (let length = 1; length <= most; length += 1) {
    longest = longest.flatMap((text) => parts.map((part) => [...text, part]));
    texts.push(...longest);
  }
  return texts;
}

describe('the pattern of a DAV:like', () => {
  it('fits what the definition says, for all short ones', () => {
    const texts = textsOf(['a', 'b'], 5);
    for (const written of textsOf(['a', 'b', '_', '%'], 5)) {
      const pattern = readPattern(written.join(''));
      for (const text of texts) {
        const wanted = isLikeByDefinition(text, written);
        assert.equal(isLike(text.join(''), pattern), wanted, `${text.join('')} like ${written.join('')}`);
      }
    }
  });

  it('takes what is no letter, and the wildcards themselves, as characters', () => {
    const cases: [text: string, pattern: string, wanted: boolean][] = [
      ['🌊', '_', true],
      ['🌊🌊', '_', false],
      ['a🌊b', '%🌊_', true],
      ['100%', '100\\%', true],
      ['1000', '100\\%', false],
      ['a_b', '%\\_b', true],
      ['axb', '%\\_b', false],
      ['a\\', 'a\\\\', true],
      ['a\\', 'a\\', true],
      ['', '', true],
      ['', '%%', true],
    ];
    for (const [text, pattern, wanted] of cases) assert.equal(isLike(text, readPattern(pattern)), wanted, pattern);
  });

  it('tells which stretches are in all that fits', () => {
    assert.deepEqual(stretchesOf(readPattern('%be_ch\\%%🌊x')), ['be', 'ch%', '🌊x']);
    assert.deepEqual(stretchesOf(readPattern('%_%')), []);
  });
});
