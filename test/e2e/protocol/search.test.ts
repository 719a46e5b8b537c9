import assert from 'node:assert/strict';
import { locate } from '../../../src/core/tree.ts';
import { parsePlainPath } from '../../../src/lib/node-path.ts';
import { DavServer } from '../../support/dav-server.ts';
import type { DavClient } from '../../support/dav-client.ts';
import { parseMultistatus } from '../../support/multistatus.ts';

interface Query {
  select?: string;
  scopes?: readonly (readonly [href: string, depth: string])[];
  where?: string;
  rest?: string;
}

function body({ select = '<prop><displayname/></prop>', scopes = [['/dav/', 'infinity']], where, rest = '' }: Query) {
  const from = scopes.map(([href, depth]) => `<scope><href>${href}</href><depth>${depth}</depth></scope>`).join('');
  const condition = where === undefined ? '' : `<where>${where}</where>`;
  return (
    '<?xml version="1.0" encoding="utf-8"?><searchrequest xmlns="DAV:"><basicsearch>' +
    `<select>${select}</select><from>${from}</from>${condition}${rest}</basicsearch></searchrequest>`
  );
}

const prop = (name: string, literal: string) => `<prop><${name}/></prop><literal>${literal}</literal>`;
const like = (pattern: string, more = '') => `<like${more}>${prop('displayname', pattern)}</like>`;
const compare = (how: string, name: string, literal: string, more = '') =>
  `<${how}${more}>${prop(name, literal)}</${how}>`;

describe('SEARCH', () => {
  let server: DavServer;
  let ann: DavClient;

  before(async () => {
    server = await DavServer.start();
    ann = server.as('ann');
    await ann.makeCollection('Mere/Trips');
    await ann.makeCollection('Mere/Trips/Summer');
    await ann.put('Mere/Trips/Summer/Beach 1.jpg', 'x'.repeat(100));
    server.clock.advanceMs(60_000);
    await ann.put('Mere/Trips/Summer/beach 2.JPG', 'x'.repeat(200));
    server.clock.advanceMs(60_000);
    await ann.put('Mere/Trips/100% sure_thing.txt', 'x'.repeat(300));
    await ann.put('Mere/Ķiršu plāns.txt', 'x'.repeat(10));
    await ann.put('Workspace/beach of all.txt', 'x');
    await server.as('ben').put('Mere/beach of ben.txt', 'x');
    await ann.put('Mere/beach gone.txt', 'x');
    await ann.expect(204, 'DELETE', 'Mere/beach gone.txt');
  });
  after(() => server.stop());

  async function found(query: Query, { client = ann, path = '' } = {}): Promise<string[]> {
    const answer = await client.expect(207, 'SEARCH', path, { body: body(query) });
    const entries = parseMultistatus(answer.body.toString());
    return entries.map(({ href, status }) => (status === 507 ? '…' : decodeURIComponent(href.replace(/^\/dav\//, ''))));
  }

  it('is told of by OPTIONS and by collections', async () => {
    const { headers } = await ann.expect(200, 'OPTIONS', '');
    assert.equal(headers['dasl'], '<DAV:basicsearch>');
    assert.match(String(headers.allow), /\bSEARCH\b/);
    const [grammars] = (await ann.list('', '<D:supported-query-grammar-set/>')).values();
    assert.ok(grammars?.properties.has('DAV: supported-query-grammar-set'));
  });

  it('tells what can be asked', async () => {
    const scope = '<from><scope><href>/dav/Mere/</href><depth>infinity</depth></scope></from>';
    const discovery = `<query-schema-discovery xmlns="DAV:"><basicsearch>${scope}</basicsearch></query-schema-discovery>`;
    const answer = await ann.expect(207, 'SEARCH', '', { body: discovery });
    const [entry] = parseMultistatus(answer.body.toString());
    assert.deepEqual([entry?.href, entry?.status], ['/dav/Mere/', 200]);
    assert.match(answer.body.toString(), /<D:propdesc><D:prop><D:getcontentlength\/>.*<D:searchable\/>/);
  });

  const SUMMER = 'Mere/Trips/Summer/';
  const BEACH_1 = 'Mere/Trips/Summer/Beach 1.jpg';
  const BEACH_2 = 'Mere/Trips/Summer/beach 2.JPG';
  const SURE = 'Mere/Trips/100% sure_thing.txt';
  const PLAN = 'Mere/Ķiršu plāns.txt';
  const ALL = 'Workspace/beach of all.txt';
  const isFile = '<not><is-collection/></not>';
  const cases: [what: string, where: string, wanted: string[]][] = [
    ['like with a wildcard at both ends', like('%each%'), [BEACH_1, BEACH_2, ALL]],
    ['like at the beginning', like('beach%'), [BEACH_1, BEACH_2, ALL]],
    ['like with case', like('beach%', ' caseless="no"'), [BEACH_2, ALL]],
    ['like with one character', like('beach__.jpg'), [BEACH_1, BEACH_2]],
    ['like with escaped wildcards', like('100\\% sure\\_t%'), [SURE]],
    ['an escaped wildcard is no wildcard', like('beach\\_1.jpg'), []],
    ['like of all', `<and>${like('%')}${isFile}</and>`, [BEACH_1, BEACH_2, SURE, PLAN, ALL]],
    ['like of a type', compare('like', 'getcontenttype', 'text/%'), [SURE, PLAN, ALL]],
    ['eq of a name', compare('eq', 'displayname', 'BEACH 1.jpg'), [BEACH_1]],
    ['eq of a name with case', compare('eq', 'displayname', 'BEACH 1.jpg', ' caseless="no"'), []],
    ['gt of a size', compare('gt', 'getcontentlength', '200'), [SURE]],
    ['gte of a size', compare('gte', 'getcontentlength', '200'), [BEACH_2, SURE]],
    ['lt of a size', compare('lt', 'getcontentlength', '10'), [ALL]],
    ['lte of a size', compare('lte', 'getcontentlength', '10'), [PLAN, ALL]],
    ['contains, without accents and in any order', '<contains>plans kirsu</contains>', [PLAN]],
    ['contains what is in no name', '<contains>xxxxxxxx</contains>', []],
    ['is-collection', `<and><is-collection/>${like('summer')}</and>`, [SUMMER]],
    ['is-defined', `<and><is-defined><prop><getcontentlength/></prop></is-defined>${like('%2%')}</and>`, [BEACH_2]],
    ['or', `<or>${like('%sure%')}${like('%2.jpg')}</or>`, [BEACH_2, SURE]],
    ['as many conditions as there may be', `<or>${like('x').repeat(22)}${like('%sure%')}</or>`, [SURE]],
    ['not', `<and><not>${like('%beach%')}</not>${isFile}</and>`, [SURE, PLAN]],
    [
      'not of what nobody can tell: a collection has no size',
      `<and><not>${compare('gt', 'getcontentlength', '0')}</not><is-collection/></and>`,
      [],
    ],
    [
      'or with what nobody can tell',
      `<and><or>${compare('gt', 'getcontentlength', '0')}${like('summer')}</or><is-collection/></and>`,
      [SUMMER],
    ],
  ];
  for (const [what, where, wanted] of cases) {
    it(what, async () => {
      assert.deepEqual((await found({ where })).sort(), wanted.toSorted());
    });
  }

  it('compares times, in either form', async () => {
    const first = (await ann.list('Mere/Trips/Summer')).get('Beach 1.jpg')!.properties;
    const modified = first.get('DAV: getlastmodified')!;
    const created = first.get('DAV: creationdate')!;
    const named = (where: string) => found({ where: `<and>${where}${like('%beach%')}</and>` });
    assert.deepEqual(await named(compare('lte', 'getlastmodified', modified)), [BEACH_1]);
    assert.deepEqual(await named(compare('eq', 'creationdate', created)), [BEACH_1]);
    assert.deepEqual((await named(compare('gt', 'creationdate', created))).sort(), [ALL, BEACH_2].sort());
  });

  it('looks no farther than its scopes', async () => {
    const where = like('%beach%');
    assert.deepEqual(await found({ where, scopes: [['/dav/Workspace', 'infinity']] }), [ALL]);
    assert.deepEqual(await found({ where, scopes: [['/dav/Mere/Trips/', '1']] }), []);
    assert.deepEqual(
      (await found({ where, scopes: [['/dav/Mere/Trips/Summer/', '1']] })).sort(),
      [BEACH_1, BEACH_2].sort(),
    );
    const file = encodeURI('/dav/Mere/Trips/Summer/Beach 1.jpg');
    assert.deepEqual(await found({ where, scopes: [[file, '0']] }), [BEACH_1]);
    const several = [
      [file, '0'],
      ['/dav/Mere/Trips/Summer', '1'],
      ['/dav/Workspace/', 'infinity'],
    ] as const;
    assert.deepEqual((await found({ where, scopes: several })).sort(), [ALL, BEACH_1, BEACH_2].sort());
    assert.deepEqual(await found({ scopes: [['/dav/Mere/Trips/Summer/', '0']] }), [SUMMER]);
    assert.deepEqual(
      await found({ where, scopes: [['Trips/Summer', '1']] }, { path: 'Mere/' }).then((all) => all.length),
      2,
    );
  });

  it('finds the root, its mounts and its folders as any other', async () => {
    const where = '<is-collection/>';
    const all = await found({ where });
    for (const path of ['', 'Workspace/', 'Movies/', 'Public/', 'Mere/', SUMMER]) assert.ok(all.includes(path), path);
    assert.equal(new Set(all).size, all.length);
  });

  it('sorts, and gives as many as asked', async () => {
    const sized = (rest: string) => found({ where: `<and>${isFile}${like('%')}</and>`, rest });
    const by = (name: string, direction: string) =>
      `<orderby><order><prop><${name}/></prop><${direction}/></order></orderby>`;
    assert.deepEqual(await sized(by('getcontentlength', 'descending')), [SURE, BEACH_2, BEACH_1, PLAN, ALL]);
    assert.deepEqual(await sized(by('displayname', 'ascending')), [SURE, BEACH_1, BEACH_2, ALL, PLAN]);
    const limit = '<limit><nresults>2</nresults></limit>';
    assert.deepEqual(await sized(by('getcontentlength', 'descending') + limit), [SURE, BEACH_2]);
    assert.equal((await sized(limit)).length, 2);
  });

  it('gives the properties that were selected', async () => {
    const select = '<prop><getcontentlength/><getcontenttype/><resourcetype/><missing/></prop>';
    const answer = await ann.expect(207, 'SEARCH', '', { body: body({ select, where: like('beach 1%') }) });
    const [entry] = parseMultistatus(answer.body.toString());
    assert.equal(entry?.properties.get('DAV: getcontentlength'), '100');
    assert.equal(entry.properties.get('DAV: getcontenttype'), 'image/jpeg');
    assert.equal(entry.properties.has('DAV: missing'), false);
    const all = await ann.expect(207, 'SEARCH', '', { body: body({ select: '<allprop/>', where: like('beach 1%') }) });
    assert.ok(parseMultistatus(all.body.toString())[0]?.properties.has('DAV: getetag'));
  });

  it('shows nobody what they may not see', async () => {
    assert.deepEqual(await found({ where: like('%beach of%') }), [ALL]);
    assert.deepEqual(await found({ where: like('%beach of%') }, { client: server.as('nora') }), [ALL]);
    const narrowed = server.narrowed('ann', { access: 'read-only', rootId: undefined });
    assert.equal((await found({ where: like('%beach%') }, { client: narrowed })).length, 3);
  });

  it('shows an app password for one folder nothing but what is in it', async () => {
    const { node } = await locate(server.core, server.actor('ann'), parsePlainPath('Mere/Trips'));
    const client = server.narrowed('ann', { access: 'read-only', rootId: node.id });
    const where = like('%beach%');
    assert.deepEqual((await found({ where }, { client })).sort(), ['Summer/Beach 1.jpg', 'Summer/beach 2.JPG']);
    assert.deepEqual(await found({ where: like('%plāns%') }, { client }), []);
    await client.expect(409, 'SEARCH', '', { body: body({ where, scopes: [['/dav/Workspace/', 'infinity']] }) });
  });

  it('leaves out names that are no files for people, and finds what was renamed', async () => {
    await ann.put('Mere/Trips/._Beach 1.jpg', 'x');
    await ann.expect(201, 'MOVE', 'Mere/Ķiršu plāns.txt', {
      headers: { destination: encodeURI('/dav/Mere/beach plan.txt') },
    });
    assert.deepEqual(await found({ where: like('%plan%') }), ['Mere/beach plan.txt']);
    await ann.expect(201, 'MOVE', 'Mere/beach plan.txt', { headers: { destination: encodeURI(`/dav/${PLAN}`) } });
  });

  const refused: [what: string, status: number, text: string | undefined, sent: string][] = [
    ['no body', 400, undefined, ''],
    ['another body', 400, undefined, '<propfind xmlns="DAV:"><allprop/></propfind>'],
    [
      'another grammar',
      403,
      'search-grammar-supported',
      '<searchrequest xmlns="DAV:"><sql xmlns="x"/></searchrequest>',
    ],
    ['a scope that is not there', 409, 'search-scope-valid', body({ scopes: [['/dav/nothing', 'infinity']] })],
    ['a scope elsewhere', 409, 'search-scope-valid', body({ scopes: [['https://example.org/dav/', 'infinity']] })],
    ['a scope that is none', 409, 'search-scope-valid', body({ scopes: [['/dav/../etc', 'infinity']] })],
    ['no scope', 400, undefined, body({ scopes: [] })],
    ['a depth that is none', 400, undefined, body({ scopes: [['/dav/', '2']] })],
    ['an unknown operator', 422, 'language-matches', body({ where: '<language-matches/>' })],
    ['a property that cannot be searched', 422, 'x', body({ where: '<is-defined><prop><x/></prop></is-defined>' })],
    ['a number that is none', 422, 'many', body({ where: compare('gt', 'getcontentlength', 'many') })],
    ['a time that is none', 422, 'soon', body({ where: compare('gt', 'getlastmodified', 'soon') })],
    ['a comparison without a literal', 400, undefined, body({ where: '<eq><prop><displayname/></prop></eq>' })],
    ['two conditions without and', 400, undefined, body({ where: '<is-collection/><is-collection/>' })],
    ['not without anything', 400, undefined, body({ where: '<not/>' })],
    ['no results at all', 400, undefined, body({ rest: '<limit><nresults>0</nresults></limit>' })],
    ['too many conditions', 413, undefined, body({ where: `<or>${'<is-collection/>'.repeat(24)}</or>` })],
    ['conditions nested too deeply', 400, undefined, body({ where: '<not>'.repeat(80) + '</not>'.repeat(80) })],
    ['too many scopes', 413, undefined, body({ scopes: Array.from({ length: 50 }, () => ['/dav/', '0'] as const) })],
    ['a literal too long', 413, undefined, body({ where: like('x'.repeat(5000)) })],
    ['a DOCTYPE', 400, undefined, `<!DOCTYPE x><searchrequest xmlns="DAV:"/>`],
  ];
  for (const [what, status, text, sent] of refused) {
    it(`refuses ${what}`, async () => {
      const answer = await ann.expect(status, 'SEARCH', '', { body: sent });
      if (text !== undefined) assert.ok(answer.body.toString().includes(text), answer.body.toString());
    });
  }

  it('asks who it is, and looks for no path that is not there', async () => {
    assert.equal((await ann.request('SEARCH', '', { headers: { authorization: '' }, body: body({}) })).status, 401);
    await ann.expect(404, 'SEARCH', 'nothing', { body: body({}) });
  });

  it('takes no time for a pattern that is out to harm', async () => {
    const where = like(`${'%a'.repeat(200)}%b`);
    assert.deepEqual(await found({ where }), []);
  });
});
