import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { ApiClient } from '../../support/api-client.ts';
import { until } from '../../support/processes.ts';
import { startServer } from '../../support/server.ts';
import { ANN, TestTelevision } from '../../support/television.ts';

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

describe('the media server', function () {
  this.timeout(60_000);

  it('ends while a film is watched, and is the same device with the same links afterwards', async () => {
    const television = await TestTelevision.start({ env: { NOSOCIAL_DLNA_NAME: 'Films & <more>' } });
    try {
      // More than what fits into the buffers on the way.
      await television.dav.put('Movies/Film.mp4', Buffer.alloc(48_000_000));
      const { pathname } = new URL(await television.addressOf('Film'));
      const describe = async (): Promise<string> => (await television.ask('/device.xml')).body.toString();
      const before = await describe();
      assert.match(before, /<friendlyName>Films &amp; &lt;more&gt;<\/friendlyName>/);
      assert.match(before, /<UDN>uuid:[0-9a-f-]{36}<\/UDN>/);

      const watched = await television.begin(pathname);
      const cut = once(watched, 'error');
      assert.equal(await television.server.end(), 0);
      watched.resume();
      await cut;
      await television.server.restart();
      assert.equal(await describe(), before);
      const again = await television.ask(pathname, { headers: { range: 'bytes=40000000-' } });
      assert.deepEqual([again.status, again.body.length], [206, 8_000_000]);
    } finally {
      await television.stop();
    }
  });

  it('comes and goes as administrators want it, also after a restart', async () => {
    const port = String(await freePort());
    const television = await TestTelevision.start({ env: { NOSOCIAL_DLNA: '', NOSOCIAL_DLNA_PORT: port } });
    try {
      const { origin } = television;
      const turn = async (isOn: boolean): Promise<void> => {
        const api = await ApiClient.login(television.server.url, ANN);
        await api.ok('changeSettings', { body: { 'dlna.enabled': isOn } });
      };
      const isThere = (): Promise<boolean> =>
        fetch(`${origin}/device.xml`).then(
          ({ ok }) => ok,
          () => false,
        );
      const becomes = (wanted: boolean): Promise<true> =>
        until(`it is ${wanted ? '' : 'not '}there`, async () => ((await isThere()) === wanted ? true : undefined));
      assert.equal(await isThere(), true);
      await turn(false);
      await becomes(false);
      await television.server.restart();
      assert.doesNotMatch(television.server.stdout, /television/);
      assert.equal(await isThere(), false);
      await turn(true);
      await becomes(true);
      await turn(false);
      await becomes(false);
    } finally {
      await television.stop();
    }
  });

  it('does without an interface whose port is taken, and says so', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const env = { NOSOCIAL_DLNA: 'on', NOSOCIAL_DLNA_INTERFACES: 'lo', NOSOCIAL_DLNA_PORT: String(port) };
    const server = await startServer({ env });
    try {
      assert.match(server.stdout, /^television +on no network; see the settings of dlna$/m);
      const warning =
        /WARN +televisions do not find it; it is tried again.*127\.0\.0\.1 port \d+: another program uses it/;
      await until('it is told', () => (warning.test(server.stderr) ? true : undefined));
      assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
    } finally {
      await server.stop();
      other.close();
    }
  });
});
