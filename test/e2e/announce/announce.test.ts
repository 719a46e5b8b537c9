import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { addAddress, removeAddress, TwoNetworks, type Side } from '../../support/network.ts';
import { endProcess, runWell, until } from '../../support/processes.ts';
import { startServer, type ServerOptions, type TestServer } from '../../support/server.ts';
import { Avahi } from './avahi.ts';
import { ZeroconfClient, type FoundService } from './zeroconf-client.ts';

const PORT = 8080;
const PATIENCE = { timeoutMs: 20_000 };
const NAME = 'nosocial on box._webdav._tcp.local.';

/** A server on all addresses of the machine in the middle, or on others. */
async function serveIn(
  { middle }: TwoNetworks,
  { listen = `[::]:${PORT}`, env = {}, ...rest }: ServerOptions = {},
): Promise<TestServer> {
  return startServer({
    ...rest,
    launcher: TwoNetworks.inside(middle),
    listen,
    env: { NOSOCIAL_ANNOUNCE: 'true', ...env },
  });
}

/** What is told of the one server, on that side. */
function told({ ipv4, ipv6 }: Side): FoundService[] {
  return [{ name: NAME, addresses: [ipv4, ipv6], port: PORT, host: 'box.local.', text: { path: '/dav/' } }];
}

/** The addresses that a program on that side is told. */
async function ask({ namespace, ipv4 }: Side): Promise<unknown> {
  const [command, ...args] = TwoNetworks.inside(namespace, 'client');
  const program = join(import.meta.dirname, 'asker-process.ts');
  return JSON.parse(await runWell(command, [...args, process.execPath, program, ipv4.replace(/1$/, '2')])) as unknown;
}

/** Whether anything in the namespace listens where mDNS is spoken. */
async function speaksMdns(namespace: string): Promise<boolean> {
  const [command, ...args] = TwoNetworks.inside(namespace);
  const tables = await runWell(command, [...args, 'cat', '/proc/net/udp', '/proc/net/udp6']);
  return tables.split('\n').some((line) => line.trim().split(/\s+/)[1]?.endsWith(':14E9'));
}

describe('a server on two networks', function () {
  this.timeout(60_000);
  let networks: TwoNetworks;
  let server: TestServer | undefined;
  const clients: ZeroconfClient[] = [];

  function look(side: Side): ZeroconfClient {
    const client = new ZeroconfClient(TwoNetworks.inside(side.namespace, 'client'));
    clients.push(client);
    return client;
  }

  beforeEach(async () => {
    networks = await TwoNetworks.create();
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
    await server?.stop();
    server = undefined;
    await networks.remove();
  });

  it('tells each network its own address, the port and the path, and says goodbye', async () => {
    const seen = networks.sides.map((side) => ({ side, client: look(side) }));
    const [, other] = networks.sides;
    const avahi = await Avahi.start(other.namespace, 'client');
    try {
      server = await serveIn(networks);
      for (const { side, client } of seen) {
        assert.deepEqual(await client.waitFor('the server', (found) => found.length > 0), told(side));
      }
      assert.equal(await speaksMdns(networks.middle), true);
      // Each of the server's sockets hears everybody (Linux); only the one on the asker's network may answer.
      const answered = await Promise.all(networks.sides.map(ask));
      assert.deepEqual(
        answered,
        networks.sides.map(({ ipv4 }) => [ipv4]),
      );
      const entries = await avahi.browse('_webdav._tcp');
      const common = { name: 'nosocial\\032on\\032box', host: 'box.local', port: PORT, text: '"path=/dav/"' };
      // It asks over each family for whatever address there is.
      const want = entries.map(({ family, address }) => ({ ...common, family, address }));
      assert.deepEqual(entries, want);
      assert.deepEqual(
        entries.map(({ family }) => family),
        ['IPv4', 'IPv6'],
      );
      for (const { address } of entries) assert.ok([other.ipv4, other.ipv6].includes(address), address);
    } finally {
      await avahi.stop();
    }
    assert.equal(await server.end(), 0);
    for (const { client } of seen) await client.waitFor('its end', (found) => found.length === 0);
  });

  it('follows addresses and networks that come and go', async () => {
    const [side, other] = networks.sides;
    await runWell('ip', ['-n', networks.middle, 'link', 'delete', other.interfaceName]);
    server = await serveIn(networks);
    const client = look(side);
    await client.waitFor('the server', (found) => found.length > 0);

    await networks.connect(other);
    await removeAddress(networks.middle, side.interfaceName, side.ipv4);
    await addAddress(networks.middle, side.interfaceName, '10.71.1.9');
    await look(other).waitFor('the server on a new network', (found) => isSame(found, told(other)));
    const moved = { ...side, ipv4: '10.71.1.9' };
    await look(side).waitFor('its new address', (found) => isSame(found, told(moved)));
    assert.equal(client.services.length, 1, 'nobody was told that it went');
  });

  it('takes another name beside one that has its name', async () => {
    const [side] = networks.sides;
    const client = look(side);
    server = await serveIn(networks);
    await client.waitFor('the first', (services) => services.length === 1);
    const second = await serveIn(networks, { listen: `[::]:${PORT + 1}` });
    try {
      const found = await client.waitFor('both', (services) => services.length === 2);
      assert.deepEqual(
        found.map(({ name, port, addresses }) => ({ name, port, addresses })),
        [
          { name: NAME.replace('box', 'box (2)'), port: PORT + 1, addresses: [side.ipv4, side.ipv6] },
          { name: NAME, port: PORT, addresses: [side.ipv4, side.ipv6] },
        ],
      );
    } finally {
      await second.stop();
    }
  });

  it('keeps its name where two interfaces lead to one network', async () => {
    const [side, other] = networks.sides;
    const second = await networks.join(side, other);
    server = await serveIn(networks);
    // Both have announced themselves by then, and have heard each other.
    const heard = server;
    await until(
      'both interfaces',
      () => (heard.stderr.match(/announced by mDNS/g)?.length ?? 0) >= 2 || undefined,
      PATIENCE,
    );
    const found = await look(side).waitFor('the server', (services) => services.length > 0);
    assert.deepEqual(
      found.map(({ name, host }) => ({ name, host })),
      [{ name: NAME, host: 'box.local.' }],
    );
    for (const address of found[0]?.addresses ?? [])
      assert.ok([side.ipv4, side.ipv6, second].includes(address), address);
    assert.doesNotMatch(server.stderr, /box \(2\)/);

    await runWell('ip', ['-n', networks.middle, 'link', 'delete', side.interfaceName]);
    await until(
      'the address that is left',
      async () => (isSame(await ask(side), [second]) ? true : undefined),
      PATIENCE,
    );
  });

  it('leaves the name of the machine to its own responder, and takes it on when that ends', async () => {
    const [side] = networks.sides;
    // Avahi does not tell of it: were we to do so, it would take us for another machine and change its name.
    await runWell('ip', [
      ...['-n', networks.middle, 'address', 'add', 'fd71:1::5/64', 'dev', side.interfaceName],
      ...['nodad', 'preferred_lft', '0'],
    ]);
    const avahi = await Avahi.start(networks.middle, 'box');
    try {
      server = await serveIn(networks);
      const [service] = await look(side).waitFor('the server', (found) => found.length > 0);
      assert.equal(service?.host, 'box.local.');
      assert.ok(!service.addresses.includes('fd71:1::5'), service.addresses.join(' '));
      assert.equal(await avahi.hostName(), 'box.local');
    } finally {
      await avahi.stop();
    }
    await look(side).waitFor('all addresses', ([found]) => found?.addresses.includes('fd71:1::5') === true);
  });

  it('is silent where it is told to be, and where only this machine reaches it', async () => {
    const silent: ServerOptions[] = [{ env: { NOSOCIAL_ANNOUNCE: 'false' } }, { listen: `127.0.0.1:${PORT}` }];
    for (const options of silent) {
      server = await serveIn(networks, options);
      assert.equal(await speaksMdns(networks.middle), false, JSON.stringify(options));
      await server.stop();
    }
  });

  it('tells of what it listens on, and where; of TLS from when it is spoken', async () => {
    const [side, other] = networks.sides;
    const tls = { NOSOCIAL_TLS_LISTEN: `${other.ipv4}:8443` };
    server = await serveIn(networks, { listen: `${side.ipv4}:${PORT}`, env: tls });
    const [here, there] = [look(side), look(other)];
    const [plain] = await here.waitFor('the server', (found) => found.length > 0);
    assert.deepEqual(plain, { ...told(side)[0], addresses: [side.ipv4] });
    assert.deepEqual(there.services, []);

    const { code, stderr } = await server.cli(['tls', 'init']);
    assert.equal(code, 0, stderr);
    const [secure] = await there.waitFor('the server by TLS', (found) => found.length > 0);
    const name = NAME.replace('_webdav', '_webdavs');
    assert.deepEqual(secure, { ...told(other)[0], name, addresses: [other.ipv4], port: 8443 });
    assert.deepEqual(here.services, [plain]);
  });

  it('serves where the port of mDNS is taken, and says so once', async () => {
    const script =
      'import socket; s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); s.bind(("::", 5353)); print("bound", flush=True); input()';
    const [command, ...args] = TwoNetworks.inside(networks.middle);
    const other = spawn(command, [...args, '/usr/bin/python3', '-c', script], { stdio: 'pipe' });
    try {
      await once(other.stdout, 'data');
      server = await serveIn(networks);
      assert.equal(await server.end(), 0);
      const warnings = server.stderr.split('\n').filter((line) => line.includes('mDNS'));
      assert.deepEqual(
        warnings.map((line) => /interface=(\w+)/.exec(line)?.[1]).sort(),
        networks.sides.map(({ interfaceName }) => interfaceName),
        server.stderr,
      );
    } finally {
      await endProcess(other);
    }
  });
});

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
