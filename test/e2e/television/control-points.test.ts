import assert from 'node:assert/strict';
import { Scratch } from '../../support/processes.ts';
import { check, makeFilms, startMinidlna, startOurs } from './checked-server.ts';
import { CHECKS } from './checks/all-checks.ts';
import type { Verdict } from './checks/check.ts';
import { comparison } from './comparison.ts';

const MINUTE_MS = 60_000;

describe('the server, as a television in its network sees it', function () {
  this.timeout(3 * MINUTE_MS);
  let scratch: Scratch;
  let ours: readonly Verdict[] = [];
  let minidlna: readonly Verdict[] = [];

  before(async () => {
    scratch = await Scratch.create('films');
    const films = scratch.path('films');
    await makeFilms(films);
    [ours, minidlna] = await Promise.all([check(startOurs, films), check(startMinidlna, films)]);
  });
  after(() => scratch.remove());

  for (const [about, checks] of Object.entries(CHECKS)) {
    for (const { name } of checks) {
      it(`${about}: ${name}`, () => {
        const verdict = ours.find((each) => each.name === name);
        assert.ok(verdict, 'it was not looked at');
        assert.equal(verdict.problem, undefined);
      });
    }
  }

  it('is compared with minidlna by the same checks', () => {
    assert.deepEqual(
      minidlna.map(({ name }) => name),
      ours.map(({ name }) => name),
    );
    console.log(comparison(ours, minidlna).at(-1));
  });
});
