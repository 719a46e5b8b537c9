import assert from 'node:assert/strict';
import { reserveFor } from '../../src/app/disk-reserve.ts';
import { loadConfig } from '../../src/config/load.ts';

describe('the reserve of a new disk', () => {
  const cases: [disk: string, totalBytes: number, environment: NodeJS.ProcessEnv, want: number][] = [
    ['a large one', 4e12, {}, 1e9],
    ['a small one', 64e6, {}, 3.2e6],
    ['a small one for which it is set', 64e6, { NOSOCIAL_DISK_RESERVE: '1GB' }, 1e9],
    ['one for which none is wanted', 64e6, { NOSOCIAL_DISK_RESERVE: '0' }, 0],
  ];
  for (const [disk, totalBytes, environment, want] of cases) {
    it(`is ${want} bytes on ${disk}`, async () => {
      const config = loadConfig({ environment: { HOME: '/h', ...environment } });
      assert.equal(await reserveFor(config, '/', async () => ({ freeBytes: totalBytes, totalBytes })), want);
    });
  }

  it('is found out for a folder that does not exist yet', async () => {
    const asked: string[] = [];
    const sample = async (path: string) => {
      asked.push(path);
      return { freeBytes: 1, totalBytes: 20e9 };
    };
    await reserveFor(loadConfig({ environment: { HOME: '/h' } }), '/nowhere/at/all', sample);
    assert.deepEqual(asked, ['/']);
  });
});
