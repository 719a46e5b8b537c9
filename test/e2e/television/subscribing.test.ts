import assert from 'node:assert/strict';
import { Subscription } from '../../../src/dlna/events/subscription.ts';
import { EventSubscriber } from '../../support/event-subscriber.ts';
import { addAddress, TwoNetworks, type Side } from '../../support/network.ts';
import { run } from '../../support/processes.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const PORT = 8200;

/** What curl on that side is answered: the status, 0 for none, and the headers by their names in small letters. */
async function curl({ namespace }: Side, args: string[]): Promise<{ status: number; headers: Map<string, string> }> {
  const [command, ...rest] = TwoNetworks.inside(namespace, 'client');
  const options = ['--silent', '--max-time', '10', '--dump-header', '-', '--output', '/dev/null', '--noproxy', '*'];
  const { stdout } = await run(command, [...rest, 'curl', ...options, ...args]);
  const [statusLine = '', ...lines] = stdout.split('\r\n');
  const headers = lines.flatMap((line) => {
    const [, name = '', value = ''] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
    return name === '' ? [] : [[name.toLowerCase(), value] as const];
  });
  return { status: Number(statusLine.split(' ')[1] ?? 0), headers: new Map(headers) };
}

describe('what a machine on a network may ask of the media server', function () {
  this.timeout(60_000);
  let networks: TwoNetworks;
  let server: TestServer;
  let side: Side;
  let other: Side;

  before(async () => {
    networks = await TwoNetworks.create();
    [side, other] = networks.sides;
    server = await startServer({ launcher: TwoNetworks.inside(networks.middle), env: { NOSOCIAL_DLNA: 'on' } });
  });

  after(async () => {
    await server.stop();
    await networks.remove();
  });

  async function subscribe(callback: string, from = side): Promise<number> {
    const headers = ['-H', 'NT: upnp:event', '-H', `CALLBACK: ${callback}`, '-H', 'TIMEOUT: Second-300'];
    const url = `http://${from.ipv4}:${PORT}/events/content-directory`;
    return (await curl(from, ['-X', 'SUBSCRIBE', ...headers, url])).status;
  }

  it('is what it tells of itself, with its length', async () => {
    for (const path of ['/device.xml', '/services/content-directory.xml', '/icons/120.png', '/icons/48.jpg']) {
      const url = `http://${side.ipv4}:${PORT}${path}`;
      const [got, headers] = [await curl(side, [url]), await curl(side, ['--head', url])];
      for (const { status, headers: told } of [got, headers]) {
        assert.equal(status, 200);
        assert.ok(Number(told.get('content-length')) > 500, path);
        assert.equal(told.get('transfer-encoding'), undefined);
        assert.match(told.get('server') ?? '', /^Linux\/\S+ UPnP\/1\.0 DLNADOC\/1\.50 nosocial\//);
      }
      assert.equal(got.headers.get('content-length'), headers.headers.get('content-length'));
    }
  });

  it('is to be told of changes at its own address, or at another in its network', async () => {
    assert.equal(await subscribe('<http://10.71.1.2:5000/>'), 200);
    assert.equal(await subscribe('<http://10.71.1.77:5000/a><http://10.71.1.2/b>'), 200);
    assert.equal(await subscribe('<http://10.71.2.2:5000/>', other), 200);
  });

  const elsewhere = [
    'http://10.71.2.2:5000/',
    `http://10.71.1.1:${PORT}/`,
    'http://10.71.1.1:22/',
    'http://10.71.2.1:22/',
    'http://127.0.0.1:8080/',
    'http://169.254.169.254/latest/',
    'http://203.0.113.1/',
    'http://neighbour/',
    'http://user@10.71.1.2/',
    'http://[fd71:1::2]/',
    'https://10.71.1.2/',
  ];
  for (const url of elsewhere) {
    it(`is not that ${url} be told`, async () => {
      assert.equal(await subscribe(`<${url}>`), 412);
      assert.equal(await subscribe(`<http://10.71.1.2:5000/><${url}>`), 412);
    });
  }

  it('is nothing for who came by way of a router, or asks for another address', async () => {
    await addAddress(side.namespace, side.interfaceName, '10.99.0.2');
    await run('ip', ['-n', networks.middle, 'route', 'add', '10.99.0.0/24', 'dev', side.interfaceName]);
    const url = `http://${side.ipv4}:${PORT}/device.xml`;
    assert.equal((await curl(side, [url])).status, 200);
    assert.equal((await curl(side, ['--interface', '10.99.0.2', url])).status, 0);
    await run('ip', ['-n', side.namespace, 'route', 'add', '10.71.2.0/24', 'via', side.ipv4]);
    assert.equal((await curl(side, [`http://${other.ipv4}:${PORT}/device.xml`])).status, 0);
    const { status } = await curl(side, ['-H', `Host: television.example:${PORT}`, url]);
    assert.ok(status >= 400, String(status));
  });
});

describe('a subscriber that takes no message', () => {
  it('holds up nothing for longer than it may, and is told that it missed one', async () => {
    const subscriber = await EventSubscriber.start();
    const [, address = '', port] = /([\d.]+):(\d+)/.exec(subscriber.callback()) ?? [];
    const subscription = new Subscription({
      callbacks: [{ address, port: Number(port), path: '/' }],
      from: '127.0.0.1',
      betweenChangesMs: 0,
      takeChanges: () => (subscriber.told.length === 1 ? { SystemUpdateID: 2 } : undefined),
      onExpired: () => undefined,
    });
    try {
      subscriber.answer = () => Promise.withResolvers<{ status: number }>().promise;
      const begun = subscription.begin({ SystemUpdateID: 1 });
      await subscriber.toldAtLeast(1);
      subscriber.answer = () => Promise.resolve({ status: 200 });
      await begun;
      assert.deepEqual(
        subscriber.told.map(({ sequence }) => sequence),
        [0, 1],
      );
    } finally {
      subscription.end();
      await subscriber.close();
    }
  });
});
