import assert from 'node:assert/strict';
import type { DavClient } from '../../support/dav-client.ts';
import { DavServer } from '../../support/dav-server.ts';
import { propstats } from '../../support/dav-xml.ts';

const update = (content: string) => `<D:propertyupdate xmlns:D="DAV:" xmlns:x="urn:x">${content}</D:propertyupdate>`;
const set = (properties: string) => `<D:set><D:prop>${properties}</D:prop></D:set>`;
const remove = (properties: string) => `<D:remove><D:prop>${properties}</D:prop></D:remove>`;
const LONG_CHARS = 60_000;
const long = (name: string) => `<x:${name}>${'v'.repeat(LONG_CHARS)}</x:${name}>`;
const MIB = 1024 * 1024;

describe('many properties', () => {
  let server: DavServer;
  let ann: DavClient;
  /** How many characters of properties each query gave. */
  let reads: number[] = [];

  before(async () => {
    server = await DavServer.start({
      wrap: (core) => {
        const list = core.store.listProperties.bind(core.store);
        core.store.listProperties = async (nodeIds) => {
          const properties = await list(nodeIds);
          reads.push(properties.reduce((chars, { xml }) => chars + xml.length, 0));
          return properties;
        };
        return core;
      },
    });
    ann = server.as('ann');
  });
  after(() => server.stop());

  const patch = async (path: string, content: string) => {
    const { body } = await ann.expect(207, 'PROPPATCH', path, { body: update(content) });
    return [...propstats(body).values()][0]!;
  };
  const list = async (path: string, depth: string, body = '') => {
    reads = [];
    return propstats((await ann.expect(207, 'PROPFIND', path, { headers: { depth }, body })).body);
  };
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

  it('changes nothing once a file would have more than it may, and says which do not fit (RFC 4918 §9.2)', async () => {
    await ann.put('full.txt', 'x');
    const names = Array.from({ length: 17 }, (_, index) => `p${index}`);
    for (const name of names) assert.ok((await patch('full.txt', set(long(name)))).has(200));

    const refused = await patch('full.txt', set(`${long('q')}<x:s/>`) + remove('<x:p0-not-there/>'));
    assert.deepEqual([...refused.get(507)!.keys()], ['{urn:x}q', '{urn:x}s']);
    assert.deepEqual([...refused.get(424)!.keys()], ['{urn:x}p0-not-there']);
    const kept = (await list('full.txt', '0')).get('/dav/full.txt')!.get(200)!;
    assert.deepEqual(
      [...kept.keys()].filter((name) => name.startsWith('{urn:x}')).sort(),
      names.map((name) => `{urn:x}${name}`).sort(),
    );
    assert.equal(kept.get('{urn:x}p1')!.text.length, LONG_CHARS);

    assert.ok((await patch('full.txt', remove('<x:p0/>') + set(long('q')))).has(200));
  });

  it('reads a folder of long properties in steps, and not many times over', async () => {
    await ann.makeCollection('long');
    const files = 60;
    for (let index = 0; index < files; index += 1) {
      await ann.put(`long/${index}`, 'x');
      await patch(`long/${index}`, set(long('p')));
    }
    for (const body of [
      '',
      '<propfind xmlns="DAV:"><prop><p xmlns="urn:x"/></prop></propfind>',
      '<propfind xmlns="DAV:"><propname/></propfind>',
    ]) {
      const entries = await list('long', '1', body);
      assert.equal(entries.size, files + 1);
      assert.ok([...entries].every(([href, stats]) => href === '/dav/long/' || stats.get(200)!.has('{urn:x}p')));
      assert.ok(Math.max(...reads) <= MIB, `${Math.max(...reads)} characters at once`);
      assert.ok(sum(reads) <= 4 * files * LONG_CHARS, `${sum(reads)} characters in all`);
    }
  });

  it('reads full files one by one', async () => {
    await ann.makeCollection('full');
    const files = 5;
    const names = Array.from({ length: 17 }, (_, index) => long(`p${index}`)).join('');
    for (let index = 0; index < files; index += 1) {
      await ann.put(`full/${index}`, 'x');
      await patch(`full/${index}`, set(names));
    }
    assert.equal((await list('full', '1')).size, files + 1);
    assert.ok(Math.max(...reads) <= MIB);
    assert.equal(reads.filter((chars) => chars > 0).length, files);
  });

  it('reads short properties with a few queries', async () => {
    await ann.makeCollection('short');
    for (let index = 0; index < 100; index += 1) {
      await ann.put(`short/${index}`, 'x');
      await patch(`short/${index}`, set('<x:p>short</x:p>'));
    }
    await list('short', '1');
    assert.ok(reads.length <= 4, `${reads.length} queries`);
  });
});
