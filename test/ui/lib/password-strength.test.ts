import assert from 'node:assert/strict';
import { passwordStrength, type Strength } from '../../../ui/src/lib/password-strength.ts';

describe('how well a password would hold', () => {
  const cases: [password: string, strength: Strength][] = [
    ['', 'too-short'],
    ['1234567', 'too-short'],
    // Seven signs, however many units a text has.
    ['🙂🙂🙂🙂🙂🙂🙂', 'too-short'],
    ['x'.repeat(1025), 'too-long'],
    ['é'.repeat(513), 'too-long'],
    ['nothing\0at all', 'control'],
    ['12345678', 'weak'],
    ['abcdefghijklmnopqrst', 'weak'],
    ['aaaaaaaaaaaaaaaaaaaa', 'weak'],
    ['ab1ab1ab1ab1ab1ab1ab1', 'weak'],
    ['anneliese1', 'weak'],
    ['anneliesewood', 'weak'],
    ['k7#pQ2vX9mZ!', 'fair'],
    ['correct horse battery', 'good'],
    ['vier große Wörter hier', 'good'],
  ];
  for (const [password, strength] of cases) {
    it(`${JSON.stringify(password.slice(0, 24))} is ${strength}`, () => {
      assert.equal(passwordStrength(password, 8, 'Anneliese'), strength);
    });
  }
});
