import assert from 'node:assert/strict';
import type { MediaFacts } from '../../../src/core/media/facts.ts';
import { LibraryFollower } from '../../../src/core/media/library-follower.ts';
import { MediaLibrary } from '../../../src/core/media/media-library.ts';
import { Probing } from '../../../src/core/media/probing.ts';
import { NO_CONDITIONS } from '../../../src/core/core.ts';
import type { MediaProber } from '../../../src/core/ports/media-prober.ts';
import { putFile } from '../../../src/core/transfer.ts';
import { find } from '../../../src/core/tree.ts';
import { DomainError } from '../../../src/lib/errors.ts';
import { parsePlainPath } from '../../../src/lib/node-path.ts';
import { until } from '../../support/processes.ts';
import { TestCore } from '../../support/test-core.ts';

const NOTHING: MediaFacts = {
  ...{ container: 'mp4', durationMs: undefined, bitrateBps: undefined, width: undefined, height: undefined },
  ...{ videoCodec: undefined, videoProfile: undefined, bitDepth: undefined, frameRate: undefined },
  ...{ audioCodec: undefined, audioChannels: undefined, sampleRateHz: undefined, title: undefined },
  ...{ artist: undefined, album: undefined, genre: undefined, year: undefined, track: undefined },
};

describe('looking into what the library has', () => {
  let test: TestCore;
  let library: MediaLibrary;
  let probing: Probing | undefined;
  /** By blob, how often it was looked into. */
  let looked: Map<string, number>;
  let failures: unknown[];
  beforeEach(async () => {
    test = await TestCore.open();
    library = new MediaLibrary(test.core);
    looked = new Map();
    failures = [];
  });
  afterEach(async () => {
    await probing?.stop();
    await test.close();
  });

  function begin(prober: Partial<MediaProber>): void {
    const whole: MediaProber = {
      isThere: async () => true,
      probe: async () => ({ ...NOTHING, durationMs: 5000 }),
      close: async () => undefined,
      ...prober,
    };
    const counting: MediaProber = {
      ...whole,
      probe: async (location, kind) => {
        looked.set(location.blobId, (looked.get(location.blobId) ?? 0) + 1);
        return whole.probe(location, kind);
      },
    };
    probing = new Probing(test.core, { library, prober: counting, onFailure: (error) => failures.push(error) });
  }

  async function film(name: string): Promise<number> {
    const path = parsePlainPath(`/Movies/${name}`);
    const source = [Buffer.from(`film ${name}`)];
    const body = { source: iterable(source), sizeBytes: undefined, mediaType: 'video/mp4' };
    const how = { body, conditions: NO_CONDITIONS, signal: new AbortController().signal };
    const { nodeId } = await putFile(test.core, test.as('adam'), await find(test.core, test.as('adam'), path), how);
    const follower = await LibraryFollower.open(test.core, library, new AbortController().signal);
    await follower.catchUp();
    return nodeId;
  }

  const eventually = (what: string, isSo: () => boolean | Promise<boolean>) =>
    until(what, async () => ((await isSo()) ? true : undefined));
  const durationOf = async (nodeId: number) => (await library.entry(nodeId)).facts?.durationMs;

  it('finds what is there, and what comes', async () => {
    const first = await film('one.mp4');
    begin({});
    await eventually('the first is known', async () => (await durationOf(first)) === 5000);
    const second = await film('two.mp4');
    await eventually('the second is known', async () => (await durationOf(second)) === 5000);
    assert.deepEqual([...looked.values()], [1, 1]);
  });

  it('looks once into what cannot be read', async () => {
    begin({ probe: async () => undefined });
    await film('bad.mp4');
    await eventually('it was looked into', () => looked.size === 1);
    await film('worse.mp4');
    await eventually('the second was looked into', () => looked.size === 2);
    await eventually('nothing is left', async () => (await test.core.store.media.unread(10)).length === 0);
    assert.deepEqual([...looked.values()], [1, 1]);
  });

  it('comes back to what is out of reach, and goes on with the rest', async () => {
    let isAway = true;
    const away = await film('away.mp4');
    const probe = async (): Promise<MediaFacts> => {
      if (isAway) throw new DomainError('unavailable', 'the disk is down');
      return { ...NOTHING, durationMs: 7000 };
    };
    begin({ probe });
    await eventually('it was tried', () => looked.size === 1);
    isAway = false;
    const here = await film('here.mp4');
    await eventually('the other is known', async () => (await durationOf(here)) === 7000);
    assert.equal(await durationOf(away), undefined);
    assert.deepEqual(failures, []);
    test.clock.advanceMs(61_000);
    await film('later.mp4');
    await eventually('it is known after all', async () => (await durationOf(away)) === 7000);
  });

  it('waits longer each time for what never can be looked into', async () => {
    const never = await film('never.mp4');
    const probe = async ({ blobId }: { blobId: string }): Promise<MediaFacts> => {
      if (blobId === neverBlob) throw new DomainError('unavailable', 'it takes too long');
      return { ...NOTHING, durationMs: 7000 };
    };
    const neverBlob = (await library.entry(never)).content!.blobId;
    const tries: (number | undefined)[] = [];
    begin({ probe });
    await eventually('it was tried', () => looked.size === 1);
    for (let minute = 1; minute <= 8; minute++) {
      test.clock.advanceMs(60_000);
      // The second is looked into in a round after that of the first.
      for (const name of [`${minute}.mp4`, `${minute} again.mp4`]) {
        const nodeId = await film(name);
        await eventually(`${name} is known`, async () => (await durationOf(nodeId)) === 7000);
      }
      tries.push(looked.get(neverBlob));
    }
    assert.deepEqual(tries, [2, 2, 3, 3, 3, 3, 4, 4]);
    assert.deepEqual(failures, []);
  });

  it('waits with the rest when its tools go', async () => {
    let isThere = true;
    const probe = async (): Promise<MediaFacts> => {
      isThere = false;
      throw new DomainError('unavailable', 'the program is gone');
    };
    for (const name of ['one.mp4', 'two.mp4']) await film(name);
    let asked = 0;
    begin({ probe, isThere: async () => (isThere ? true : (asked++, false)) });
    await eventually('it asked for them again', () => asked > 0);
    assert.equal(looked.size, 1);
    await film('three.mp4');
    await eventually('it asked once more', () => asked > 1);
    assert.equal(looked.size, 1);
  });

  it('tells once that it fails, and does not begin without its tools', async () => {
    begin({
      probe: async () => {
        throw new Error('a bug');
      },
    });
    await film('one.mp4');
    await eventually('a failure was told', () => failures.length === 1);
    await film('two.mp4');
    await eventually('it was tried again', () => [...looked.values()].some((times) => times > 1) || looked.size > 1);
    assert.equal(failures.length, 1);
    await probing?.stop();
    looked.clear();
    begin({ isThere: async () => false });
    await film('three.mp4');
    await probing?.stop();
    assert.equal(looked.size, 0);
  });
});

async function* iterable(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}
