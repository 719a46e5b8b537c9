import assert from 'node:assert/strict';
import { highlight, rankOf, wantedOf, type Rank } from '../../../src/core/search/matching.ts';

describe('how well a name fits', () => {
  const cases: [wanted: string, name: string, rank: Rank | undefined][] = [
    ['report.pdf', 'Report.pdf', 'exact'],
    ['report', 'Report.pdf', 'exact'],
    ['report', 'report', 'exact'],
    ['report', '.report', 'word'],
    ['rep', 'Report.pdf', 'prefix'],
    ['report 2024', 'Report final 2024.pdf', 'prefix'],
    ['2024 report', 'Report final 2024.pdf', 'prefix'],
    ['final 2024', 'Report final 2024.pdf', 'word'],
    ['port', 'Report.pdf', 'inside'],
    ['report nal', 'Report final.pdf', 'inside'],
    ['photos', 'holidayPhotos.jpg', 'word'],
    ['24', 'IMG2024', 'inside'],
    ['2024', 'IMG2024', 'word'],
    ['report 2025', 'Report 2024', undefined],
    ['100%', '100% sure', 'prefix'],
    ['a_b', 'a_b.txt', 'exact'],
    ['a_b', 'axb.txt', undefined],
    ['%', 'percent', undefined],
    ['*', 'star*.txt', 'inside'],
    ['"or', 'x "or" y', 'inside'],
    ['ķirsu', 'Ķiršu ievārījums', 'prefix'],
    ['사진', '가족사진.jpg', 'inside'],
    ['사', '사진', 'prefix'],
    ['oeuv', 'Œuvre', 'prefix'],
    ['œuv', 'oeuvre', 'prefix'],
    ['😀', 'party 😀😀', 'inside'],
    ['', 'anything', 'inside'],
    ['  ', 'anything', 'inside'],
  ];
  for (const [wanted, name, rank] of cases) {
    it(`${JSON.stringify(wanted)} in ${JSON.stringify(name)}: ${rank ?? 'not at all'}`, () => {
      assert.equal(rankOf(name, wantedOf(wanted)), rank);
      assert.equal(rankOf(name.normalize('NFD'), wantedOf(wanted.normalize('NFC'))), rank);
    });
  }
});

describe('highlights', () => {
  const cases: [wanted: string, name: string, marked: string[]][] = [
    ['port', 'Report on ports', ['port', 'port']],
    ['strasse', 'Große Straße 5', ['Straße']],
    ['s', 'Maß', ['ß']],
    ['e', 'Œdème', ['Œ', 'è', 'e']],
    ['cafe', 'cafe\u0301 x', ['cafe\u0301']],
    ['국어', '한국어'.normalize('NFD'), ['국어'.normalize('NFD')]],
    ['ab bc', 'xabcx', ['abc']],
    ['aa', 'aaaa', ['aaaa']],
    ['x', '👍🏽x', ['x']],
    ['😀', 'a😀b', ['😀']],
    ['fi', 'ﬁn', ['ﬁ']],
    ['ab', 'a\u00adb', ['a\u00adb']],
  ];
  for (const [wanted, name, marked] of cases) {
    it(`of ${JSON.stringify(wanted)} in ${JSON.stringify(name)}`, () => {
      const ranges = highlight(name, wantedOf(wanted));
      assert.deepEqual(
        ranges.map(([start, end]) => name.slice(start, end)),
        marked,
      );
    });
  }
});
