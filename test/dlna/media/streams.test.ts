import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { Streams } from '../../../src/dlna/media/streams.ts';

/** What the streams need of a response. */
class Response extends EventEmitter {
  readonly socket = new Socket();
  destroyed = false;

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

class World {
  nowMs = 0;
  readonly streams = new Streams(() => this.nowMs);

  begin(address: string): { response: Response; body: AsyncIterator<string | Uint8Array> } {
    const response = new Response();
    const watched = this.streams.watch({ address, response: response as unknown as ServerResponse }, pieces());
    return { response, body: watched[Symbol.asyncIterator]() };
  }
}

async function* pieces(): AsyncGenerator<string> {
  for (let count = 0; count < 100; count += 1) yield String(count);
}

describe('streams to televisions', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });

  it('pass everything on', async () => {
    const { body, response } = world.begin('10.0.0.1');
    assert.deepEqual(await body.next(), { done: false, value: '0' });
    assert.deepEqual(await body.next(), { done: false, value: '1' });
    assert.equal(world.streams.count, 1);
    response.emit('close');
    assert.equal(world.streams.count, 0);
  });

  it('are not counted where the other side has left', () => {
    const response = new Response();
    response.destroy();
    world.streams.watch({ address: '10.0.0.1', response: response as unknown as ServerResponse }, pieces());
    assert.equal(world.streams.count, 0);
  });

  it('are so many of one set, and others have theirs', () => {
    for (let count = 0; count < 8; count += 1) world.begin('10.0.0.1');
    assert.throws(() => world.begin('10.0.0.1'), { code: 'busy' });
    world.begin('10.0.0.2');
    assert.equal(world.streams.count, 9);
  });

  it('give way to a new one of the same set when they were left behind', async () => {
    const streams = Array.from({ length: 8 }, () => world.begin('10.0.0.1'));
    world.nowMs += 6000;
    for (const { body } of streams.filter((_, index) => index !== 3)) await body.next();
    world.begin('10.0.0.1');
    assert.deepEqual(
      streams.map(({ response }) => response.destroyed),
      [false, false, false, true, false, false, false, false],
    );
    assert.throws(() => world.begin('10.0.0.1'), { code: 'busy' });
  });

  it('are so many in all, and none of another set gives way', () => {
    for (let count = 0; count < 64; count += 1) world.begin(`10.0.0.${count}`);
    world.nowMs += 6000;
    assert.throws(() => world.begin('10.0.1.1'), { code: 'busy' });
    world.begin('10.0.0.5');
    assert.equal(world.streams.count, 64);
  });

  it('may pause for almost an hour', async () => {
    const { response, body } = world.begin('10.0.0.1');
    await body.next();
    world.nowMs += 59 * 60_000;
    assert.equal(world.streams.mayPause(response.socket), true);
    await body.next();
    world.nowMs += 59 * 60_000;
    assert.equal(world.streams.mayPause(response.socket), true);
    world.nowMs += 60_000;
    assert.equal(world.streams.mayPause(response.socket), false);
    assert.equal(world.streams.mayPause(new Socket()), false);
  });
});
