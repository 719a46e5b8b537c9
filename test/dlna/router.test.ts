import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer } from '../../src/http/answer.ts';
import type { DlnaContext } from '../../src/dlna/context.ts';
import type { ServedInterface } from '../../src/dlna/interfaces.ts';
import { RecentRequests } from '../../src/dlna/recent-requests.ts';
import { Router } from '../../src/dlna/router.ts';
import { until } from '../support/processes.ts';

const MOST = 16;

describe('the requests of one television', () => {
  const stack = new AsyncDisposableStack();
  const held: (() => void)[] = [];
  let origin: string;

  before(async () => {
    const hold = async (): Promise<Answer> => {
      await new Promise<void>((resolve) => held.push(resolve));
      return { status: 200, headers: {} };
    };
    const router = new Router({
      context: { device: { version: '1' } } as DlnaContext,
      routes: [
        { path: /^\/pictures$/, methods: ['GET'], isPicture: true, handler: hold },
        { path: /^\/held$/, methods: ['GET'], handler: hold },
        { path: /^\/lists$/, methods: ['GET'], handler: async () => ({ status: 200, headers: {} }) },
      ],
      recent: new RecentRequests(),
      onFailure: (error) => assert.fail(String(error)),
      onFinished: () => undefined,
    });
    const server: Server = createServer((request, response) => {
      void router.handle(request, response, {} as ServedInterface);
    });
    stack.defer(() => void server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => stack.disposeAsync());

  const statusOf = async (path: string): Promise<number> => (await fetch(`${origin}${path}`)).status;

  /** As many as may wait do, while `look` runs. */
  async function whileHeld(path: string, look: () => Promise<void>): Promise<void> {
    const waiting = Array.from({ length: MOST }, () => statusOf(path));
    await until('all of them wait', () => held.length === MOST || undefined);
    await look();
    for (const release of held.splice(0)) release();
    assert.deepEqual(new Set(await Promise.all(waiting)), new Set([200]));
  }

  it('are answered while as many pictures as may be are made for it', () =>
    whileHeld('/pictures', async () => {
      assert.equal(await statusOf('/lists'), 200);
      assert.equal(await statusOf('/pictures'), 503);
    }));

  it('are so many at a time, and then it is told to come again', () =>
    whileHeld('/held', async () => {
      const refused = await fetch(`${origin}/lists`);
      assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '1']);
    }));
});
