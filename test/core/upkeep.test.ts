import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { overriding } from '../../src/app/overriding.ts';
import { compact } from '../../src/core/maintenance/compact.ts';
import type { Finding } from '../../src/core/maintenance/findings.ts';
import { fsck } from '../../src/core/maintenance/fsck.ts';
import { Pace } from '../../src/core/maintenance/pace.ts';
import { recover } from '../../src/core/maintenance/recover.ts';
import { sweep } from '../../src/core/maintenance/sweep.ts';
import { tidyDisk } from '../../src/core/maintenance/tidy-disk.ts';
import { readSmallContent } from '../../src/core/small-content.ts';
import { contentOf } from '../../src/core/transfer.ts';
import { find } from '../../src/core/tree.ts';
import { parsePlainPath } from '../../src/lib/node-path.ts';
import { FaultSwitch } from '../blobs/local/failing-thread-files.ts';
import { seededBytes } from '../support/content.ts';
import { DiskCore } from '../support/disk-core.ts';

const FILES = 100;
const KEPT = 30;
const FILE_BYTES = 10_000;
const HOUR_SECONDS = 3600;
const MONTH_SECONDS = 31 * 24 * HOUR_SECONDS;

describe('upkeep', () => {
  let test: DiskCore;
  const { signal } = new AbortController();
  const rest = () => Promise.resolve();
  beforeEach(async () => {
    test = await DiskCore.open();
  });
  afterEach(() => test.close());

  const contentAt = (name: string) => seededBytes(name, FILE_BYTES);

  async function readAt(name: string): Promise<Uint8Array> {
    const { found } = await find(test.core, test.ann, parsePlainPath(name));
    const location = await contentOf(test.core, found!.node);
    return readSmallContent(test.core, location!);
  }

  async function assertAllThere(): Promise<void> {
    for (let index = 0; index < KEPT; index += 1) {
      assert.ok(contentAt(`f${index}`).equals(await readAt(`f${index}`)), `f${index}`);
    }
  }

  /** A sealed pack in which most is dead. */
  async function mostlyDeadPack(): Promise<void> {
    await Promise.all(Array.from({ length: FILES }, (_, index) => test.put(`f${index}`, contentAt(`f${index}`))));
    for (let index = KEPT; index < FILES; index += 1) await test.put(`f${index}`, Buffer.alloc(0));
    test.clock.advance(HOUR_SECONDS);
    await sweep(test.core, signal);
    await restart();
  }

  async function restart(faults?: FaultSwitch): Promise<void> {
    await test.end();
    await test.start(faults && { faults: faults.option });
    await recover(test.core);
  }

  async function compactAll(): Promise<number> {
    let movedPieces = 0;
    await compact({ core: test.core, signal, rest, onMoved: (pieces) => (movedPieces += pieces) });
    return movedPieces;
  }

  async function examine(more: { isDry?: boolean; graceMs?: number } = {}): Promise<Finding[]> {
    const findings: Finding[] = [];
    const onFinding = (finding: Finding): void => void findings.push(finding);
    const how = { core: test.core, isDry: true, graceMs: 0, pace: new Pace(rest), signal, ...more };
    await fsck({ ...how, onFinding, onChecked: () => undefined }, { what: 'all', readsContent: true });
    return findings;
  }

  async function tidy(graceMs = 0): Promise<Finding[]> {
    const findings: Finding[] = [];
    const onFinding = (finding: Finding): void => void findings.push(finding);
    const how = { core: test.core, isDry: false, graceMs, pace: new Pace(rest), signal };
    await tidyDisk({ ...how, onFinding, onChecked: () => undefined }, test.core.blobs.listDisks()[0]!);
    return findings;
  }

  const packs = () => test.core.store.listPacks(1);
  const packFiles = () => readdir(join(test.diskPath, 'packs'));
  const kindsOf = (findings: readonly Finding[]) => findings.map(({ kind, state }) => `${kind} ${state}`).sort();

  it('moves what lives in a mostly dead pack, and removes the pack after a grace', async () => {
    await mostlyDeadPack();
    const [old] = await packs();
    assert.equal(await compactAll(), KEPT);
    await assertAllThere();
    assert.deepEqual(await examine(), []);
    assert.equal(await compactAll(), 0, 'nothing is left to do');

    await sweep(test.core, signal);
    assert.ok((await packFiles()).includes(old!.name), 'for readers that are on their way');
    test.clock.advance(HOUR_SECONDS);
    await sweep(test.core, signal);
    assert.ok(!(await packFiles()).includes(old!.name));
    assert.ok(!(await packs()).some(({ id }) => id === old!.id));
    await assertAllThere();
    assert.deepEqual(await examine(), []);
  });

  it('leaves packs alone in which enough lives, or that are small', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => test.put(`f${index}`, contentAt(`f${index}`))));
    await test.put('f0', Buffer.alloc(0));
    test.clock.advance(HOUR_SECONDS);
    await sweep(test.core, signal);
    await restart();
    assert.equal(await compactAll(), 0);
  });

  it('finds a content again that was moved while it was on its way to be read', async () => {
    await mostlyDeadPack();
    const { found } = await find(test.core, test.ann, parsePlainPath('f1'));
    const before = await contentOf(test.core, found!.node);
    await compactAll();
    await sweep(test.core, signal);
    test.clock.advance(HOUR_SECONDS);
    await sweep(test.core, signal);
    assert.ok(contentAt('f1').equals(await readSmallContent(test.core, before!)));
  });

  for (const when of ['before the copies are synced', 'before the copies count']) {
    it(`loses nothing and leaves nothing when it is cut off ${when}`, async () => {
      await mostlyDeadPack();
      const faults = new FaultSwitch();
      await restart(faults);
      if (when === 'before the copies are synced') {
        faults.arm('sync-data');
        await compactAll();
        assert.ok(!faults.isArmed('sync-data'));
      } else {
        const run = () => Promise.reject(new Error('the process ends here'));
        const core = { ...test.core, store: overriding(test.core.store, { run }) };
        await assert.rejects(compact({ core, signal, rest, onMoved: () => undefined }), { message: /ends here/ });
      }
      await restart();
      await assertAllThere();
      assert.deepEqual(await examine(), []);
      assert.equal(await compactAll(), KEPT);
      await assertAllThere();
    });
  }

  it('leaves a piece where it is whose bytes are not right, and its pack with it', async () => {
    await mostlyDeadPack();
    const { found } = await find(test.core, test.ann, parsePlainPath('f3'));
    const location = (await contentOf(test.core, found!.node))!;
    const file = join(test.diskPath, 'packs', location.packName!);
    const bytes = await readFile(file);
    bytes[location.offsetBytes + 5]! ^= 1;
    await writeFile(file, bytes);
    assert.equal(await compactAll(), KEPT - 1);
    assert.deepEqual(await test.core.store.locateBlob(location.blobId), location);
    const [finding] = await examine();
    assert.deepEqual(
      [finding?.kind, finding?.files],
      ['damaged-blob', [{ owner: 'ann', path: '/f3', isVersion: false }]],
    );
  });

  it('puts aside what belongs to nothing, and removes it when trash would be', async () => {
    await test.put('large', seededBytes('large', 100_000));
    const id = `abcd${'1'.repeat(28)}`;
    await mkdir(join(test.diskPath, 'blobs/ab/cd'), { recursive: true });
    await writeFile(join(test.diskPath, 'blobs/ab/cd', id), 'orphan');
    await writeFile(join(test.diskPath, 'packs', 'a'.repeat(32)), 'orphan');
    await writeFile(join(test.diskPath, 'tmp', 'b'.repeat(32)), 'half');
    await writeFile(join(test.diskPath, 'blobs/ab/notes'), 'of somebody');
    test.clock.advance(10);
    assert.deepEqual(await tidy(HOUR_SECONDS * 1000), await tidy(HOUR_SECONDS * 1000), 'young ones are left');
    const found = ['foreign-file remains', 'orphan-blob mended', 'orphan-pack mended', 'stale-upload mended'];
    assert.deepEqual(kindsOf(await tidy()), found);
    assert.deepEqual((await readdir(join(test.diskPath, 'aside'))).sort(), ['a'.repeat(32), id].sort());
    assert.deepEqual(kindsOf(await tidy()), ['foreign-file remains']);
    test.clock.advance(MONTH_SECONDS);
    await tidy();
    assert.deepEqual(await readdir(join(test.diskPath, 'aside')), []);
    assert.equal((await readFile(join(test.diskPath, 'blobs/ab/notes'))).toString(), 'of somebody');
    assert.deepEqual(kindsOf(await examine()), ['foreign-file remains']);
  });

  it('cuts off what a crash left behind the end of a pack', async () => {
    await test.put('f0', contentAt('f0'));
    await restart();
    const [pack] = await packs();
    const file = join(test.diskPath, 'packs', pack!.name);
    await truncate(file, pack!.lengthBytes + 500);
    test.clock.advance(10);
    assert.deepEqual(kindsOf(await examine()), ['pack-tail mendable']);
    assert.deepEqual(kindsOf(await examine({ isDry: false })), ['pack-tail mended']);
    assert.equal((await stat(file)).size, pack!.lengthBytes);
    assert.deepEqual(await examine(), []);
  });

  it('gives back what uploads hold that nobody has under way, and never what one has', async () => {
    const { core } = test;
    const upload = { ownerId: test.ann.userId, sizeBytes: 500, diskId: 1, nowMs: core.clock.nowMs() };
    await core.store.run('reserveUpload', { uploadId: 'c'.repeat(32), ...upload });
    await core.store.run('reserveUpload', { uploadId: 'd'.repeat(32), ...upload });
    core.runningUploads.add('d'.repeat(32));
    assert.deepEqual(kindsOf(await examine()), ['stale-reservation mendable']);
    assert.deepEqual(kindsOf(await examine({ isDry: false })), ['stale-reservation mended']);
    assert.equal((await core.store.findUser('ann'))!.reservedBytes, 500);
    core.runningUploads.clear();
    test.clock.advance(HOUR_SECONDS);
    await sweep(core, signal);
    assert.equal((await core.store.findUser('ann'))!.reservedBytes, 0);
  });
});
