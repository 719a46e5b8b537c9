import assert from 'node:assert/strict';
import { nearest } from '../../src/lib/nearest.ts';

describe('the nearest word', () => {
  const words = ['serve', 'user add', 'user list', 'doctor', 'config'];
  const cases: [typed: string, want: string | undefined][] = [
    ['serve', 'serve'],
    ['sevre', 'serve'],
    ['serv', 'serve'],
    ['docter', 'doctor'],
    ['user lst', 'user list'],
    ['cofnig', 'config'],
    ['xyzzy', undefined],
    ['', undefined],
  ];
  for (const [typed, want] of cases) {
    it(`to "${typed}" is ${want ?? 'none'}`, () => assert.equal(nearest(typed, words), want));
  }
});
