import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { runWell } from '../../../support/processes.ts';
import { readXml } from '../../../../src/http/xml/reader.ts';
import { searchFor } from '../neighbour.ts';
import type { Check } from './check.ts';
import { all, textIn } from './control-point.ts';

const MEDIA_SERVER = 'urn:schemas-upnp-org:device:MediaServer:1';
/** Whoever answers has answered by then, also on a busy machine. */
const ANSWER_MS = 10_000;
/** For another answer, or for one that should not come: longer than the second that `MX: 1` lets it be put off. */
const LISTEN_MS = 1500;

interface Search {
  readonly to: string;
  readonly from: string;
  /** That there is no answer is what is looked for. */
  readonly isVain?: boolean;
}

/** The answers to a search. */
async function search(text: string, { to, from, isVain = false }: Search): Promise<string[]> {
  const socket = createSocket('udp4');
  try {
    socket.bind(0, from);
    await once(socket, 'listening');
    const answers: string[] = [];
    const first = new Promise<void>((resolve) => {
      socket.on('message', (bytes) => {
        answers.push(bytes.toString());
        resolve();
      });
    });
    socket.setMulticastInterface(from);
    socket.send(text, 1900, to);
    if (!isVain) await Promise.race([first, delay(ANSWER_MS)]);
    await delay(LISTEN_MS);
    return answers;
  } finally {
    socket.close();
  }
}

/** How a set is found, and what it is told of it. */
export const FINDING: readonly Check[] = [
  {
    name: 'found by gssdp-discover',
    run: async ({ point, interfaceName }) => {
      const options = ['-i', interfaceName, '-t', MEDIA_SERVER, '-n', '4', '-m', 'available'];
      const found = await runWell('gssdp-discover', options);
      assert.deepEqual(
        [...found.matchAll(/Location: *(\S+)/gi)].map(([, place]) => place),
        [point.location],
      );
    },
  },
  {
    name: 'found by a control point of GUPnP',
    run: async ({ point, gupnp }) => {
      assert.equal((await gupnp.found()).udn, textIn(point.description, 'UDN'));
    },
  },
  {
    name: 'each search answered once, with the address of its network',
    run: async ({ point, ownAddress: from }) => {
      const answers = await search(searchFor(MEDIA_SERVER, 1), { to: '239.255.255.250', from });
      assert.deepEqual(
        answers.map((answer) => /^location: *(\S+)/im.exec(answer)?.[1]),
        [point.location],
      );
    },
  },
  {
    name: 'a search by unicast, without MX, answered',
    run: async ({ point, ownAddress: from }) => {
      const to = new URL(point.location).hostname;
      assert.equal((await search(searchFor(MEDIA_SERVER), { to, from })).length, 1);
    },
  },
  {
    name: 'whoever is in none of its networks not answered (SSDP)',
    run: async ({ point, strangeAddress: from }) => {
      const to = new URL(point.location).hostname;
      assert.deepEqual(await search(searchFor(MEDIA_SERVER), { to, from, isVain: true }), []);
    },
  },
  {
    name: 'a flood of searches answered sparingly',
    run: async ({ point, ownAddress: from }) => {
      const to = new URL(point.location).hostname;
      const socket = createSocket('udp4');
      socket.bind(0, from);
      await once(socket, 'listening');
      let answers = 0;
      socket.on('message', () => answers++);
      for (let sent = 0; sent < 300; sent++) socket.send(searchFor('ssdp:all', 1), 1900, to);
      await delay(LISTEN_MS);
      socket.close();
      assert.ok(answers < 300, `300 searches brought ${answers} answers`);
    },
  },
  {
    name: 'a description with all its namespaces declared',
    run: async ({ point }) => {
      readXml((await point.ask(point.location)).body);
    },
  },
  {
    name: 'DMS-1.50; icons in PNG and JPEG, of 48 and 120 pixels',
    run: async ({ point }) => {
      assert.match(textIn(point.description, 'X_DLNADOC'), /^DMS-1\.50/);
      const icons = all(point.description, 'icon');
      const shown = icons.map((icon) => `${textIn(icon, 'mimetype')} ${textIn(icon, 'width')}`).toSorted();
      assert.deepEqual(shown, ['image/jpeg 120', 'image/jpeg 48', 'image/png 120', 'image/png 48']);
      for (const icon of icons) {
        const { status, headers, body } = await point.ask(textIn(icon, 'url'));
        assert.deepEqual([status, headers['content-type']], [200, textIn(icon, 'mimetype')]);
        assert.ok(body.length > 100);
      }
    },
  },
];
