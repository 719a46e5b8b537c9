import assert from 'node:assert/strict';
import { seededBytes } from '../../support/content.ts';
import { inPieces } from '../../support/dav-client.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { Faulty } from './fixture.ts';

const QUOTA = 10_000_000;
const PARALLEL = 20;

describeOnDatabases('uploads that race for the last of a quota', function (database) {
  this.timeout(30_000);
  let faulty: Faulty;

  beforeEach(async () => {
    faulty = await Faulty.open({ database, quota: String(QUOTA) });
  });
  afterEach(() => faulty.closeChecked());

  /** Sends that many at once; gives how many were stored, having asserted that the others were refused for the quota. */
  async function race(sizeBytes: number, isChunked: boolean): Promise<number> {
    const content = seededBytes('race', sizeBytes);
    const answers = await Promise.all(
      Array.from({ length: PARALLEL }, (_, index) =>
        faulty.dav.request('PUT', `race-${index}`, { body: isChunked ? inPieces(content) : content }),
      ),
    );
    const stored = answers.filter(({ status }) => status === 201).length;
    for (const { status, body } of answers.filter((answer) => answer.status !== 201)) {
      assert.equal(status, 507);
      assert.match(body.toString(), /quota-not-exceeded/);
    }
    return stored;
  }

  async function assertUsed(usedBytes: number): Promise<void> {
    await faulty.nothingUnderWay();
    const user = await faulty.user();
    assert.equal(user.usedBytes, usedBytes);
    assert.ok(usedBytes <= QUOTA);
    const files = await faulty.dav.list('', '<D:resourcetype/><D:getcontentlength/>');
    const sizes = [...files.values()].map((entry) => Number(entry.properties.get('DAV: getcontentlength') ?? 0));
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      usedBytes,
    );
  }

  it('stores exactly one of those that take 60 % of it', async () => {
    const sizeBytes = QUOTA * 0.6;
    assert.equal(await race(sizeBytes, false), 1);
    await assertUsed(sizeBytes);
  });

  it('stores as many small ones as fit, and not one more', async () => {
    await faulty.dav.put('first', seededBytes('first', QUOTA - 300_000));
    assert.equal(await race(64_000, false), 4);
    await assertUsed(QUOTA - 300_000 + 4 * 64_000);
  });

  it('stores the last byte, and not the one after it', async () => {
    await faulty.dav.put('first', seededBytes('first', QUOTA - 1));
    assert.equal(await race(1, false), 1);
    await assertUsed(QUOTA);
  });

  it('does not pass it with uploads of unknown length', async () => {
    const sizeBytes = QUOTA * 0.6;
    const stored = await race(sizeBytes, true);
    assert.ok(stored <= 1);
    await assertUsed(stored * sizeBytes);
  });

  it('stores as many small ones of unknown length as fit', async () => {
    await faulty.dav.put('first', seededBytes('first', QUOTA - 300_000));
    assert.equal(await race(64_000, true), 4);
    await assertUsed(QUOTA - 300_000 + 4 * 64_000);
  });
});
