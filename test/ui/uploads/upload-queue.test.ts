import assert from 'node:assert/strict';
import { uploadItem, type UploadItem } from '../../../ui/src/uploads/upload-item.ts';
import { UploadQueue, type Outcome } from '../../../ui/src/uploads/upload-queue.ts';

const BATCH = { id: 'b', folder: '/', names: [], isTyped: false };

/** A queue whose transfers end when the test says so. */
class Bench {
  readonly running = new Map<string, (outcome: Outcome) => void>();
  readonly started: string[] = [];
  readonly discarded: string[] = [];
  readonly queue = new UploadQueue({
    width: 2,
    send: (item, signal) => {
      this.started.push(item.name);
      return new Promise((resolve, reject) => {
        this.running.set(item.name, resolve);
        signal.addEventListener('abort', () => {
          this.running.delete(item.name);
          reject(new DOMException('cancelled', 'AbortError'));
        });
      });
    },
    discard: ({ name }) => this.discarded.push(name),
    onchange: () => undefined,
  });
  readonly items: readonly UploadItem[];

  constructor(names: readonly string[]) {
    this.items = names.map((name) => uploadItem(BATCH, { folder: '/', name, file: new File([name.repeat(10)], name) }));
    this.queue.add(this.items);
  }

  async end(name: string, outcome: Outcome = { state: 'done' }): Promise<void> {
    this.running.get(name)?.(outcome);
    this.running.delete(name);
    await new Promise(setImmediate);
  }

  states(): string {
    return this.items.map(({ state }) => state).join(' ');
  }
}

describe('the queue of uploads', () => {
  it('sends a few at a time, in order', async () => {
    const bench = new Bench(['a', 'b', 'c']);
    assert.equal(bench.states(), 'uploading uploading waiting');
    await bench.end('b');
    assert.equal(bench.states(), 'uploading done uploading');
    await bench.end('a');
    await bench.end('c');
    assert.deepEqual(bench.started, ['a', 'b', 'c']);
    assert.equal(bench.queue.tally.open, 0);
    assert.equal(bench.queue.tally.share, 1);
  });

  it('lets the next go while one is paused, and takes it up again', async () => {
    const bench = new Bench(['a', 'b', 'c']);
    bench.queue.pause(bench.items.slice(0, 1));
    assert.equal(bench.states(), 'paused uploading uploading');
    await bench.end('b');
    bench.queue.resume(bench.items.slice(0, 1));
    assert.equal(bench.states(), 'uploading done uploading');
  });

  it('pauses all and goes on with all, each once', async () => {
    const bench = new Bench(['a', 'b', 'c']);
    bench.queue.pause(bench.items);
    bench.queue.resume(bench.items);
    bench.queue.pause(bench.items);
    bench.queue.resume(bench.items);
    assert.equal(bench.states(), 'uploading uploading waiting');
    await bench.end('a');
    await bench.end('b');
    await bench.end('c');
    assert.equal(bench.states(), 'done done done');
  });

  it('tries again what failed, and keeps the reason until then', async () => {
    const bench = new Bench(['a']);
    await bench.end('a', { state: 'failed', reason: 'broken' });
    const reasons = (): unknown[] => bench.items.map(({ reason }) => reason);
    assert.deepEqual(reasons(), ['broken']);
    bench.queue.resume(bench.items);
    assert.deepEqual(reasons(), [undefined]);
    await bench.end('a');
    assert.equal(bench.states(), 'done');
  });

  it('gives up what was cancelled, on the server as well, and never what is done', async () => {
    const bench = new Bench(['a', 'b', 'c']);
    await bench.end('a');
    bench.queue.cancel(bench.items);
    assert.equal(bench.states(), 'done cancelled cancelled');
    assert.deepEqual(bench.discarded, ['b', 'c']);
    assert.equal(bench.queue.tally.total, 1);
  });

  it('rests while it is held, and begins with what was under way', async () => {
    const bench = new Bench(['a', 'b', 'c']);
    bench.queue.hold();
    assert.equal(bench.states(), 'waiting waiting waiting');
    bench.queue.release();
    assert.deepEqual(bench.started, ['a', 'b', 'a', 'b']);
  });

  it('fails what waits and cannot fit either', async () => {
    const bench = new Bench(['a', 'b', 'c', 'd']);
    bench.queue.fail(({ name }) => (name === 'd' ? 'full' : undefined));
    assert.equal(bench.states(), 'uploading uploading waiting failed');
  });

  it('counts the bytes of what is to come and what came', () => {
    const bench = new Bench(['a', 'b']);
    bench.queue.progress(bench.items[0]!, 4);
    assert.deepEqual([bench.queue.tally.sentBytes, bench.queue.tally.totalBytes], [4, 20]);
    bench.queue.cancel(bench.items.slice(0, 1));
    assert.deepEqual([bench.queue.tally.sentBytes, bench.queue.tally.totalBytes], [0, 10]);
  });

  it('has no trouble with very many', async () => {
    const names = Array.from({ length: 100_000 }, (_, index) => String(index));
    const bench = new Bench(names);
    for (let index = 0; index < 50; index += 1) await bench.end(String(index));
    bench.queue.pause(bench.items);
    bench.queue.cancel(bench.items);
    assert.equal(bench.queue.tally.count.done, 50);
    bench.queue.clear();
    assert.equal(bench.queue.items.length, 0);
  });
});
