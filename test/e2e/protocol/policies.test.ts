import assert from 'node:assert/strict';
import { setPolicy } from '../../../src/core/policies.ts';
import { parsePlainPath } from '../../../src/lib/node-path.ts';
import type { DavClient } from '../../support/dav-client.ts';
import { DavServer } from '../../support/dav-server.ts';
import { propfindBody, propstats } from '../../support/dav-xml.ts';

const EXPIRES = '{urn:nosocial:dav}expires';
const ASKED = propfindBody('<expires xmlns="urn:nosocial:dav"/>', '<D:getetag/>');

describe('when a file goes to trash', () => {
  let server: DavServer;
  let ann: DavClient;
  beforeEach(async () => {
    server = await DavServer.start();
    ann = server.as('ann');
    await ann.put('Temporary/first', 'one');
    await ann.makeCollection('Temporary/sub');
    server.clock.advance(24 * 3600);
    await ann.put('Temporary/second', 'two');
    await ann.put('Mere/stays', 'three');
  });
  afterEach(() => server.stop());

  const propfind = async (path: string, depth: '0' | '1', body = ASKED) =>
    propstats((await ann.expect(207, 'PROPFIND', path, { headers: { depth }, body })).body);
  const expires = (found: Awaited<ReturnType<typeof propfind>>, href: string) =>
    found.get(href)?.get(200)?.get(EXPIRES)?.text;

  it('is a property of the files in a folder with such a policy, for those who ask', async () => {
    const found = await propfind('Temporary/', '1');
    assert.equal(expires(found, '/dav/Temporary/first'), '2026-02-14T12:00:00Z');
    assert.equal(expires(found, '/dav/Temporary/second'), '2026-02-15T12:00:00Z');
    for (const href of ['/dav/Temporary/', '/dav/Temporary/sub/']) {
      assert.ok(found.get(href)!.get(404)!.has(EXPIRES), href);
      assert.ok(found.get(href)!.get(200)!.has('{DAV:}getetag'), href);
    }
    assert.equal(expires(await propfind('Temporary/first', '0'), '/dav/Temporary/first'), '2026-02-14T12:00:00Z');
    const all = await propfind('Temporary/first', '0', '<propfind xmlns="DAV:"><allprop/></propfind>');
    assert.equal(expires(all, '/dav/Temporary/first'), undefined);
  });

  it('is not there where files stay', async () => {
    const found = await propfind('Mere/', '1');
    assert.ok(found.get('/dav/Mere/stays')!.get(404)!.has(EXPIRES));
    assert.ok((await propfind('Mere/stays', '0')).get('/dav/Mere/stays')!.get(404)!.has(EXPIRES));
    assert.ok((await propfind('', '0')).get('/dav/')!.get(404)!.has(EXPIRES));
  });

  it('follows the policy at once', async () => {
    await propfind('Temporary/', '1');
    const changes = { expireAfterMs: 2 * 24 * 3600 * 1000 };
    const actor = server.actor('ann');
    await setPolicy(server.core, actor, parsePlainPath('Temporary'), { changes, isEnabled: undefined });
    assert.equal(expires(await propfind('Temporary/', '1'), '/dav/Temporary/first'), '2026-01-18T12:00:00Z');
    await setPolicy(server.core, actor, parsePlainPath('Temporary'), { changes: {}, isEnabled: false });
    assert.equal(expires(await propfind('Temporary/', '1'), '/dav/Temporary/first'), undefined);
  });

  it('costs one statement for a whole listing', async () => {
    const count = async (body: string) => {
      const before = server.core.store.statementCount;
      await propfind('Temporary/', '1', body);
      return server.core.store.statementCount - before;
    };
    const without = await count(propfindBody('<D:getetag/>', '<D:quota-used-bytes/>'));
    const withExpiry = await count(
      propfindBody('<D:getetag/>', '<D:quota-used-bytes/>', '<expires xmlns="urn:nosocial:dav"/>'),
    );
    assert.equal(withExpiry - without, 1);
  });

  it('cannot be set by a client', async () => {
    const body =
      '<propertyupdate xmlns="DAV:"><set><prop><expires xmlns="urn:nosocial:dav">never</expires></prop></set></propertyupdate>';
    const found = propstats((await ann.expect(207, 'PROPPATCH', 'Temporary/first', { body })).body);
    assert.ok(found.get('/dav/Temporary/first')!.get(403)!.has(EXPIRES));
  });
});
