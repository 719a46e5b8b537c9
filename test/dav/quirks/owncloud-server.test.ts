import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { DavClient } from '../../support/dav-client.ts';
import { DavServer } from '../../support/dav-server.ts';
import { find, parseXml } from '../../support/dav-xml.ts';

describe('what ownCloud clients send besides WebDAV', () => {
  let server: DavServer;
  let ann: DavClient;

  before(async () => {
    server = await DavServer.start();
    ann = server.as('ann');
  });
  after(() => server.stop());

  const said = async (path: string, name: string) => {
    const { body } = await ann.expect(207, 'PROPFIND', path, { headers: { depth: '0' } });
    return find(parseXml(body), name)?.text;
  };

  it('keeps the times of an upload and says that it did', async () => {
    const headers = { 'x-oc-mtime': '1700000000', 'x-oc-ctime': '1600000000.5' };
    const answer = await ann.expect(201, 'PUT', 'times.txt', { headers, body: 'x' });
    assert.equal(answer.headers['x-oc-mtime'], 'accepted');
    assert.equal(answer.headers['x-oc-ctime'], 'accepted');
    assert.equal(await said('times.txt', 'getlastmodified'), 'Tue, 14 Nov 2023 22:13:20 GMT');
    assert.equal(await said('times.txt', 'creationdate'), '2020-09-13T12:26:40Z');
    const without = await ann.expect(201, 'PUT', 'none.txt', { headers: { 'x-oc-mtime': 'soon' }, body: 'x' });
    assert.equal(without.headers['x-oc-mtime'], undefined);
  });

  it('sets the time by DAV:lastmodified, and stores nothing of it besides', async () => {
    await ann.put('later.txt', 'x');
    const body =
      '<propertyupdate xmlns="DAV:"><set><prop><lastmodified>1700000000</lastmodified></prop></set></propertyupdate>';
    await ann.expect(207, 'PROPPATCH', 'later.txt', { body });
    assert.equal(await said('later.txt', 'getlastmodified'), 'Tue, 14 Nov 2023 22:13:20 GMT');
    assert.equal(await said('later.txt', 'lastmodified'), undefined);
  });

  it('refuses an upload that does not have its OC-Checksum', async () => {
    const sum = createHash('sha1').update('content').digest('hex');
    const headers = { 'oc-checksum': `SHA1:${sum}` };
    await ann.expect(201, 'PUT', 'sum.txt', { headers, body: 'content' });
    await ann.expect(400, 'PUT', 'sum.txt', { headers, body: 'damaged' });
    assert.equal((await ann.get('sum.txt')).toString(), 'content');
  });
});
