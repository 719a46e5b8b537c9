import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { BlobStore } from '../../src/core/ports/blob-store.ts';
import type { PartialAppend, PartialPlace, PartialState } from '../../src/core/ports/partial-blobs.ts';
import { randomId } from '../../src/lib/ids.ts';
import { collect, inPieces, putLarge } from './blob-store.ts';

const MIB = 1024 * 1024;
const EMPTY: PartialState = { sizeBytes: 0, checksumState: undefined };
const never = new AbortController().signal;

/** What a store is told to keep of its partial blobs, as the metadata would. */
class Gathered {
  readonly store: BlobStore;
  readonly place: PartialPlace;
  state = EMPTY;
  readonly told: number[] = [];

  constructor(store: BlobStore, place: PartialPlace) {
    this.store = store;
    this.place = place;
  }

  static async begin(store: BlobStore, sizeBytes = 0): Promise<Gathered> {
    return new Gathered(store, await store.partials.begin(randomId(), sizeBytes));
  }

  append(source: AsyncIterable<Uint8Array>, options: Partial<PartialAppend> = {}): Promise<PartialState> {
    const onDurable = async (state: PartialState): Promise<void> => {
      this.state = state;
      this.told.push(state.sizeBytes);
    };
    return this.store.partials.append(this.place, this.state, {
      source,
      signal: never,
      keeps: 'what-came',
      onDurable,
      ...options,
    });
  }
}

/** Gives `bytes` and then fails, as a connection that breaks does. */
async function* broken(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield* inPieces(bytes, 100_000);
  throw new Error('cut off');
}

function promisedBytes(store: BlobStore): number {
  return store.listDisks().reduce((sum, disk) => sum + disk.promisedBytes, 0);
}

async function kindsOn(store: BlobStore, { diskId, blobId }: PartialPlace): Promise<string[]> {
  const kinds: string[] = [];
  for await (const { kind, id } of store.listFiles(diskId, never)) if (id === blobId) kinds.push(kind);
  return kinds;
}

/** Holds a blob store to what `PartialBlobs` promises; as `describeBlobStore`. */
export function describePartials(name: string, open: () => Promise<BlobStore>): void {
  describe(`${name} as a store of partial blobs`, () => {
    let store: BlobStore;

    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    describeGathering(() => store);
  });
}

function describeGathering(store: () => BlobStore): void {
  it('makes one blob of what came in pieces of any size', async () => {
    const content = randomBytes(3 * MIB + 17);
    const gathered = await Gathered.begin(store(), content.length);
    const cuts = [0, 1, 65_537, 65_537, MIB + 3, content.length];
    for (const [index, end] of cuts.slice(1).entries()) {
      await gathered.append(inPieces(content.subarray(cuts[index], end), 70_001));
      assert.equal(gathered.state.sizeBytes, end);
    }
    const blob = await store().partials.publish(gathered.place, gathered.state);
    assert.equal(blob.sizeBytes, content.length);
    assert.equal(blob.id, gathered.place.blobId);
    // The checksum was carried from piece to piece, and is that of the whole.
    assert.equal(blob.checksum, (await putLarge(store(), content)).checksum);
    assert.deepEqual(await collect(store().read(blob.location)), content);
    assert.deepEqual(await kindsOn(store(), gathered.place), ['blob']);
  });

  it('keeps what came before the source failed, and goes on there', async () => {
    const content = randomBytes(5 * MIB);
    const gathered = await Gathered.begin(store());
    await assert.rejects(gathered.append(broken(content.subarray(0, 2 * MIB + 5))), { message: 'cut off' });
    assert.equal(gathered.state.sizeBytes, 2 * MIB + 5);
    await gathered.append(inPieces(content.subarray(2 * MIB + 5), 65_536));
    const blob = await store().partials.publish(gathered.place, gathered.state);
    assert.deepEqual(await collect(store().read(blob.location)), content);
  });

  it('keeps what came before it was told to stop, while the source is stalled', async () => {
    const gathered = await Gathered.begin(store());
    const abort = new AbortController();
    const { promise: cameThrough, resolve } = Promise.withResolvers<undefined>();
    const source = (async function* () {
      yield Buffer.from('first');
      resolve(undefined);
      await new Promise<never>(() => undefined);
    })();
    const append = gathered.append(source, { signal: abort.signal });
    await cameThrough;
    abort.abort(new Error('give way'));
    await assert.rejects(append, { message: 'give way' });
    assert.equal(gathered.state.sizeBytes, 5);
  });

  it('keeps nothing of a source that failed where all or nothing counts', async () => {
    const gathered = await Gathered.begin(store());
    await gathered.append(inPieces(Buffer.from('kept'), 10));
    const told = [...gathered.told];
    await assert.rejects(gathered.append(broken(randomBytes(MIB)), { keeps: 'nothing' }));
    assert.deepEqual(gathered.told, told);
    await gathered.append(inPieces(Buffer.from(' on'), 10), { keeps: 'nothing' });
    const blob = await store().partials.publish(gathered.place, gathered.state);
    assert.equal((await collect(store().read(blob.location))).toString(), 'kept on');
  });

  it('tells on the way how much is durable', async () => {
    const piece = randomBytes(MIB);
    const gathered = await Gathered.begin(store());
    const source = (async function* () {
      for (let sent = 0; sent < 70; sent += 1) yield piece;
    })();
    await gathered.append(source);
    assert.equal(gathered.told.at(-1), 70 * MIB);
    assert.deepEqual(
      gathered.told,
      gathered.told.toSorted((a, b) => a - b),
    );
  });

  it('goes on from an earlier state and forgets what came after it', async () => {
    const gathered = await Gathered.begin(store());
    await gathered.append(inPieces(Buffer.from('one '), 10));
    const earlier = gathered.state;
    await gathered.append(inPieces(Buffer.from('never acknowledged'), 10));
    gathered.state = earlier;
    await gathered.append(inPieces(Buffer.from('two'), 10));
    const blob = await store().partials.publish(gathered.place, gathered.state);
    assert.equal((await collect(store().read(blob.location))).toString(), 'one two');
  });

  it('sums up all again where a state says nothing of the checksum, or cannot be used', async () => {
    const content = randomBytes(MIB + 1);
    for (const checksumState of [undefined, 'bm8gc3VjaCBzdGF0ZQ==']) {
      const gathered = await Gathered.begin(store());
      await gathered.append(inPieces(content.subarray(0, 100_000), 65_536));
      gathered.state = { ...gathered.state, checksumState };
      await gathered.append(inPieces(content.subarray(100_000), 65_536));
      const blob = await store().partials.publish(gathered.place, { ...gathered.state, checksumState });
      assert.deepEqual(await collect(store().read(blob.location)), content);
    }
  });

  it('can be made a blob again when nobody knows whether it was', async () => {
    const gathered = await Gathered.begin(store());
    await gathered.append(inPieces(Buffer.from('content'), 10));
    const first = await store().partials.publish(gathered.place, gathered.state);
    assert.deepEqual(await store().partials.publish(gathered.place, gathered.state), first);
    assert.equal(Buffer.from(await store().partials.readSmall(gathered.place, 7)).toString(), 'content');
  });

  it('throws `corrupt` when bytes are missing that were durable', async () => {
    const gathered = await Gathered.begin(store());
    await gathered.append(inPieces(Buffer.from('short'), 10));
    gathered.state = { ...gathered.state, sizeBytes: 6 };
    await assert.rejects(gathered.append(inPieces(Buffer.from('more'), 10)), { code: 'corrupt' });
    await assert.rejects(store().partials.publish(gathered.place, gathered.state), { code: 'corrupt' });
  });

  it('keeps room for what is still to come, until it is removed', async () => {
    const gathered = await Gathered.begin(store(), 1000);
    assert.equal(promisedBytes(store()), 1000);
    store().partials.extendRoom(gathered.place, 500);
    assert.equal(promisedBytes(store()), 1500);
    store().partials.keepRoom(gathered.place, 300);
    assert.equal(promisedBytes(store()), 300);
    await store().partials.remove(gathered.place);
    await store().partials.remove(gathered.place);
    assert.equal(promisedBytes(store()), 0);
    assert.deepEqual(await kindsOn(store(), gathered.place), []);
    await assert.rejects(store().partials.begin(randomId(), 2 ** 60), { code: 'no-space' });
  });

  it('is listed as what it is, and takes nothing once its signal has fired', async () => {
    const gathered = await Gathered.begin(store());
    await gathered.append(inPieces(Buffer.from('content'), 10));
    assert.deepEqual(await kindsOn(store(), gathered.place), ['partial']);
    assert.deepEqual(await store().partials.list(gathered.place.diskId), [gathered.place.blobId]);
    const abort = new AbortController();
    abort.abort(new Error('too late'));
    await assert.rejects(gathered.append(inPieces(Buffer.from('x'), 1), { signal: abort.signal }), /too late/);
    assert.equal(gathered.state.sizeBytes, 7);
  });

  it('asks before it takes more', async () => {
    const gathered = await Gathered.begin(store());
    const asked: number[] = [];
    const grow = async (totalBytes: number): Promise<void> => {
      asked.push(totalBytes);
      if (totalBytes > MIB) throw new Error('not so much');
    };
    await gathered.append(inPieces(randomBytes(MIB), 65_536), { grow });
    assert.equal(asked.at(-1), MIB);
    await assert.rejects(gathered.append(inPieces(randomBytes(10), 10), { grow }), { message: 'not so much' });
    assert.equal(gathered.state.sizeBytes, MIB);
  });
}
