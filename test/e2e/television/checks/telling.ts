import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { until } from '../../../support/processes.ts';
import type { Check, World } from './check.ts';
import type { Answer, ControlPoint } from './control-point.ts';

const NEW_FILM = 'Brand new.mp4';
/** Five seconds are promised, of a machine that is not busy with other tests. */
const TOLD_WITHIN_MS = 20_000;
const FIRST_EVENT = { timeoutMs: 10_000 };

async function subscribe(point: ControlPoint, headers: Readonly<Record<string, string>>): Promise<Answer> {
  return point.ask(point.eventsOf('directory'), { method: 'SUBSCRIBE', headers });
}

/** Of this machine, for what is told to it. */
async function listen(
  address: string,
  onNotify: (headers: IncomingHttpHeaders, body: string) => void,
): Promise<Server> {
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      onNotify(request.headers, body.toString());
      response.end();
    });
  });
  server.listen(0, address);
  await once(server, 'listening');
  return server;
}

/** Whether a film of that title is shown anywhere. */
async function isShown({ point }: World, title: string): Promise<boolean> {
  return (await point.walk()).some((each) => each.title === title);
}

/** Changes something, and waits for GUPnP to be told of it in time. */
async function toldOf(world: World, what: 'add' | 'remove'): Promise<void> {
  const { gupnp } = world;
  const before = gupnp.events('SystemUpdateID').length;
  assert.ok(before > 0, 'no event ever came');
  await world.change(what, NEW_FILM);
  const isDone = async (): Promise<true | undefined> =>
    gupnp.events('SystemUpdateID').length > before &&
    (await isShown(world, NEW_FILM.replace('.mp4', ''))) === (what === 'add')
      ? true
      : undefined;
  await until('the event, and the change', isDone, { timeoutMs: TOLD_WITHIN_MS, everyMs: 100 });
}

/** Subscribers and what they are told. */
export const TELLING: readonly Check[] = [
  {
    name: 'a first event to each subscriber, SEQ 0; renewed and ended; 400 and 412 for what is wrong',
    run: async ({ point, ownAddress }) => {
      const told: [string | undefined, string | undefined, string][] = [];
      const server = await listen(ownAddress, (headers, body) => {
        told.push([String(headers['seq']), String(headers['sid']), body]);
      });
      try {
        const callback = `<http://${ownAddress}:${(server.address() as AddressInfo).port}/told>`;
        const { status, headers } = await subscribe(point, { callback, nt: 'upnp:event', timeout: 'Second-300' });
        const sid = String(headers['sid']);
        assert.equal(status, 200);
        assert.match(String(headers['timeout']), /^Second-\d+$/);
        const [seq, toWhom, body] = await until('the first event', () => told[0], FIRST_EVENT);
        assert.deepEqual([seq, toWhom], ['0', sid]);
        assert.match(body, /<SystemUpdateID>\d+</);
        assert.equal((await subscribe(point, { sid, timeout: 'Second-300' })).status, 200);
        assert.equal((await subscribe(point, { sid, callback, nt: 'upnp:event' })).status, 400);
        assert.equal((await subscribe(point, { sid: 'uuid:nobody' })).status, 412);
        assert.equal((await subscribe(point, { nt: 'upnp:event' })).status, 412);
        const end = { method: 'UNSUBSCRIBE', headers: { sid } };
        assert.equal((await point.ask(point.eventsOf('directory'), end)).status, 200);
        assert.equal((await point.ask(point.eventsOf('directory'), end)).status, 412);
      } finally {
        server.close();
        server.closeAllConnections();
      }
    },
  },
  {
    name: 'a film that is added shown, and GUPnP told of it',
    run: async (world) => {
      await world.gupnp.subscribe();
      await until('the first event', () => world.gupnp.events('SystemUpdateID')[0], FIRST_EVENT);
      await toldOf(world, 'add');
    },
  },
  {
    name: 'a film that is deleted gone, and GUPnP told of it',
    run: (world) => toldOf(world, 'remove'),
  },
  {
    name: 'subscribers of other networks, by name, and lists with one of those refused',
    run: async ({ point, ownAddress, otherAddress }) => {
      const own = `<http://${ownAddress}:49999/>`;
      for (const callback of [
        `<http://${otherAddress}:49999/>`,
        '<http://203.0.113.7/>',
        '<http://127.0.0.1:49999/>',
        '<http://localhost:49999/>',
        `<http://${ownAddress}@203.0.113.7/>`,
        `${own}<http://203.0.113.7/>`,
      ]) {
        const { status, headers } = await subscribe(point, { callback, nt: 'upnp:event', timeout: 'Second-300' });
        if (status === 200) {
          const sid = String(headers['sid']);
          await point.ask(point.eventsOf('directory'), { method: 'UNSUBSCRIBE', headers: { sid } });
        }
        assert.notEqual(status, 200, callback);
      }
    },
  },
];
