import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { join } from 'node:path';
import type { Check, World } from './check.ts';

/** The film whose index is at its end. */
const FILM = 'Bunny & <Friends> é.mp4';
const SAMSUNG = 'DLNADOC/1.50 SEC_HHP_[TV] UE40D7000/1.0';

async function filmAnd({ point, films }: World): Promise<{ url: string; content: Buffer; fourthField: string }> {
  const { resource } = await point.film('Bunny');
  const film = resource.url;
  const content = await readFile(join(films, FILM));
  const fourthField = resource.attributes['protocolInfo']?.split(':')[3] ?? '';
  return { url: film, content, fourthField };
}

interface Expected {
  readonly range: string;
  readonly from: number;
  /** Not included. */
  readonly to: number;
}

function rangesOf(size: number): Expected[] {
  return [
    { range: 'bytes=0-', from: 0, to: size },
    { range: 'bytes=100-199', from: 100, to: 200 },
    { range: 'bytes=0-0', from: 0, to: 1 },
    { range: 'bytes=-500', from: size - 500, to: size },
    { range: `bytes=-${size + 500}`, from: 0, to: size },
    { range: `bytes=${size - 10}-${size + 1000}`, from: size - 10, to: size },
    { range: `bytes=${size - 1}-`, from: size - 1, to: size },
  ];
}

/** What a server sends to these bytes till it ends the connection. */
async function raw(url: string, lines: readonly string[]): Promise<Buffer> {
  const { hostname: host, port } = new URL(url);
  const socket = connect({ host, port: Number(port) });
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  return buffer(socket);
}

/** How films are sent, and what belongs to them. */
export const STREAMING: readonly Check[] = [
  {
    name: 'HEAD with the length, and what can be done: 200',
    run: async (world) => {
      const { url, content, fourthField } = await filmAnd(world);
      const headers = { 'getcontentfeatures.dlna.org': '1' };
      const { status, headers: told, body } = await world.point.ask(url, { method: 'HEAD', headers });
      assert.deepEqual(
        [status, told['content-length'], told['content-type'], told['accept-ranges'], body.length],
        [200, String(content.length), 'video/mp4', 'bytes', 0],
      );
      assert.equal(told['contentfeatures.dlna.org'], fourthField);
    },
  },
  {
    name: 'ranges: open, closed, of one byte, from the end, longer than the film: 206',
    run: async (world) => {
      const { url, content } = await filmAnd(world);
      for (const { range, from, to } of rangesOf(content.length)) {
        const { status, headers, body } = await world.point.ask(url, { headers: { range } });
        assert.deepEqual(
          [status, headers['content-range'], headers['content-length'], headers['transfer-encoding']],
          [206, `bytes ${from}-${to - 1}/${content.length}`, String(to - from), undefined],
          range,
        );
        assert.ok(body.equals(content.subarray(from, to)), range);
      }
    },
  },
  {
    name: 'a range behind the end: 416 with `bytes */N`',
    run: async (world) => {
      const { url, content } = await filmAnd(world);
      const { status, headers } = await world.point.ask(url, { headers: { range: `bytes=${content.length}-` } });
      assert.deepEqual([status, headers['content-range']], [416, `bytes */${content.length}`]);
    },
  },
  {
    name: 'If-Range of another version: all of it, 200',
    run: async (world) => {
      const { url, content } = await filmAnd(world);
      const headers = { range: 'bytes=5-9', 'if-range': '"another"' };
      const { status, body } = await world.point.ask(url, { headers });
      assert.deepEqual([status, body.length], [200, content.length]);
    },
  },
  {
    name: 'the mode of transfer is repeated; seeking by time and other speeds: 406',
    run: async (world) => {
      const { url } = await filmAnd(world);
      const mode = { 'transfermode.dlna.org': 'Streaming', range: 'bytes=0-9' };
      const { headers } = await world.point.ask(url, { headers: mode });
      assert.equal(headers['transfermode.dlna.org'], 'Streaming');
      for (const [name, value] of [
        ['timeseekrange.dlna.org', 'npt=5-'],
        ['playspeed.dlna.org', 'speed=2'],
      ] as const) {
        assert.equal((await world.point.ask(url, { headers: { [name]: value } })).status, 406, name);
      }
    },
  },
  {
    name: 'the connection kept for the next request',
    run: async (world) => {
      const { url } = await filmAnd(world);
      const { headers } = await world.point.ask(url, { headers: { range: 'bytes=0-9' } });
      assert.notEqual(headers.connection, 'close');
    },
  },
  {
    name: 'HTTP/1.0, without Host',
    run: async (world) => {
      const { url, content } = await filmAnd(world);
      const answer = await raw(url, [`GET ${new URL(url).pathname} HTTP/1.0`, 'Range: bytes=0-99']);
      const end = answer.indexOf('\r\n\r\n') + 4;
      assert.match(answer.subarray(0, end).toString(), /^HTTP\/1\.[01] 206 /);
      assert.ok(answer.subarray(end).equals(content.subarray(0, 100)));
    },
  },
  {
    name: 'connections that are dropped at once survived',
    run: async (world) => {
      const { url, content } = await filmAnd(world);
      const { hostname: host, port, pathname } = new URL(url);
      for (let probe = 0; probe < 30; probe++) {
        const socket = connect({ host, port: Number(port) });
        socket.on('error', () => undefined);
        await new Promise((resolve) => socket.once('connect', resolve));
        socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n`);
        socket.resetAndDestroy();
      }
      assert.ok((await world.point.ask(url)).body.equals(content));
    },
  },
  {
    name: 'subtitles beside a film offered to an LG set',
    run: async ({ point }) => {
      const asked = { headers: { 'user-agent': 'Linux/3.10 UPnP/1.0 LGE_DLNA_SDK/1.6.0 [TV][LG]47LA/04' } };
      const { resources } = await point.film('Bunny', asked);
      const [video, srt] = resources;
      assert.match(video?.attributes['protocolInfo'] ?? '', /:video\/mp4:/);
      assert.match(srt?.attributes['protocolInfo'] ?? '', /:text\/srt:/);
      assert.match((await point.ask(srt?.url ?? '')).body.toString(), /Hello/);
    },
  },
  {
    name: 'subtitles beside a film offered to a Samsung set, in the header that it asks for',
    run: async ({ point }) => {
      const { resource } = await point.film('Bunny', { headers: { 'user-agent': SAMSUNG } });
      const headers = { 'user-agent': SAMSUNG, 'getcaptioninfo.sec': '1', range: 'bytes=0-9' };
      const { 'captioninfo.sec': at } = (await point.ask(resource.url, { headers })).headers;
      assert.ok(typeof at === 'string' && at !== '', 'no CaptionInfo.sec');
      assert.match((await point.ask(at)).body.toString(), /Hello/);
    },
  },
];
