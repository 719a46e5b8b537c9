import assert from 'node:assert/strict';
import { outcomeOf, type Outcome } from '../../../ui/src/trash/outcome.ts';

describe('where something came back from the trash', () => {
  const cases: [path: string | undefined, back: string, want: Outcome][] = [
    ['/Mere/a.txt', '/Mere/a.txt', 'same'],
    ['/a.txt', '/a.txt', 'same'],
    ['/Mere/a.txt', '/Mere/a (restored).txt', 'renamed'],
    [undefined, '/a.txt', 'elsewhere'],
    ['/Mere/lost/a.txt', '/a.txt', 'elsewhere'],
  ];
  for (const [path, back, want] of cases) {
    it(`${path ?? 'unknown'} at ${back} is ${want}`, () => {
      assert.equal(outcomeOf({ path, name: 'a.txt' }, back), want);
    });
  }
});
