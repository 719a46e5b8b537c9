import assert from 'node:assert/strict';
import { grouped, markedParts, placeOf } from '../../../ui/src/search/hits.ts';
import { wordsFit } from '../../../ui/src/search/words.ts';

describe('what was found', () => {
  const places: [path: string, want: string][] = [
    ['/a.txt', 'home'],
    ['/Mere/Public/a.txt', 'home'],
    ['/Public', 'Public'],
    ['/Public/a.txt', 'Public'],
    ['/Workspace/Plans/a.txt', 'Workspace'],
    ['/Publications/a.txt', 'home'],
  ];
  for (const [path, want] of places) it(`${path} is in ${want}`, () => assert.equal(placeOf(path), want));

  it('stands by place, that of the best first', () => {
    const hits = ['/Public/1', '/2', '/Public/3', '/Movies/4', '/5'].map((path) => ({
      file: { path },
      highlights: [],
    }));
    const groups = grouped(hits as unknown as Parameters<typeof grouped>[0]);
    assert.deepEqual(
      groups.map(({ place, hits: its }) => [place, its.map(({ file }) => file.path)]),
      [
        ['Public', ['/Public/1', '/Public/3']],
        ['home', ['/2', '/5']],
        ['Movies', ['/Movies/4']],
      ],
    );
  });

  const names: [name: string, highlights: [number, number][], want: string][] = [
    ['garden.txt', [[0, 6]], '[garden].txt'],
    [
      'a garden plan',
      [
        [2, 8],
        [9, 13],
      ],
      'a [garden] [plan]',
    ],
    ['same', [], 'same'],
    ['all', [[0, 3]], '[all]'],
    ['👍 정원', [[3, 5]], '👍 [정원]'],
  ];
  for (const [name, highlights, want] of names) {
    it(`marks ${want}`, () => {
      const text = markedParts(name, highlights).map(({ text: part, isMatch }) => (isMatch ? `[${part}]` : part));
      assert.equal(text.join(''), want);
    });
  }
});

describe('words of a command', () => {
  const cases: [label: string, wanted: string, fits: boolean][] = [
    ['Administration › Disks', 'disks admin', true],
    ['Go to Trash', 'TRASH', true],
    ['Éteindre', 'etein', true],
    ['Go to Trash', 'files', false],
    ['Anything', '', true],
  ];
  for (const [label, wanted, fits] of cases) {
    it(`${wanted} ${fits ? 'fits' : 'does not fit'} ${label}`, () => assert.equal(wordsFit(label, wanted), fits));
  }
});
