import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MediaUpdate } from '../../../src/core/ports/media-library.ts';
import { Events } from '../../../src/dlna/events/events.ts';
import { Subscription } from '../../../src/dlna/events/subscription.ts';
import { requestBody } from '../../../src/http/request-body.ts';
import { respond } from '../../../src/http/respond.ts';
import { isDomainError } from '../../../src/lib/errors.ts';
import { ask, EventSubscriber } from '../../support/event-subscriber.ts';

const LINK = { name: 'lo', address: '127.0.0.1', network: '127.0.0.1/8' };
const OTHER_SERVICES = ['connection-manager', 'receiver-registrar'];

/** A library whose changes a test makes. */
class FakeLibrary {
  readonly listeners = new Set<(update: MediaUpdate) => void>();
  latest = 41;

  async updateId(): Promise<number> {
    return this.latest;
  }

  onUpdate(listener: (update: MediaUpdate) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  change(...folderIds: number[]): void {
    this.latest += 1;
    const folders = folderIds.map((nodeId) => ({ nodeId, updateId: this.latest }));
    for (const listener of this.listeners) listener({ updateId: this.latest, folders });
  }
}

describe('events of the media server', () => {
  let library: FakeLibrary;
  let events: Events;
  let server: Server;
  let subscriber: EventSubscriber;
  let remarks: string[];
  const faults: unknown[] = [];

  beforeEach(async () => {
    library = new FakeLibrary();
    events = new Events(library, (error) => faults.push(error));
    remarks = [];
    server = createServer((request, response) => {
      const asked = { request, response, link: LINK, path: request.url ?? '', remoteAddress: '127.0.0.1' };
      void events
        .answer({ ...asked, remark: (text) => void remarks.push(text) })
        .catch((error: unknown) => ({ status: isDomainError(error) && error.code === 'not-found' ? 404 : 503 }))
        .then((answer) => respond({ request, response, body: requestBody(request, response) }, answer));
    });
    const { promise, resolve } = Promise.withResolvers<undefined>();
    server.listen(0, '127.0.0.1', () => resolve(undefined));
    await promise;
    subscriber = await EventSubscriber.start();
  });

  afterEach(async () => {
    events.stop();
    server.closeAllConnections();
    server.close();
    await subscriber.close();
    assert.deepEqual(faults, []);
  });

  async function send(method: string, service: string, headers: Record<string, string>) {
    return ask(method, `http://127.0.0.1:${(server.address() as AddressInfo).port}/events/${service}`, headers);
  }

  function wanted(path?: string): Record<string, string> {
    return { NT: 'upnp:event', CALLBACK: subscriber.callback(path), TIMEOUT: 'Second-300' };
  }

  async function subscribe(service = 'content-directory', path?: string): Promise<IncomingHttpHeaders> {
    const { status, headers } = await send('SUBSCRIBE', service, wanted(path));
    assert.equal(status, 200);
    return headers;
  }

  it('begin with how all is', async () => {
    const { sid, timeout } = await subscribe('content-directory', '/cd?x=1');
    assert.match(String(sid), /^uuid:[0-9a-f-]{36}$/);
    assert.equal(timeout, 'Second-300');
    const [first] = await subscriber.toldAtLeast(1);
    assert.equal(first?.path, 'NOTIFY /cd?x=1');
    assert.equal(first.sequence, 0);
    assert.deepEqual(first.properties, { SystemUpdateID: '41', ContainerUpdateIDs: '', TransferIDs: '' });
    const { nt, nts, host, 'content-type': type } = first.headers;
    assert.deepEqual([nt, nts, first.headers['sid']], ['upnp:event', 'upnp:propchange', sid]);
    assert.equal(type, 'text/xml; charset="utf-8"');
    assert.equal(`<http://${host}/cd?x=1>`, subscriber.callback('/cd?x=1'));
  });

  it('begin again with one who did not know yet what it was about', async () => {
    let asked = 0;
    subscriber.answer = async () => ({ status: (asked += 1) <= 2 ? 412 : 200 });
    await subscribe();
    await subscriber.toldAtLeast(3);
    library.change(3);
    const told = await subscriber.toldAtLeast(4);
    assert.deepEqual(
      told.map(({ sequence }) => sequence),
      [0, 0, 0, 1],
    );
  });

  it('begin so for each service', async () => {
    for (const service of OTHER_SERVICES) await subscribe(service, `/${service}`);
    const told = await subscriber.toldAtLeast(2);
    const names = Object.fromEntries(told.map(({ path, properties }) => [path, Object.keys(properties)]));
    assert.deepEqual(names, {
      'NOTIFY /connection-manager': ['SourceProtocolInfo', 'SinkProtocolInfo', 'CurrentConnectionIDs'],
      'NOTIFY /receiver-registrar': [
        'AuthorizationGrantedUpdateID',
        'AuthorizationDeniedUpdateID',
        'ValidationSucceededUpdateID',
        'ValidationRevokedUpdateID',
      ],
    });
  });

  it('tell what changed, counted, and of no other service', async () => {
    await subscribe('connection-manager', '/other');
    await subscribe();
    await subscriber.toldAtLeast(2);
    library.change(3, 5);
    const [, , changed, ...more] = await subscriber.toldAtLeast(3);
    assert.deepEqual(more, []);
    assert.equal(changed?.sequence, 1);
    assert.equal(changed.properties['SystemUpdateID'], '42');
    assert.match(changed.properties['ContainerUpdateIDs'] ?? '', /recent,42.*,f3,42,f5,42$/);
  });

  it('keep what changed before the first message was through', async () => {
    const answered = Promise.withResolvers<{ status: number }>();
    subscriber.answer = () => answered.promise;
    await subscribe();
    await subscriber.toldAtLeast(1);
    library.change(3);
    library.change(5);
    answered.resolve({ status: 200 });
    const [, changed] = await subscriber.toldAtLeast(2);
    assert.equal(changed?.properties['SystemUpdateID'], '43');
    assert.match(changed.properties['ContainerUpdateIDs'] ?? '', /,f3,42,f5,43$/);
  });

  it('tell what changed while it was looked up how all is', async () => {
    library.updateId = async () => {
      const read = library.latest;
      library.change(3);
      return read;
    };
    await subscribe();
    const [first, changed] = await subscriber.toldAtLeast(2);
    assert.deepEqual(
      [first, changed].map((told) => told?.properties['SystemUpdateID']),
      ['41', '42'],
    );
  });

  it('are not kept where it cannot be said how all is', async () => {
    library.updateId = async () => Promise.reject(new Error('the database is away'));
    assert.equal((await send('SUBSCRIBE', 'content-directory', wanted())).status, 503);
    assert.equal(events.size, 0);
  });

  it('end when they are asked to, and are not known then', async () => {
    const { sid } = await subscribe();
    await subscriber.toldAtLeast(1);
    assert.equal((await send('UNSUBSCRIBE', 'content-directory', { SID: String(sid) })).status, 200);
    assert.equal(events.size, 0);
    for (const method of ['UNSUBSCRIBE', 'SUBSCRIBE']) {
      assert.equal((await send(method, 'content-directory', { SID: String(sid) })).status, 412);
    }
    assert.deepEqual(remarks, ['no such subscription', 'no such subscription']);
  });

  it('are renewed at their own service', async () => {
    const { sid } = await subscribe();
    const renewal = { SID: String(sid), TIMEOUT: 'Second-120' };
    const { status, headers } = await send('SUBSCRIBE', 'content-directory', renewal);
    assert.deepEqual([status, headers['sid'], headers['timeout']], [200, sid, 'Second-120']);
    assert.equal((await send('SUBSCRIBE', 'connection-manager', renewal)).status, 412);
    assert.equal(events.size, 1);
  });

  it('are refused where they would be told to somebody else', async () => {
    const elsewhere = `${subscriber.callback()}<http://192.168.1.1/>`;
    const { status } = await send('SUBSCRIBE', 'content-directory', { NT: 'upnp:event', CALLBACK: elsewhere });
    assert.equal(status, 412);
    assert.equal(events.size, 0);
    assert.equal((await send('SUBSCRIBE', 'films', { NT: 'upnp:event', CALLBACK: elsewhere })).status, 404);
  });

  it('follow nobody to another place, and go on after what was not taken', async () => {
    const trap = await EventSubscriber.start();
    try {
      const [, place = ''] = /<(.*)>/.exec(trap.callback('/trap')) ?? [];
      subscriber.answer = () => Promise.resolve({ status: 307, headers: { Location: place } });
      await subscribe();
      await subscriber.toldAtLeast(1);
      subscriber.answer = () => Promise.resolve({ status: 200 });
      library.change();
      const [, changed] = await subscriber.toldAtLeast(2);
      assert.equal(changed?.sequence, 1);
      assert.deepEqual(trap.told, []);
    } finally {
      await trap.close();
    }
  });

  it('go to the next place of a list when the first does not answer', async () => {
    const gone = await EventSubscriber.start();
    const callbacks = `${gone.callback('/gone')}${subscriber.callback('/second')}`;
    await gone.close();
    const { status } = await send('SUBSCRIBE', 'content-directory', { NT: 'upnp:event', CALLBACK: callbacks });
    assert.equal(status, 200);
    const [first] = await subscriber.toldAtLeast(1);
    assert.equal(first?.path, 'NOTIFY /second');
  });

  it('are for so many of one address, the oldest go first', async () => {
    const { sid: oldest } = await subscribe('receiver-registrar');
    const { sid: second } = await subscribe('receiver-registrar');
    for (let more = 0; more < 23; more++) await subscribe('receiver-registrar');
    assert.equal(events.size, 24);
    assert.equal((await send('SUBSCRIBE', 'receiver-registrar', { SID: String(oldest) })).status, 412);
    assert.equal((await send('SUBSCRIBE', 'receiver-registrar', { SID: String(second) })).status, 200);
  });

  it('end with the server', async () => {
    await subscribe();
    await subscriber.toldAtLeast(1);
    events.stop();
    assert.deepEqual([events.size, library.listeners.size], [0, 0]);
    const wanted = { NT: 'upnp:event', CALLBACK: subscriber.callback() };
    assert.equal((await send('SUBSCRIBE', 'content-directory', wanted)).status, 503);
  });

  it('are at least as far apart as they should be', async () => {
    const betweenChangesMs = 300;
    const [address = '', port = ''] = /[\d.]+:\d+/.exec(subscriber.callback())?.[0].split(':') ?? [];
    let changes = 0;
    const subscription = new Subscription({
      callbacks: [{ address, port: Number(port), path: '/' }],
      from: '127.0.0.1',
      betweenChangesMs,
      takeChanges: () => ({ changes }),
      onExpired: () => undefined,
    });
    const atMs: number[] = [];
    subscriber.answer = async () => {
      atMs.push(performance.now());
      if (subscriber.told.length >= 4) subscription.end();
      return { status: 200 };
    };
    void subscription.begin({ changes });
    await subscriber.toldAtLeast(1);
    changes = 1;
    await subscription.changed();
    await subscriber.toldAtLeast(4);
    // Two waits, of which one may be lost to what came late at their beginning.
    assert.ok(Number(atMs[3]) - Number(atMs[1]) >= betweenChangesMs, atMs.join(' '));
  });
});
