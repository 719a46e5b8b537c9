import assert from 'node:assert/strict';
import { checkClock, checkNode, checkOpenFiles } from '../../../src/app/doctor/check-machine.ts';

describe('doctor on the machine', () => {
  for (const [version, level] of [
    ['26.10.0', 'ok'],
    ['24.0.0', 'ok'],
    ['22.12.0', 'fail'],
    ['9.0.0', 'fail'],
  ] as const) {
    it(`takes Node ${version} for ${level}`, () => assert.equal(checkNode(version).level, level));
  }

  for (const [year, isWrong] of [
    [1970, true],
    [2020, true],
    [2027, false],
    [2106, true],
  ] as const) {
    it(`${isWrong ? 'refuses' : 'accepts'} a clock in ${year}`, async () => {
      const { level } = await checkClock(Date.UTC(year, 5));
      assert.equal(level === 'fail', isWrong);
    });
  }

  const limits: [limit: number, level: string][] = [
    [65_536, 'ok'],
    [Infinity, 'ok'],
    [1024, 'warn'],
  ];
  for (const [limit, level] of limits) {
    it(`takes ${limit} open files for ${level}`, () => {
      assert.equal(checkOpenFiles(limit).level, level);
    });
  }
});
