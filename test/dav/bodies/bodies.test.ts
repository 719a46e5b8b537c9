import assert from 'node:assert/strict';
import { parseLockInfo } from '../../../src/dav/bodies/lockinfo.ts';
import { parsePropfind, type PropfindRequest } from '../../../src/dav/bodies/propfind.ts';
import { parsePropertyUpdate } from '../../../src/dav/bodies/propertyupdate.ts';

const dav = (root: string, content: string) =>
  Buffer.from(`<D:${root} xmlns:D="DAV:" xmlns:x="urn:x">${content}</D:${root}>`);

describe('propfind body', () => {
  const good: [content: string, want: PropfindRequest][] = [
    ['<D:allprop/>', { kind: 'allprop', include: [] }],
    ['<D:propname/>', { kind: 'propname' }],
    ['<D:prop/>', { kind: 'prop', names: [] }],
    [
      '<D:prop><D:getetag/><x:a/><none/><x:a/></D:prop>',
      {
        kind: 'prop',
        names: [
          { namespace: 'DAV:', name: 'getetag' },
          { namespace: 'urn:x', name: 'a' },
          { namespace: '', name: 'none' },
        ],
      },
    ],
    ['<D:allprop/><D:include><x:a/></D:include>', { kind: 'allprop', include: [{ namespace: 'urn:x', name: 'a' }] }],
    // RFC 4918 §17: what is not known is ignored.
    ['<x:extension/><D:propname/>', { kind: 'propname' }],
  ];
  for (const [content, want] of good) {
    it(`reads ${content}`, () => assert.deepEqual(parsePropfind(dav('propfind', content)), want));
  }

  it('takes no body for allprop', () => {
    assert.deepEqual(parsePropfind(Buffer.alloc(0)), { kind: 'allprop', include: [] });
  });

  for (const body of [dav('propfind', ''), dav('propfind', '<D:prop/><D:allprop/>'), dav('other', '<D:prop/>')]) {
    it(`refuses ${body.toString()}`, () => assert.throws(() => parsePropfind(body), { code: 'bad-request' }));
  }

  it('takes at most 1,000 properties', () => {
    const names = (count: number) => Array.from({ length: count }, (_, index) => `<x:p${index}/>`).join('');
    parsePropfind(dav('propfind', `<D:prop>${names(1000)}</D:prop>`));
    const tooMany = dav('propfind', `<D:prop>${names(1001)}</D:prop>`);
    assert.throws(() => parsePropfind(tooMany), { code: 'too-large' });
  });
});

describe('propertyupdate body', () => {
  it('keeps the order of several sets and removes', () => {
    const changes = parsePropertyUpdate(
      dav(
        'propertyupdate',
        '<D:set><D:prop><x:a>1</x:a><x:b/></D:prop></D:set><D:remove><D:prop><x:a/></D:prop></D:remove>' +
          '<D:set><D:prop><x:a>2</x:a></D:prop></D:set>',
      ),
    );
    assert.deepEqual(
      changes.map(({ kind, name }) => `${kind} ${name}`),
      ['set a', 'set b', 'remove a', 'set a'],
    );
  });

  it('refuses a value of more than 64 KiB', () => {
    const body = dav('propertyupdate', `<D:set><D:prop><x:a>${'v'.repeat(65_536)}</x:a></D:prop></D:set>`);
    assert.throws(() => parsePropertyUpdate(body), { code: 'too-large' });
  });

  it('refuses values of more than 1 MiB together, though the body is short', () => {
    const body = (count: number) => {
      const properties = Array.from({ length: count }, (_, index) => `<x:p${index}/>`).join('');
      return dav('propertyupdate', `<D:set><D:prop xml:lang="${'l'.repeat(60_000)}">${properties}</D:prop></D:set>`);
    };
    assert.equal(parsePropertyUpdate(body(17)).length, 17);
    assert.throws(() => parsePropertyUpdate(body(18)), { code: 'too-large' });
  });

  it('refuses to set a name of more than 1,024 bytes', () => {
    const body = (name: string) => dav('propertyupdate', `<D:set><D:prop><x:${name}/></D:prop></D:set>`);
    assert.equal(parsePropertyUpdate(body('n'.repeat(1024)))[0]!.name.length, 1024);
    assert.throws(() => parsePropertyUpdate(body('ů'.repeat(513))), { code: 'too-large' });
  });

  for (const body of [Buffer.alloc(0), dav('propertyupdate', ''), dav('propfind', '<D:allprop/>')]) {
    it(`refuses ${JSON.stringify(body.toString())}`, () => {
      assert.throws(() => parsePropertyUpdate(body), { code: 'bad-request' });
    });
  }
});

describe('lockinfo body', () => {
  const scope = (name: string) => `<D:lockscope><D:${name}/></D:lockscope>`;
  const write = '<D:locktype><D:write/></D:locktype>';

  it('reads scope and owner', () => {
    const owner = '<D:owner>  <D:href>mailto:ann</D:href></D:owner>';
    assert.deepEqual(parseLockInfo(dav('lockinfo', scope('shared') + write + owner)), {
      scope: 'shared',
      ownerXml: '<D:owner xmlns:D="DAV:">  <D:href>mailto:ann</D:href></D:owner>',
    });
  });

  it('needs no owner', () => {
    assert.equal(parseLockInfo(dav('lockinfo', scope('exclusive') + write)).ownerXml, '');
  });

  for (const content of ['', write, scope('exclusive'), scope('none') + write, `${scope('shared')}<D:locktype/>`]) {
    it(`refuses ${JSON.stringify(content)}`, () => {
      assert.throws(() => parseLockInfo(dav('lockinfo', content)), { code: 'bad-request' });
    });
  }
});
