import assert from 'node:assert/strict';
import { formatFields, formatTable, printable } from '../../src/cli/output.ts';

describe('a table', () => {
  it('has its titles above, its numbers to the right and no trailing spaces', () => {
    const rows = [
      { name: 'a', size: 5 },
      { name: 'longer', size: 1234 },
    ];
    const lines = formatTable(rows, [
      { title: 'NAME', text: ({ name }) => name },
      { title: 'SIZE', isNumber: true, text: ({ size }) => String(size) },
      { title: '', text: () => '' },
    ]);
    assert.deepEqual(lines, ['NAME    SIZE', 'a          5', 'longer  1234']);
  });
});

describe('fields', () => {
  it('have their values in one column', () => {
    assert.deepEqual(
      formatFields([
        ['name', 'anna'],
        ['quota', '15GB'],
      ]),
      ['name:  anna', 'quota: 15GB'],
    );
  });
});

describe('text from users', () => {
  const cases: [text: string, shown: string][] = [
    ['plain Füße.txt', 'plain Füße.txt'],
    ['red \u001b[31m', 'red \ufffd[31m'],
    ['two\nlines', 'two\ufffdlines'],
    ['gpj.\u202eexe', 'gpj.\ufffdexe'],
  ];
  for (const [text, shown] of cases) {
    it(`cannot steer the terminal: ${JSON.stringify(text)}`, () => assert.equal(printable(text), shown));
  }
});
