import assert from 'node:assert/strict';
import type { DavClient } from '../../support/dav-client.ts';
import { DavServer } from '../../support/dav-server.ts';
import { find, lockBody, parseXml } from '../../support/dav-xml.ts';

describe('npm webdav 5.11', () => {
  let server: DavServer;
  let ann: DavClient;

  before(async () => {
    server = await DavServer.start();
    ann = server.as('ann');
  });
  after(() => server.stop());

  it('is told the quota by a PROPFIND without a body, and nobody who asks for allprop in one', async () => {
    const quota = async (body: string) => {
      const answer = await ann.expect(207, 'PROPFIND', '', { headers: { depth: '0' }, body });
      return find(parseXml(answer.body), 'quota-available-bytes');
    };
    assert.ok(Number((await quota(''))?.text) > 0);
    assert.equal(await quota('<propfind xmlns="DAV:"><allprop/></propfind>'), undefined);
  });

  it('ends its lock by a token without angle brackets', async () => {
    await ann.put('locked.txt', 'x');
    const { headers } = await ann.expect(200, 'LOCK', 'locked.txt', { body: lockBody() });
    const token = String(headers['lock-token']).replace(/^<|>$/g, '');
    await ann.expect(204, 'UNLOCK', 'locked.txt', { headers: { 'lock-token': token } });
    await ann.expect(204, 'PUT', 'locked.txt', { body: 'free' });
  });
});
