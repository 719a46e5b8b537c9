import assert from 'node:assert/strict';
import { Bandwidth } from '../../src/http/bandwidth.ts';
import { Pace, type Timing } from '../../src/http/pace.ts';

const NEVER = new AbortController().signal;

/** Time that jumps to whatever somebody waits for next. */
class JumpingTime implements Timing {
  ms = 0;
  readonly waits: number[] = [];
  nowMs = (): number => this.ms;
  sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    this.waits.push(ms);
    const until = this.ms + ms;
    await Promise.resolve();
    this.ms = Math.max(this.ms, until);
  };
}

async function gather(pieces: AsyncIterable<Uint8Array>): Promise<Buffer[]> {
  const got: Buffer[] = [];
  for await (const piece of pieces) got.push(Buffer.from(piece));
  return got;
}

async function* inPieces(...pieces: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

describe('Pace', () => {
  let time: JumpingTime;
  let pace: Pace;
  beforeEach(() => {
    time = new JumpingTime();
    pace = new Pace(100_000, time);
  });

  it('lets a quarter of a second go at once, and from then on so many bytes a second', async () => {
    for (let count = 0; count < 100; count++) await pace.take(10_000, NEVER);
    // A million bytes take ten seconds, less the quarter.
    assert.equal(Math.round(time.ms), 9750);
    assert.equal(time.waits.length, 98);
  });

  it('saves up no more than that in a rest', async () => {
    await pace.take(100_000, NEVER);
    time.ms = 3_600_000;
    await pace.take(100_000, NEVER);
    assert.equal(Math.round(time.ms), 3_600_750);
  });

  it('is one for all that go through it, each in turn', async () => {
    const order: string[] = [];
    const go = async (name: string) => {
      await pace.take(50_000, NEVER);
      order.push(name);
    };
    await Promise.all([go('a'), go('b'), go('c'), go('d')]);
    assert.deepEqual(order, ['a', 'b', 'c', 'd']);
    assert.equal(Math.round(time.ms), 1750);
  });

  it('takes a new figure for what comes', async () => {
    await pace.take(100_000, NEVER);
    pace.bytesPerSecond = 1_000_000;
    await pace.take(1_000_000, NEVER);
    assert.equal(Math.round(time.ms), 1750);
  });

  it('stops waiting when the client goes, and holds others up no longer for it', async () => {
    const waiting = new Pace(1000);
    const gone = new AbortController();
    const taken = waiting.take(1_000_000, gone.signal);
    gone.abort();
    await assert.rejects(taken, { name: 'AbortError' });
    assert.equal(waiting.isRested, true);
    await assert.rejects(waiting.take(1, gone.signal), { name: 'AbortError' });
  });

  it('passes on what arrives as it is', async () => {
    const [one, two] = [Buffer.alloc(60_000, 1), Buffer.alloc(60_000, 2)];
    assert.deepEqual(await gather(pace.ofArriving(inPieces(one, two), NEVER)), [one, two]);
    assert.equal(Math.round(time.ms), 950);
  });

  it('gives what leaves in small copies, whose origin may change at once', async () => {
    const memory = Buffer.alloc(40_000, 'a');
    async function* reusing() {
      yield memory;
      memory.fill('b');
      yield memory;
      memory.fill('c');
    }
    const slices = [];
    for await (const slice of pace.ofLeaving(reusing(), NEVER)) slices.push(slice);
    assert.ok(slices.every(({ length }) => length <= 12_500));
    assert.equal(Buffer.concat(slices).toString(), 'a'.repeat(40_000) + 'b'.repeat(40_000));
  });

  it('ends the source when the one who reads stops', async () => {
    let hasEnded = false;
    async function* endless() {
      try {
        for (;;) yield Buffer.alloc(10);
      } finally {
        hasEnded = true;
      }
    }
    const leaving = pace.ofLeaving(endless(), NEVER);
    await leaving.next();
    await leaving.return();
    assert.equal(hasEnded, true);
  });
});

describe('Bandwidth', () => {
  const actor = (userId: number, bandwidthBytesPerSecond?: number) =>
    ({ userId, name: '', role: 'normal', bandwidthBytesPerSecond }) as const;

  it('is nothing at all to users without a cap', () => {
    const bandwidth = new Bandwidth();
    assert.equal(bandwidth.of(actor(1)), undefined);
    assert.equal(bandwidth.of(actor(1, 0)), undefined);
  });

  it('is one for all requests of a user, up and down apart, and another for another', () => {
    const bandwidth = new Bandwidth();
    const pace = bandwidth.of(actor(1, 1000));
    assert.ok(pace);
    assert.equal(bandwidth.of(actor(1, 2000)), pace);
    assert.notEqual(pace.up, pace.down);
    assert.notEqual(bandwidth.of(actor(2, 1000)), pace);
  });

  it('remembers those under way however many there are', async () => {
    const bandwidth = new Bandwidth();
    const busy = bandwidth.of(actor(1, 1000));
    const gone = new AbortController();
    const under = busy?.up.take(1_000_000, gone.signal);
    for (let userId = 2; userId < 1000; userId++) bandwidth.of(actor(userId, 1000));
    assert.equal(bandwidth.of(actor(1, 1000)), busy);
    gone.abort();
    await assert.rejects(under ?? Promise.resolve());
  });
});
