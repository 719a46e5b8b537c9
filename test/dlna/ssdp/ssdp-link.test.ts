import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { SsdpLink, type SsdpEvents, type SsdpTold } from '../../../src/dlna/ssdp/ssdp-link.ts';
import { until } from '../../support/processes.ts';

const GROUP = '239.255.255.250';
const LOOPBACK = { name: 'lo', address: '127.0.0.1', network: '127.0.0.1/8' };
/** Names that the device is found by. */
const ALL = 6;

const PATIENCE = { timeoutMs: 20_000 };

describe('an announcement on one network', () => {
  const faults: unknown[] = [];
  const searches: string[] = [];
  const events: SsdpEvents = {
    onSearch: ({ target, answers }) => void searches.push(`${target} ${answers}`),
    onFault: (error) => void faults.push(error),
  };
  let udn: string;
  let ear: Socket;
  let heard: string[];
  let link: SsdpLink;
  let isServedOtherwise: boolean;

  beforeEach(async () => {
    udn = `uuid:${randomUUID()}`;
    heard = [];
    isServedOtherwise = false;
    ear = createSocket({ type: 'udp4', reuseAddr: true });
    ear.on('message', (bytes) => {
      // Others on this machine may speak, too.
      if (bytes.includes(udn)) heard.push(bytes.toString());
    });
    ear.bind(1900);
    await once(ear, 'listening');
    ear.addMembership(GROUP, LOOPBACK.address);
    link = await SsdpLink.open(LOOPBACK, told(), events);
  });

  afterEach(async () => {
    await link.close();
    ear.close();
    assert.deepEqual(faults, []);
  });

  function told(): SsdpTold {
    const location = 'http://127.0.0.1:8200/device.xml';
    return { udn, server: 'Test/1.0', location, isServedOtherwise: () => isServedOtherwise };
  }

  /** Waits until all names were said so, `rounds` times; gives the kinds of all that was heard, and forgets it. */
  async function said(kind: 'alive' | 'byebye', rounds = 1): Promise<(string | undefined)[]> {
    const kinds = () => heard.map((text) => /^NTS: ssdp:(.*)$/m.exec(text)?.[1]);
    const isSaid = () => kinds().filter((each) => each === kind).length >= rounds * ALL || undefined;
    await until(`${kind} of all`, isSaid, PATIENCE);
    const all = kinds();
    heard = [];
    return all;
  }

  it('begins with a goodbye for who knows it from before, and is said several times', async () => {
    const kinds = await said('alive', 3);
    assert.deepEqual(kinds, [...Array<string>(ALL).fill('byebye'), ...Array<string>(3 * ALL).fill('alive')]);
    assert.ok(Math.abs(Number(link.announcedMs) - Date.now()) < 60_000);
  });

  it('is said again after the machine slept, without a goodbye, and searches are answered as before', async () => {
    await said('alive');
    await link.renew();
    assert.ok(!(await said('alive', 3)).includes('byebye'));
    const asker = createSocket('udp4');
    const answers: string[] = [];
    asker.on('message', (bytes) => answers.push(bytes.toString()));
    try {
      asker.bind(0, LOOPBACK.address);
      await once(asker, 'listening');
      asker.setMulticastInterface(LOOPBACK.address);
      asker.send(`M-SEARCH * HTTP/1.1\r\nMAN: "ssdp:discover"\r\nMX: 0\r\nST: ${udn}\r\n\r\n`, 1900, GROUP);
      await until('an answer', () => answers.some((text) => text.includes(`ST: ${udn}\r\n`)) || undefined, PATIENCE);
      assert.equal(answers.length, 1);
      assert.ok(searches.includes(`${udn} 1`));
    } finally {
      asker.close();
    }
  });

  it('ends with a goodbye that has left when it is closed, and with nothing after it', async () => {
    await said('alive');
    await link.close();
    await link.renew();
    await link.close();
    const kinds = await said('byebye', 2);
    assert.deepEqual(new Set(kinds.slice(-2 * ALL)), new Set(['byebye']));
  });

  it('comes and goes without a goodbye beside another in the same network', async () => {
    await said('alive', 3);
    isServedOtherwise = true;
    const second = await SsdpLink.open(LOOPBACK, told(), events);
    assert.deepEqual(await said('alive', 3), Array<string>(3 * ALL).fill('alive'));
    await second.close();
    await link.renew();
    assert.deepEqual(await said('alive', 3), Array<string>(3 * ALL).fill('alive'));
  });

  it('fails where there is no such address', async () => {
    const absent = { name: 'eth9', address: '192.0.2.1', network: '192.0.2.1/24' };
    await assert.rejects(SsdpLink.open(absent, told(), events));
  });
});
