import assert from 'node:assert/strict';
import type { Watcher } from '../../src/core/maintenance/progress.ts';
import { CalledOff, type Job } from '../../src/core/ports/jobs.ts';
import { RunningJobs } from '../../src/jobs/running-jobs.ts';
import { DomainError } from '../../src/lib/errors.ts';

const HOUR_MS = 3600 * 1000;
const ANNA = { userId: 1 };
const BULK = { kind: 'bulk', title: 'moving' } as const;

describe('running jobs', () => {
  let nowMs: number;
  let faults: unknown[];
  let jobs: RunningJobs;
  beforeEach(() => {
    nowMs = 1_000_000;
    faults = [];
    jobs = new RunningJobs({ nowMs: () => nowMs }, (error) => faults.push(error));
  });

  /** Work that lasts until it is told to end, or called off. */
  function lasting() {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    let watcher: Watcher | undefined;
    const work = (given: Watcher) => {
      watcher = given;
      given.signal.addEventListener('abort', () => reject(given.signal.reason as Error));
      return promise;
    };
    return { work, end: resolve, fail: reject, watcher: () => watcher! };
  }

  it('tell how far they are and what became of them', async () => {
    const { work, end, watcher } = lasting();
    const { id } = jobs.start(ANNA, BULK, work);
    watcher().onProgress({ activity: 'moving', doneCount: 3, doneBytes: 7, totalCount: 5 });
    assert.deepEqual(jobs.find(id)?.progress, { activity: 'moving', doneCount: 3, doneBytes: 7, totalCount: 5 });
    assert.equal((await jobs.settled(id, 0)).state, 'running');
    nowMs += 5;
    end({ moved: 5 });
    const job = await jobs.settled(id, 10_000);
    assert.deepEqual([job.state, job.result, job.endedAtMs], ['done', { moved: 5 }, 1_000_005]);
  });

  it('fail with their reason; what no user caused is told', async () => {
    const refused = jobs.start(ANNA, BULK, () => Promise.reject(new DomainError('forbidden', 'no')));
    const broken = jobs.start(ANNA, BULK, () => Promise.reject(new Error('bug')));
    assert.equal((await jobs.settled(refused.id, 10_000)).state, 'failed');
    assert.equal((await jobs.settled(broken.id, 10_000)).state, 'failed');
    assert.deepEqual(faults.map(String), ['Error: bug']);
  });

  it('end when they are called off, by their user or with the server', async () => {
    const [one, other] = [lasting(), lasting()];
    const first = jobs.start(ANNA, BULK, one.work);
    const second = jobs.start(ANNA, BULK, other.work);
    jobs.cancel(first.id);
    assert.equal((await jobs.settled(first.id, 10_000)).state, 'cancelled');
    await jobs.close();
    assert.equal(jobs.find(second.id)?.state, 'cancelled');
    assert.deepEqual(faults, []);
  });

  it('tell what they have done by the time that they are called off, if they can', async () => {
    const { work, fail } = lasting();
    const { id } = jobs.start(ANNA, BULK, ({ signal }) => {
      signal.addEventListener('abort', () => fail(new CalledOff({ moved: 2 })));
      return work({ signal: new AbortController().signal, onProgress: () => undefined });
    });
    jobs.cancel(id);
    const { state, result } = await jobs.settled(id, 10_000);
    assert.deepEqual([state, result], ['cancelled', { moved: 2 }]);
  });

  it('are limited for each user', () => {
    const works = Array.from({ length: 8 }, lasting);
    for (const { work } of works) jobs.start(ANNA, BULK, work);
    assert.throws(() => jobs.start(ANNA, BULK, lasting().work), { code: 'busy' });
    jobs.start({ userId: 2 }, BULK, lasting().work);
  });

  it('are listed for their user, the newest first, and forgotten a day after their end', async () => {
    const early = jobs.start(ANNA, BULK, async () => 1);
    jobs.start({ userId: 2 }, BULK, lasting().work);
    await jobs.settled(early.id, 10_000);
    nowMs += 23 * HOUR_MS;
    const late = jobs.start(ANNA, BULK, async () => 2);
    assert.deepEqual(
      jobs.list(1).map(({ id }) => id),
      [late.id, early.id],
    );
    nowMs += 2 * HOUR_MS;
    const last = jobs.start(ANNA, BULK, async () => 3);
    assert.deepEqual(
      jobs.list(1).map(({ id }) => id),
      [last.id, late.id],
    );
  });

  async function ended(userId: number, result: unknown): Promise<string> {
    const { id } = jobs.start({ userId }, BULK, async () => result);
    await jobs.settled(id, 10_000);
    return id;
  }

  it('of others are not forgotten, however many one user has', async () => {
    const others = await ended(2, { trashId: 7 });
    const first = await ended(1, 'first');
    for (let each = 0; each < 1000; each += 1) await ended(1, each);
    assert.deepEqual(jobs.find(others)?.result, { trashId: 7 });
    assert.equal(jobs.find(first), undefined);
    assert.deepEqual(
      jobs.list(1).map(({ result }) => result),
      Array.from({ length: 50 }, (_, at) => 999 - at),
    );
  });

  it('are remembered in the order of their end', async () => {
    const { work, end } = lasting();
    const long = jobs.start(ANNA, BULK, work);
    for (let each = 0; each < 60; each += 1) await ended(1, each);
    end('at last');
    await jobs.settled(long.id, 10_000);
    for (let each = 0; each < 49; each += 1) await ended(1, each);
    assert.equal(jobs.find(long.id)?.result, 'at last');
    await ended(1, 'one more');
    assert.equal(jobs.find(long.id), undefined);
  });

  it('with large results are forgotten sooner, but for the latest', async () => {
    const mebibytes = (count: number) => 'x'.repeat(count * 1024 * 1024);
    const small = await ended(1, 'small');
    const large = [await ended(1, mebibytes(3)), await ended(1, mebibytes(3)), await ended(1, mebibytes(3))];
    assert.deepEqual(
      [small, ...large].map((id) => jobs.find(id) !== undefined),
      [false, false, true, true],
    );
    const larger = await ended(1, mebibytes(10));
    assert.deepEqual(
      jobs.list(1).map(({ id }) => id),
      [larger],
    );
  });

  it('tell whoever watches, but not of every step', async () => {
    const told: Job[] = [];
    const unwatch = jobs.watch((job) => told.push(job));
    const { work, end, watcher } = lasting();
    const { id } = jobs.start(ANNA, BULK, work);
    const step = (doneCount: number) => watcher().onProgress({ activity: 'moving', doneCount, doneBytes: 0 });
    step(1);
    nowMs += 300;
    step(2);
    step(3);
    end(undefined);
    await jobs.settled(id, 10_000);
    assert.deepEqual(
      told.map(({ state, progress }) => [state, progress.doneCount]),
      [
        ['running', 2],
        ['done', 3],
      ],
    );
    unwatch();
    jobs.start(ANNA, BULK, async () => 1);
    assert.equal(told.length, 2);
  });
});
