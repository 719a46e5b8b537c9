import assert from 'node:assert/strict';
import { Scratch } from '../../support/processes.ts';
import { check, FROM_SECOND, makeFilms, startMinidlna, startOurs, type Verdicts } from './checked-server.ts';
import { CHECKS } from './checks/all-checks.ts';
import type { Verdict } from './checks/check.ts';
import { comparison } from './comparison.ts';

const MINUTE_MS = 60_000;

describe('the server, as a television in its network sees it', function () {
  this.timeout(3 * MINUTE_MS);
  let scratch: Scratch;
  let ours: Verdicts = { first: [], second: [] };
  let minidlna = ours;

  before(async () => {
    scratch = await Scratch.create('films');
    const films = scratch.path('films');
    await makeFilms(films);
    [ours, minidlna] = await Promise.all([check(startOurs, films), check(startMinidlna, films)]);
  });
  after(() => scratch.remove());

  function assertDone(verdicts: readonly Verdict[], name: string): void {
    const verdict = verdicts.find((each) => each.name === name);
    assert.ok(verdict, 'it was not looked at');
    assert.equal(verdict.problem, undefined);
  }

  for (const [about, checks] of Object.entries(CHECKS)) {
    for (const { name } of checks) it(`${about}: ${name}`, () => assertDone(ours.first, name));
  }

  for (const name of FROM_SECOND) it(`from the other network: ${name}`, () => assertDone(ours.second, name));

  it('is compared with minidlna by the same checks', () => {
    assert.deepEqual(
      minidlna.first.map(({ name }) => name),
      ours.first.map(({ name }) => name),
    );
    console.log(comparison(ours.first, minidlna.first).at(-1));
  });
});
