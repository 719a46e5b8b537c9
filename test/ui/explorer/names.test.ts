import assert from 'node:assert/strict';
import { readable } from '../../../ui/src/explorer/actions/key-names.ts';
import { nameProblem, sameName, stemLength, tidyName } from '../../../ui/src/explorer/actions/names.ts';
import { assertName } from '../../../src/lib/node-path.ts';

describe('names that somebody writes', () => {
  const refused = ['', '.', '..', 'a/b', 'a\\b', 'a\u0000', 'a\n', '\ud800', 'x'.repeat(256), 'ä'.repeat(128)];
  const good = ['a', '.hidden', 'a b', '…', 'x'.repeat(255), 'ä'.repeat(127), 'con', 'a:b'];

  for (const name of [...refused, ...good]) {
    it(`judges ${JSON.stringify(name.slice(0, 12))} (${name.length}) as the server does`, () => {
      if (refused.includes(name)) assert.throws(() => assertName(name));
      else assertName(name);
      assert.equal(nameProblem(name) !== undefined, refused.includes(name));
    });
  }

  it('lose the blanks around them, unless they had them already', () => {
    assert.equal(tidyName('  a b \u3000'), 'a b');
    assert.equal(tidyName('a ', 'a'), 'a');
    assert.equal(tidyName('a ', 'a '), 'a ');
    assert.equal(nameProblem(tidyName('  ')), 'name.empty');
  });

  it('are the same with composed and decomposed accents, and not in another case', () => {
    assert.ok(sameName('\u00e9t\u00e9', 'e\u0301te\u0301'));
    assert.ok(!sameName('a', 'A'));
  });

  for (const [name, kind, want] of [
    ['film.mkv', 'file', 'film'],
    ['backup.tar.gz', 'file', 'backup'],
    ['.profile', 'file', '.profile'],
    ['a.b.txt', 'file', 'a.b'],
    ['README', 'file', 'README'],
    ['v1.2', 'folder', 'v1.2'],
  ] as const) {
    it(`selects "${want}" of the ${kind} ${name}`, () => {
      assert.equal(name.slice(0, stemLength(name, kind)), want);
    });
  }
});

describe('keys as people read them', () => {
  for (const [keys, other, apple] of [
    ['$mod+KeyX', 'Ctrl+X', '⌘X'],
    ['Shift+Delete', 'Shift+Del', '⇧Del'],
    ['F2', 'F2', 'F2'],
    ['Alt+ArrowUp', 'Alt+↑', '⌥↑'],
  ] as const) {
    it(`calls ${keys} ${other}, and ${apple} at Apple's`, () => {
      assert.equal(readable(keys, false), other);
      assert.equal(readable(keys, true), apple);
    });
  }
});
