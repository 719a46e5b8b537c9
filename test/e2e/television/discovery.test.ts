import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { addAddress, removeAddress, TwoNetworks, type Side } from '../../support/network.ts';
import { endProcess, runWell, until } from '../../support/processes.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { Neighbour, searchFor, type Headers } from './neighbour.ts';

const PORT = 8200;
/** The root, the device, its type, three services. */
const ALL = 6;
const DEVICE_TYPE = 'urn:schemas-upnp-org:device:MediaServer:1';
const EVERYTHING = [
  'upnp:rootdevice',
  DEVICE_TYPE,
  'urn:schemas-upnp-org:service:ContentDirectory:1',
  'urn:schemas-upnp-org:service:ConnectionManager:1',
  'urn:microsoft.com:service:X_MS_MediaReceiverRegistrar:1',
];

async function serveIn({ middle }: TwoNetworks): Promise<TestServer> {
  return startServer({ launcher: TwoNetworks.inside(middle), env: { NOSOCIAL_DLNA: 'on' } });
}

function locationAt(address: string): string {
  return `http://${address}:${PORT}/device.xml`;
}

/** The address of the other machine on that side, or one more that it has. */
function neighbourAt({ ipv4 }: Side, ending = '2'): string {
  return ipv4.replace(/1$/, ending);
}

/** Each location that was told, once. */
function locations(told: readonly Headers[]): (string | undefined)[] {
  return [...new Set(told.map((headers) => headers['LOCATION']))];
}

/** Where gssdp-discover finds media servers from there. */
async function discover({ namespace, interfaceName }: Side): Promise<(string | undefined)[]> {
  const [command, ...args] = TwoNetworks.inside(namespace, 'client');
  const options = ['-i', interfaceName, '-t', DEVICE_TYPE, '-n', '3', '-m', 'available'];
  const found = await runWell(command, [...args, 'gssdp-discover', ...options]);
  return [...found.matchAll(/Location: *(\S+)/gi)].map(([, place]) => place);
}

/** Binds the port of SSDP at an address so that nobody else can, until its input ends. */
const KEEP_PORT = `
import socket, sys
kept = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
kept.bind((sys.argv[1], 1900))
print("kept", flush=True)
sys.stdin.read()
`;

describe('finding the server from a television', function () {
  this.timeout(60_000);
  let networks: TwoNetworks;
  let server: TestServer | undefined;
  const neighbours: Neighbour[] = [];

  async function neighbourOn(side: Side): Promise<Neighbour> {
    const neighbour = await Neighbour.start(side.namespace, neighbourAt(side));
    neighbours.push(neighbour);
    return neighbour;
  }

  beforeEach(async () => {
    networks = await TwoNetworks.create();
  });

  afterEach(async () => {
    for (const neighbour of neighbours.splice(0)) await neighbour.close();
    await server?.stop();
    server = undefined;
    await networks.remove();
  });

  it('works on two networks at once, each with its own address; it says when it comes, and when it goes', async () => {
    const sides = await Promise.all(networks.sides.map(async (side) => ({ side, neighbour: await neighbourOn(side) })));
    server = await serveIn(networks);
    for (const { side, neighbour } of sides) {
      const alive = await neighbour.announced('alive', ALL);
      assert.deepEqual(locations(alive), [locationAt(side.ipv4)]);
      const udn = alive.map((headers) => headers['NT'] ?? '').find((name) => name.startsWith('uuid:')) ?? '';
      for (const headers of alive) {
        const { NT: name = '', USN: usn, SERVER: program, 'CACHE-CONTROL': age } = headers;
        assert.equal(usn, name === udn ? udn : `${udn}::${name}`);
        assert.match(program ?? '', /^Linux\/\S+ UPnP\/1\.0 DLNADOC\/1\.50 nosocial\/\S+$/);
        assert.equal(age, 'max-age=1800');
      }
    }
    const discovered = await Promise.all(networks.sides.map(discover));
    assert.deepEqual(
      discovered,
      networks.sides.map(({ ipv4 }) => [locationAt(ipv4)]),
    );
    for (const { neighbour } of sides) neighbour.forgetAll();
    assert.equal(await server.end(), 0);
    for (const { neighbour } of sides) await neighbour.announced('byebye', ALL);
  });

  it('follows networks that come and go, with addresses that nobody gave out', async () => {
    const [side, other] = networks.sides;
    await runWell('ip', ['-n', networks.middle, 'link', 'delete', other.interfaceName]);
    server = await serveIn(networks);
    await networks.connect(other);
    await removeAddress(networks.middle, other.interfaceName, other.ipv4);
    await addAddress(networks.middle, other.interfaceName, '169.254.7.1');
    await addAddress(other.namespace, other.interfaceName, '169.254.7.2');
    const late = await Neighbour.start(other.namespace, '169.254.7.2');
    neighbours.push(late);
    assert.deepEqual(locations(await late.announced('alive', ALL)), [locationAt('169.254.7.1')]);
    const [answer] = await late.search(DEVICE_TYPE, { maxWait: 0 });
    assert.equal(answer?.['LOCATION'], locationAt('169.254.7.1'));

    const neighbour = await neighbourOn(side);
    await removeAddress(networks.middle, side.interfaceName, side.ipv4);
    await addAddress(networks.middle, side.interfaceName, neighbourAt(side, '9'));
    await until(
      'its new address',
      async () =>
        locations(await neighbour.announced('alive', ALL)).includes(locationAt(neighbourAt(side, '9'))) || undefined,
    );
    // Nobody can be told goodbye any more.
    for (const { interfaceName } of networks.sides) {
      await runWell('ip', ['-n', networks.middle, 'link', 'delete', interfaceName]);
    }
    assert.equal(await server.end(), 0);
  });

  it('works beside others that speak SSDP on the same machine, and without the port for itself', async () => {
    const [side, other] = networks.sides;
    // One that shares the port, and one that keeps it at the address of the other network for itself.
    const sharing = await Neighbour.start(networks.middle, side.ipv4);
    neighbours.push(sharing);
    const [command, ...args] = TwoNetworks.inside(networks.middle);
    const keeping = spawn(command, [...args, 'python3', '-c', KEEP_PORT, other.ipv4], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    try {
      await once(keeping.stdout, 'data');
      server = await serveIn(networks);
      for (const one of [side, other]) {
        const neighbour = await neighbourOn(one);
        assert.deepEqual(locations(await neighbour.search('upnp:rootdevice', { maxWait: 0 })), [locationAt(one.ipv4)]);
      }
      await sharing.announced('alive', ALL);
    } finally {
      await endProcess(keeping);
    }
  });
});

describe('searching for the server from a television', function () {
  this.timeout(60_000);
  let networks: TwoNetworks;
  let server: TestServer;
  let neighbour: Neighbour;
  let otherNeighbour: Neighbour;
  let side: Side;
  let other: Side;

  before(async () => {
    networks = await TwoNetworks.create();
    [side, other] = networks.sides;
    server = await serveIn(networks);
    neighbour = await Neighbour.start(side.namespace, neighbourAt(side));
    otherNeighbour = await Neighbour.start(other.namespace, neighbourAt(other));
  });

  after(async () => {
    await neighbour.close();
    await otherNeighbour.close();
    await server.stop();
    await networks.remove();
  });

  it('answers each search once, to those of its networks, and is silent to all else', async () => {
    const ways = [{ maxWait: 0 }, { to: side.ipv4 }, { to: side.ipv4, maxWait: 1 }, { maxWait: 1 }, {}];
    for (const [index, target] of EVERYTHING.entries()) {
      // Some answers come after a while: those are waited for once.
      for (const said of index === 0 ? ways : ways.slice(0, 3)) {
        const [answer, ...more] = await neighbour.search(target, said);
        assert.deepEqual(more, []);
        const { '': status, ST: sought, LOCATION: location, EXT: ext, 'CACHE-CONTROL': age } = answer ?? {};
        assert.deepEqual(
          [status, sought, location, ext, age],
          ['HTTP/1.1 200 OK', target, locationAt(side.ipv4), '', 'max-age=1800'],
        );
        assert.ok(Math.abs(Date.parse(answer?.['DATE'] ?? '') - Date.now()) < 60_000);
      }
    }
    assert.deepEqual(locations(await otherNeighbour.search(DEVICE_TYPE, { maxWait: 1 })), [locationAt(other.ipv4)]);

    // What is not to be answered is said first: had it been, its answer would have come first.
    const unanswered = [
      ...['urn:schemas-upnp-org:device:MediaServer:2', 'uuid:0', 'films'].map((target) => searchFor(target)),
      searchFor('ssdp:all').replace('M-SEARCH', 'NOTIFY'),
      searchFor('ssdp:all').replace('HTTP/1.1', 'HTTP/9.9'),
      searchFor('ssdp:all').replace('discover', 'recover'),
      searchFor('ssdp:all').replace(/^ST:/m, 'XX:'),
      searchFor('ssdp:all').replace(/^ST:/m, 'MX: soon\r\nST:'),
      searchFor('ssdp:all').replace(/^ST:/m, `X: ${'y'.repeat(30_000)}\r\nST:`),
      '',
      '\0'.repeat(1400),
    ];
    for (const text of unanswered) neighbour.say({ text, to: side.ipv4 });
    assert.equal((await neighbour.search('upnp:rootdevice', { to: side.ipv4 })).length, 1);

    // An address of no network of the server, which it could answer all the same.
    await addAddress(side.namespace, side.interfaceName, '10.99.0.2');
    await runWell('ip', ['-n', networks.middle, 'route', 'add', '10.99.0.0/24', 'dev', side.interfaceName]);
    neighbour.say({ text: searchFor('ssdp:all'), to: side.ipv4, from: '10.99.0.2' });
    neighbour.say({ text: searchFor('ssdp:all', 0), from: '10.99.0.2' });
    assert.equal((await neighbour.search('upnp:rootdevice', { to: side.ipv4 })).length, 1);
    assert.equal((await neighbour.search('upnp:rootdevice', { maxWait: 0 })).length, 1);
  });

  it('is not made to flood anybody', async () => {
    const second = neighbourAt(side, '3');
    await addAddress(side.namespace, side.interfaceName, second);
    const startedMs = performance.now();
    // As many as the system keeps for a server that is not let run meanwhile.
    for (let search = 0; search < 200; search++) neighbour.say({ text: searchFor('ssdp:all'), to: side.ipv4 });
    assert.equal((await neighbour.search('upnp:rootdevice', { to: side.ipv4, from: second })).length, 1);
    const allowed = 60 + 6 * Math.ceil((performance.now() - startedMs) / 1000);
    const got = neighbour.heard.filter(({ isAnswer }) => isAnswer).length;
    assert.ok(got >= ALL && got <= allowed, `${got} answers, where ${allowed} may come`);
  });
});
