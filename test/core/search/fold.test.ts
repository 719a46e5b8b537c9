import assert from 'node:assert/strict';
import { fold, foldText } from '../../../src/core/search/fold.ts';

describe('folding', () => {
  const alike: [what: string, name: string, wanted: string][] = [
    ['case', 'Report', 'rEPORT'],
    ['accents', 'Élan à la crème', 'elan a la creme'],
    ['accents written apart, as macOS does', 'café'.normalize('NFD'), 'CAFÉ'],
    ['Latvian', 'āčēģīķļņšūž ĀČĒĢĪĶĻŅŠŪŽ', 'acegiklnsuz acegiklnsuz'],
    ['Spanish', '¿Año Nuevo? Pingüino', '¿ano nuevo? pinguino'],
    ['French ligatures', 'Œuvre, cœur, Lætitia', 'oeuvre, coeur, laetitia'],
    ['Indonesian', 'Laporan Keuangan', 'laporan keuangan'],
    ['Korean composed and in parts', '한국어 사진'.normalize('NFD'), '한국어 사진'],
    ['Korean of full width', '\uffbe\uffc2', 'ㅎㅏ'],
    ['German', 'Straße GROẞ Übung', 'strasse gross ubung'],
    ['Turkish', 'İstanbul ışık IŞIK', 'istanbul isik isik'],
    ['Polish, Danish, Vietnamese', 'Łódź Ærø Đà Nẵng', 'lodz aero da nang'],
    ['Icelandic', 'Þór Guðmundsson', 'thor gudmundsson'],
    ['Greek', 'Οδός ΟΔΟΣ', 'οδοσ οδοσ'],
    ['Russian', 'Ёлка', 'елка'],
    ['fullwidth letters', 'ＩＭＧ＿１２３', 'img_123'],
    ['halfwidth katakana', 'ﾊﾞﾅﾅ', 'バナナ'],
    ['ligatures of type', 'ﬁnal oﬃce', 'final office'],
    ['spaces of any kind', 'a\u00a0b\u3000c\u2009d', 'a b c d'],
    ['quotation marks and dashes', 'l’été – “x”', `l'ete - "x"`],
    ['emoji with and without a selector', '❤️ x', '❤ x'],
    ['what is not seen', 'so\u00adft\u200b\ufeff', 'soft'],
  ];
  for (const [what, name, wanted] of alike) {
    it(`takes for the same: ${what}`, () => {
      assert.equal(foldText(name), foldText(wanted));
      assert.equal(fold(name).text, foldText(wanted));
    });
  }

  const different: [what: string, one: string, other: string][] = [
    ['й and и', 'й', 'и'],
    ['ў and у', 'ў', 'у'],
    ['が and か', 'が', 'か'],
    ['syllables of Hangul', '한', '하'],
    ['vowel signs of Hindi', 'कि', 'क'],
    ['digits', '1', '2'],
    ['emoji', '👍', '👎'],
  ];
  for (const [what, one, other] of different) {
    it(`tells apart: ${what}`, () => {
      assert.notEqual(foldText(one), foldText(other));
    });
  }

  it('keeps for every place of the folded text where it came from', () => {
    const names = ['plain.txt', 'Straße', 'Œuvre', '한국어'.normalize('NFD'), '👍🏽 x', 'ﬃ', 'e\u0301\u0323a', '\u00adx'];
    for (const name of names) {
      const { text, from, to, starts } = fold(name);
      assert.deepEqual([from.length, to.length, starts.length], [text.length, text.length, text.length], name);
      for (let at = 0; at < text.length; at++) {
        assert.equal(foldText(name.slice(from[at], to[at])).includes(text[at]!), true, `${name} at ${at}`);
      }
    }
  });

  const words: [name: string, starts: string[]][] = [
    ['summer holiday.jpg', ['s', 'h', 'j']],
    ['holidayPhotos2024', ['h', 'p', '2']],
    ['IMG_2024', ['i', '2']],
    ['Ķiršu-Šķūnis', ['k', 's']],
    ['...x', ['x']],
  ];
  for (const [name, wanted] of words) {
    it(`knows where words begin in ${name}`, () => {
      const { text, starts } = fold(name);
      assert.deepEqual(
        Array.from(text).filter((_, at) => starts[at]),
        wanted,
      );
    });
  }
});
