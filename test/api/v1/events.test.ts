import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import express from 'express';
import { apiRoutes } from '../../../src/api/contract/mount.ts';
import type { ApiServices } from '../../../src/api/contract/services.ts';
import { eventStream } from '../../../src/api/v1/changes/event-stream.ts';
import { EventStreams } from '../../../src/api/v1/changes/event-streams.ts';
import { eventRoutes } from '../../../src/api/v1/changes/events.ts';
import type { Caller } from '../../../src/auth/caller.ts';
import { beginContext } from '../../../src/http/request-context.ts';
import { RunningJobs } from '../../../src/jobs/running-jobs.ts';
import { TestCore } from '../../support/test-core.ts';

const ANNA = { userId: 1, name: 'anna', role: 'normal' } as const;
const MOST = 20;

async function nextOf(frames: AsyncGenerator<string, unknown>): Promise<string> {
  const next = await frames.next();
  if (next.done) throw new Error('it has ended');
  return next.value;
}

describe('event streams', () => {
  const eventStreams = new EventStreams();
  /** Of a request that waits to be told who it is. */
  let asked = Promise.withResolvers<(caller: Caller) => void>();
  let left = Promise.withResolvers<void>();
  const gone = new AbortController();
  let server: Server;
  let world: TestCore;

  before(async () => {
    world = await TestCore.open();
    const identify = () => {
      const { promise, resolve } = Promise.withResolvers<Caller>();
      asked.resolve(resolve);
      return promise;
    };
    const services = { identify, enter: () => undefined, eventStreams } as unknown as ApiServices;
    const log = { error: () => undefined };
    const app = express().use(apiRoutes({ routes: eventRoutes, services, log, corsOrigins: [], publicUrl: undefined }));
    server = createServer((request, response) => {
      beginContext(request, response, { remoteAddress: '127.0.0.1', isSecure: false, forwardedHost: undefined });
      response.once('close', () => left.resolve());
      app(request, response);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  after(async () => {
    gone.abort();
    server.close();
    await world.close();
  });

  it('of clients that left before it was known who they are are not counted', async () => {
    for (let each = 0; each < MOST; each += 1) {
      asked = Promise.withResolvers();
      left = Promise.withResolvers();
      const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
      client.write('GET /api/v1/events HTTP/1.1\r\nHost: here\r\n\r\n');
      const tell = await asked.promise;
      client.destroy();
      await left.promise;
      tell({ actor: ANNA } as Caller);
      // What follows waits for nothing outside.
      await setImmediate();
    }
    // Throws when there are as many as may be.
    eventStreams.open(ANNA.userId);
  });

  it('keep nothing for a client that is slow of jobs that are forgotten', async () => {
    const jobs = new RunningJobs(world.clock, () => undefined);
    const events = eventStream(
      { core: world.core, jobs },
      {
        actor: world.as('ann'),
        lastEventId: undefined,
        signal: gone.signal,
        isStillGood: () => Promise.resolve(true),
      },
    );
    for (const begun of ['retry: ', 'event: ready']) assert.ok((await nextOf(events)).startsWith(begun));
    const ids: string[] = [];
    for (let each = 0; each < 60; each += 1) {
      const { id } = jobs.start(world.as('ann'), { kind: 'bulk', title: 'moving' }, async () => each);
      await jobs.settled(id, 10_000);
      ids.push(id);
    }
    const told: string[] = [];
    for (let each = 0; each < 50; each += 1) told.push(await nextOf(events));
    const known = ids.slice(10);
    assert.deepEqual(
      told.map((frame) => known.findIndex((id) => frame.includes(id))),
      known.map((_, at) => at),
    );
  });
});
