import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import sharp from 'sharp';
import { film, redAndBlue } from '../../support/media.ts';
import { until } from '../../support/processes.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { TestTelevision, type ShownItem } from '../../support/television.ts';

const SAMSUNG = 'SEC_HHP_[TV] UE40H6400/1.0';
const SIZE = 3_000_000;
const FILM = randomBytes(SIZE);
const SUBTITLES = '1\n00:00:01,000 --> 00:00:02,000\nGrüße\n';

describe('televisions are sent', function () {
  this.timeout(60_000);
  let television: TestTelevision;
  before(async () => {
    television = await TestTelevision.start();
  });
  after(() => television.stop());

  describe('films, which', () => {
    let item: ShownItem;
    let url: string;
    before(async () => {
      await television.dav.put('Movies/Great film.mp4', FILM);
      await television.dav.put('Movies/Great film.srt', SUBTITLES);
      item = await television.shown('Great film', { isReady: ({ resources }) => resources.length > 1 });
      url = item.resources[0]?.url ?? '';
    });
    /** The fourth field of the protocolInfo. */
    const offered = (): string => item.resources[0]?.protocolInfo.split(':').slice(3).join(':') ?? '';

    it('come whole, with what sets look for', async () => {
      const { status, headers, body } = await television.ask(url);
      assert.equal(status, 200);
      assert.deepEqual(body, FILM);
      const told = {
        'content-length': String(SIZE),
        'content-type': 'video/mp4',
        'accept-ranges': 'bytes',
        'transfermode.dlna.org': 'Streaming',
        'contentfeatures.dlna.org': offered(),
        'realtimeinfo.dlna.org': 'DLNA.ORG_TLAG=*',
      };
      assert.deepEqual(Object.fromEntries(Object.keys(told).map((name) => [name, headers[name]])), told);
      assert.match(offered(), /^DLNA\.ORG_OP=01;DLNA\.ORG_CI=0;DLNA\.ORG_FLAGS=01700000/);
      const unwanted = ['transfer-encoding', 'set-cookie', 'access-control-allow-origin', 'content-disposition'];
      assert.deepEqual(
        unwanted.filter((name) => name in headers),
        [],
      );
    });

    it('say the same to HEAD', async () => {
      const [whole, head] = [await television.ask(url), await television.ask(url, { method: 'HEAD' })];
      const without = ({ date: _, ...rest }: Record<string, unknown>): unknown => rest;
      assert.equal(head.status, 200);
      assert.deepEqual(without(head.headers), without(whole.headers));
      assert.equal(head.body.length, 0);
    });

    const parts: [range: string, start: number, end: number][] = [
      ['bytes=0-', 0, SIZE - 1],
      ['bytes=0-0', 0, 0],
      ['bytes=-5', SIZE - 5, SIZE - 1],
      [`bytes=-${SIZE * 2}`, 0, SIZE - 1],
      [`bytes=${SIZE - 3}-${SIZE + 1000}`, SIZE - 3, SIZE - 1],
      ['bytes=1048570-2097160', 1_048_570, 2_097_160],
    ];
    for (const [range, start, end] of parts) {
      it(`come in parts: ${range}`, async () => {
        const { status, headers, body } = await television.ask(url, { headers: { range } });
        assert.equal(status, 206);
        assert.equal(headers['content-range'], `bytes ${start}-${end}/${SIZE}`);
        assert.equal(headers['content-length'], String(end - start + 1));
        assert.equal(headers['contentfeatures.dlna.org'], offered());
        assert.ok(body.equals(FILM.subarray(start, end + 1)));
      });
    }

    it('come whole to whoever asks for several parts, which no set can read', async () => {
      const { status, headers, body } = await television.ask(url, { headers: { range: 'bytes=0-1,100-200' } });
      assert.deepEqual([status, headers['content-type'], body.length], [200, 'video/mp4', SIZE]);
    });

    it('have no part behind their end', async () => {
      const { status, headers } = await television.ask(url, { headers: { range: `bytes=${SIZE}-` } });
      assert.deepEqual([status, headers['content-range']], [416, `bytes */${SIZE}`]);
    });

    it('come whole to whoever knows an earlier content', async () => {
      const { headers } = await television.ask(url, { method: 'HEAD' });
      const ask = (ifRange: string) => television.ask(url, { headers: { range: 'bytes=5-9', 'if-range': ifRange } });
      assert.equal((await ask(headers.etag ?? '')).status, 206);
      assert.equal((await ask('"another"')).status, 200);
      assert.equal((await ask('Thu, 01 Jan 1970 00:00:00 GMT')).status, 200);
    });

    const turnedDown: [headers: Record<string, string>, status: number][] = [
      [{ 'TimeSeekRange.dlna.org': 'npt=10.0-' }, 406],
      [{ 'PlaySpeed.dlna.org': 'speed=2' }, 406],
      [{ 'transferMode.dlna.org': 'Interactive' }, 406],
      [{ 'transferMode.dlna.org': 'Sideways' }, 406],
      [{ 'getcontentFeatures.dlna.org': '0' }, 400],
    ];
    for (const [headers, status] of turnedDown) {
      it(`are not sent with ${JSON.stringify(headers)}`, async () => {
        const answer = await television.ask(url, { headers });
        assert.deepEqual([answer.status, answer.headers['content-type']], [status, 'text/plain; charset=utf-8']);
      });
    }

    it('are sent to whoever names bytes beside a time or a speed', async () => {
      for (const more of [{ 'TimeSeekRange.dlna.org': 'npt=0-' }, { 'PlaySpeed.dlna.org': 'speed=1' }]) {
        const { status, body } = await television.ask(url, { headers: { ...more, range: 'bytes=0-4' } });
        assert.deepEqual([status, body.length], [206, 5]);
      }
    });

    it('are sent to sets of Samsung that ask for them as for pictures', async () => {
      const headers = { 'transferMode.dlna.org': 'Interactive' };
      const answer = await television.ask(url, { headers, userAgent: 'SEC_HHP_[TV]UE55A950/1.0' });
      assert.deepEqual([answer.status, answer.headers['transfermode.dlna.org']], [200, 'Streaming']);
    });

    it('are sent as they are asked for', async () => {
      const headers = { 'transferMode.dlna.org': 'Background', 'getcontentFeatures.dlna.org': '1' };
      const answer = await television.ask(url, { headers });
      assert.deepEqual([answer.status, answer.headers['transfermode.dlna.org']], [200, 'Background']);
    });

    it('go over one connection to HTTP/1.1, and to HTTP/1.0 without Host', async () => {
      const { pathname, host } = new URL(url);
      const modern = await RawConnection.open(television.origin);
      const request = `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nRange: bytes=0-3\r\n\r\n`;
      await modern.send(request + request);
      await modern.answered(2);
      assert.deepEqual([modern.statuses, modern.isClosed], [[206, 206], false]);
      modern.socket.destroy();

      const old = await RawConnection.open(television.origin);
      await old.send(`GET ${pathname} HTTP/1.0\r\n\r\n`);
      assert.ok(await old.closed(20_000));
      const [head = '', content = ''] = old.received.split('\r\n\r\n');
      assert.match(head, new RegExp(`^HTTP/1\\.1 200 .*Content-Length: ${SIZE}(\r\n|$)`, 's'));
      assert.doesNotMatch(head, /transfer-encoding/i);
      assert.ok(old.received.endsWith(FILM.subarray(-100).toString('latin1')) && content.length > 0);
    });

    it('survive sets that probe with connections which they drop', async () => {
      const { pathname, host } = new URL(url);
      for (let count = 0; count < 10; count += 1) {
        const probe = await RawConnection.open(television.origin);
        await probe.send(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
        if (count % 2 === 0) await probe.answered(1);
        probe.reset();
      }
      const { body } = await television.ask(url);
      assert.ok(body.equals(FILM));
    });

    it('go on when they are deleted meanwhile', async () => {
      // More than what fits into the buffers on the way.
      const content = randomBytes(48_000_000);
      await television.dav.put('Movies/Short lived.mp4', content);
      const address = await television.addressOf('Short lived');
      const response = await television.begin(address);
      await television.dav.expect(204, 'DELETE', 'Movies/Short lived.mp4');
      assert.equal((await television.ask(address)).status, 404);
      assert.ok((await buffer(response)).equals(content));
    });
  });

  describe('what belongs to them, which', () => {
    const put = (name: string, content: Buffer | string) => television.dav.put(`Movies/${name}`, content);

    it('is found by Samsung in the headers of the film', async () => {
      await put('With subtitles.mp4', await film(2));
      await put('With subtitles.srt', SUBTITLES);
      const isReady = ({ resources }: ShownItem): boolean => resources.length > 1;
      const item = await television.shown('With subtitles', { isReady });
      const url = item.resources[0]?.url ?? '';
      const subtitles = item.resources[1]?.url;
      const asking = { 'getCaptionInfo.sec': '1', 'getMediaInfo.sec': '1' };
      const askFilm = () => television.ask(url, { method: 'HEAD', userAgent: SAMSUNG, headers: asking });
      const { headers } = await until(
        'its length is known',
        async () => {
          const answer = await askFilm();
          return answer.headers['mediainfo.sec'] === undefined ? undefined : answer;
        },
        { timeoutMs: 20_000 },
      );
      assert.equal(headers['captioninfo.sec'], subtitles);
      assert.match(String(headers['mediainfo.sec']), /^SEC_Duration=(19|20)\d\d;$/);
      const unasked = await television.ask(url, { method: 'HEAD', userAgent: SAMSUNG });
      assert.deepEqual([unasked.headers['captioninfo.sec'], unasked.headers['mediainfo.sec']], [undefined, undefined]);
    });

    it('are subtitles that they can read', async () => {
      await put('With subtitles.srt', SUBTITLES);
      const { resources } = await television.shown('With subtitles');
      const url = resources[1]?.url ?? '';
      assert.match(url, /\.srt$/);
      const { status, headers, body } = await television.ask(url);
      assert.deepEqual([status, headers['content-type']], [200, 'text/srt']);
      assert.equal(body.toString(), `\uFEFF${SUBTITLES}`);
      const part = await television.ask(url, { headers: { range: 'bytes=0-2' } });
      assert.deepEqual([part.status, part.body], [206, body.subarray(0, 3)]);
    });

    it('are small pictures of films, from a cover beside them or from their inside', async () => {
      await put('With a cover.mp4', await film(1));
      await put('With a cover.jpg', await redAndBlue(800, 600));
      await put('Broken.mp4', 'no film');
      for (const title of ['With a cover', 'With subtitles']) {
        const { thumbnail = '' } = await television.shown(title);
        assert.match(thumbnail, /\.jpg$/);
        const { status, headers, body } = await television.ask(thumbnail);
        assert.equal(status, 200, title);
        assert.equal(headers['content-type'], 'image/jpeg');
        assert.match(String(headers['contentfeatures.dlna.org']), /^DLNA\.ORG_PN=JPEG_TN;/);
        const { width, height, format } = await sharp(body).metadata();
        assert.ok(format === 'jpeg' && width <= 160 && height <= 160, `${format} ${width}x${height}`);
      }
      const { thumbnail = '' } = await television.shown('Broken');
      assert.equal((await television.ask(thumbnail)).status, 404);
    });

    it('are pictures, which are not streamed', async () => {
      const picture = await redAndBlue(1600, 1200);
      await put('Holiday.jpg', picture);
      const { resources } = await television.shown('Holiday', { container: 'pictures' });
      const [{ url, protocolInfo } = { url: '', protocolInfo: '' }] = resources;
      const { headers, body } = await television.ask(url);
      assert.ok(body.equals(picture));
      assert.equal(headers['transfermode.dlna.org'], 'Interactive');
      assert.equal(headers['contentfeatures.dlna.org'], protocolInfo.split(':').slice(3).join(':'));
      assert.equal(headers['realtimeinfo.dlna.org'], undefined);
      assert.equal((await television.ask(url, { headers: { 'transferMode.dlna.org': 'Streaming' } })).status, 406);
    });
  });
});
