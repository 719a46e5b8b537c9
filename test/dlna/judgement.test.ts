import assert from 'node:assert/strict';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describeRequest } from '../../src/dlna/judgement.ts';
import { linkTo } from '../../src/dlna/media/links.ts';

describe('what is noted of a request', () => {
  const film = linkTo({ secret: Buffer.alloc(32, 1) }, 'media', 12, 'Film.mp4');
  const cover = linkTo({ secret: Buffer.alloc(32, 1) }, 'thumbnails', 12, '');
  const action = '"urn:schemas-upnp-org:service:ContentDirectory:1#Browse"';
  const cases: [method: string, url: string, headers: Record<string, string>, noted: string][] = [
    ['GET', film, { range: 'bytes=5-' }, 'GET /media/12/Film.mp4 bytes=5-'],
    ['HEAD', `${film}?again`, {}, 'HEAD /media/12/Film.mp4'],
    ['GET', cover, {}, 'GET /thumbnails/12.jpg'],
    ['POST', '/control/content-directory', { soapaction: action }, 'POST /control/content-directory Browse'],
    ['POST', '/control/content-directory', { soapaction: 'nonsense' }, 'POST /control/content-directory'],
  ];
  for (const [method, url, headers, noted] of cases) {
    it(noted, () => {
      const request = Object.assign(new IncomingMessage(new Socket()), { method, url, headers });
      assert.equal(describeRequest(request), noted);
    });
  }
});
