import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Check } from './check.ts';

/** Whoever is let in has an answer long before. */
const ANSWER_MS = 1500;

/** What comes back to a request from that address. */
async function answerTo(location: string, from: string): Promise<string> {
  const { hostname: host, port, pathname } = new URL(location);
  const socket = connect({ host, port: Number(port), localAddress: from });
  let answer = '';
  socket.on('data', (bytes) => (answer += bytes.toString())).on('error', () => undefined);
  socket.on('connect', () => socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n`));
  // Not `once`, which gives up at an error: that is how one is turned away.
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await Promise.race([closed, delay(ANSWER_MS)]);
  socket.destroy();
  return answer;
}

/** Who is kept out. */
export const GUARDING: readonly Check[] = [
  {
    name: 'whoever is in none of its networks not answered (HTTP)',
    run: async ({ point, strangeAddress }) => {
      assert.equal(await answerTo(point.location, strangeAddress), '');
    },
  },
  {
    name: 'a request for another Host refused',
    run: async ({ point }) => {
      for (const host of ['films.example', 'films.example:8200', 'localhost:8200']) {
        assert.notEqual((await point.ask(point.location, { headers: { host } })).status, 200, host);
      }
    },
  },
  {
    name: 'a film’s address of no use with the number of another film',
    run: async ({ point }) => {
      const [one, other] = [(await point.film('Bunny')).resource.url, (await point.film('Third')).resource.url];
      const number = /\/(\d+)[^/]*(?:\/[^/]*)?$/.exec(other)?.[1];
      assert.ok(number);
      const made = one.replace(/\/\d+(?=[^/]*(?:\/[^/]*)?$)/, `/${number}`);
      assert.notEqual(made, one);
      assert.equal((await point.ask(made)).status, 404);
    },
  },
  {
    name: 'nothing outside of its folder, by no spelling of a path',
    run: async ({ point }) => {
      for (const path of [
        '/../etc/passwd',
        '/media/../../etc/passwd',
        '/media/%2e%2e/%2e%2e/etc/passwd',
        '//etc/passwd',
      ]) {
        const { hostname: host, port } = new URL(point.location);
        const socket = connect({ host, port: Number(port) });
        let answer = '';
        socket.on('data', (bytes) => (answer += bytes.toString()));
        socket.end(`GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nConnection: close\r\n\r\n`);
        await once(socket, 'close');
        assert.match(answer, /^HTTP\/1\.[01] 4\d\d /, path);
      }
    },
  },
  {
    name: 'a request of 100 KB refused',
    run: async ({ point }) => {
      const body = `<x>${'y'.repeat(100_000)}</x>`;
      const action = '"urn:schemas-upnp-org:service:ContentDirectory:1#Browse"';
      const headers = { 'content-type': 'text/xml', soapaction: action };
      const status = await point
        .ask(point.controlOf('directory'), { method: 'POST', headers, body })
        .then(({ status: answered }) => answered)
        .catch((error: unknown) => (error as { code?: string }).code);
      assert.notEqual(status, 200);
    },
  },
  {
    name: 'its addresses in the other network told to nobody in this one',
    run: async ({ point, otherAddress }) => {
      const description = (await point.ask(point.location)).body.toString();
      const told = JSON.stringify((await point.walk()).map(({ resources, albumArt }) => [resources, albumArt]));
      assert.ok(!`${description}${told}`.includes(otherAddress));
      const { hostname } = new URL(point.location);
      for (const [, host] of told.matchAll(/http:\/\/([^:/"]+)/g)) assert.equal(host, hostname);
    },
  },
];
