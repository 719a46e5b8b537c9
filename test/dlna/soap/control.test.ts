import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { contentDirectory } from '../../../src/dlna/content-directory/content-directory.ts';
import { connectionManager } from '../../../src/dlna/connection-manager.ts';
import { SERVICE_TABLES } from '../../../src/dlna/device/service-tables.ts';
import { SERVICES } from '../../../src/dlna/device/services.ts';
import { receiverRegistrar } from '../../../src/dlna/receiver-registrar.ts';
import { childElements, textOf } from '../../../src/http/xml/element.ts';
import { readXml } from '../../../src/http/xml/reader.ts';
import { callBody, ControlWorld, idsOf, outcomeOf } from '../control-world.ts';

const TYPE = SERVICES['content-directory'].type;
const BROWSE = {
  ObjectID: '0',
  BrowseFlag: 'BrowseDirectChildren',
  Filter: '*',
  StartingIndex: 0,
  RequestedCount: 0,
  SortCriteria: '',
};

describe('calls of control points', () => {
  let world: ControlWorld;
  let film: number;
  before(async () => {
    world = await ControlWorld.open();
    film = await world.add('Film.mp4', 'video/mp4');
  });
  after(() => world.close());

  it('do all that the descriptions of the services promise, and nothing else', () => {
    const done = {
      'content-directory': contentDirectory,
      'connection-manager': connectionManager,
      'receiver-registrar': receiverRegistrar,
    };
    for (const [name, actions] of Object.entries(done)) {
      assert.deepEqual(Object.keys(actions), Object.keys(SERVICE_TABLES[name as keyof typeof done].actions));
    }
  });

  const good: [what: string, body: string | Buffer, soapAction: string | undefined][] = [
    ['a quoted SOAPACTION', callBody(TYPE, 'Browse', BROWSE), `"${TYPE}#Browse"`],
    ['one without quotes', callBody(TYPE, 'Browse', BROWSE), `${TYPE}#Browse`],
    ['none', callBody(TYPE, 'Browse', BROWSE), undefined],
    ['a byte order mark', `\uFEFF${callBody(TYPE, 'Browse', BROWSE)}`, undefined],
    [
      'other prefixes',
      callBody(TYPE, 'Browse', BROWSE)
        .replaceAll('s:', 'SOAP-ENV:')
        .replaceAll('xmlnSOAP-ENV:s', 'xmlns:SOAP-ENV')
        .replaceAll('xmlnSOAP-ENV:u', 'xmlns:u'),
      undefined,
    ],
    [
      'a header before the body',
      callBody(TYPE, 'Browse', BROWSE).replace('<s:Body>', '<s:Header><x/></s:Header><s:Body>'),
      undefined,
    ],
    [
      'white space around values',
      callBody(TYPE, 'Browse', { ...BROWSE, ObjectID: ' 0\n', StartingIndex: ' 0 ' }),
      undefined,
    ],
    ['the object as Xbox names it', callBody(TYPE, 'Browse', { ContainerID: 0, ...without('ObjectID') }), undefined],
    ['arguments that nobody knows', callBody(TYPE, 'Browse', { More: 'x', ...BROWSE }), undefined],
    [
      'neither filter nor sort criteria',
      callBody(TYPE, 'Browse', { ObjectID: 0, BrowseFlag: BROWSE.BrowseFlag, StartingIndex: 0, RequestedCount: 0 }),
      undefined,
    ],
  ];
  for (const [what, body, soapaction] of good) {
    it(`understands ${what}`, async () => {
      const answer = await world.post('content-directory', body, soapaction === undefined ? {} : { soapaction });
      const outcome = outcomeOf(answer, 'Browse', TYPE);
      assert.equal((outcome as Record<string, string>)['TotalMatches'], '4');
    });
  }

  const bad: [what: string, action: string, args: Readonly<Record<string, string | number>>, code: number][] = [
    ['an action that nobody knows', 'Fly', {}, 401],
    ['one that every object has', 'constructor', {}, 401],
    ['one of another service', 'GetProtocolInfo', {}, 401],
    ['no object id', 'Browse', without('ObjectID'), 402],
    ['no flag', 'Browse', without('BrowseFlag'), 402],
    ['another flag', 'Browse', { ...BROWSE, BrowseFlag: 'BrowseAll' }, 402],
    ['no index', 'Browse', without('StartingIndex'), 402],
    ['no count', 'Browse', without('RequestedCount'), 402],
    ['an index in words', 'Browse', { ...BROWSE, StartingIndex: 'one' }, 402],
    ['an empty index', 'Browse', { ...BROWSE, StartingIndex: '' }, 402],
    ['a negative index', 'Browse', { ...BROWSE, StartingIndex: -1 }, 402],
    ['a count with a fraction', 'Browse', { ...BROWSE, RequestedCount: '1.5' }, 402],
    ['a count beyond ui4', 'Browse', { ...BROWSE, RequestedCount: 4_294_967_296 }, 402],
    ['a hexadecimal count', 'Browse', { ...BROWSE, RequestedCount: '0x10' }, 402],
    ['no criteria', 'Search', { ContainerID: '0', StartingIndex: 0, RequestedCount: 0 }, 402],
    ['an object that is not there', 'Browse', { ...BROWSE, ObjectID: 'f999999' }, 701],
    ['one that cannot be', 'Browse', { ...BROWSE, ObjectID: '../etc' }, 701],
    ['an empty id', 'Browse', { ...BROWSE, ObjectID: '' }, 701],
    ['an album that nobody has', 'Browse', { ...BROWSE, ObjectID: 'music/albums/eA' }, 701],
    [
      'a year of which there is nothing',
      'Browse',
      { ...BROWSE, ObjectID: 'years/1877', BrowseFlag: 'BrowseMetadata' },
      701,
    ],
    [
      'a film in a list of pictures',
      'Browse',
      { ...BROWSE, ObjectID: 'pictures/i1', BrowseFlag: 'BrowseMetadata' },
      701,
    ],
    ['sort criteria that are none', 'Browse', { ...BROWSE, SortCriteria: '+dc:title,,' }, 709],
    ['sort criteria in words', 'Browse', { ...BROWSE, SortCriteria: 'by the title' }, 709],
    ['a bookmark in nothing', 'X_SetBookmark', { ObjectID: 'i999999', PosSecond: 1 }, 701],
    ['a bookmark in a folder', 'X_SetBookmark', { ObjectID: '0', PosSecond: 1 }, 701],
    ['a bookmark nowhere', 'X_SetBookmark', { ObjectID: '0', PosSecond: 'x' }, 402],
  ];
  for (const [what, action, args, code] of bad) {
    it(`answers ${code} to ${what}`, async () => {
      assert.deepEqual(await world.call('content-directory', action, args), { fault: code });
      assert.match(world.remarks.at(-1)!, new RegExp(`^${code} `));
    });
  }

  it('answers 710 when what is in a film is asked for', async () => {
    const outcome = await world.call('content-directory', 'Browse', { ...BROWSE, ObjectID: `i${film}` });
    assert.deepEqual(outcome, { fault: 710 });
  });

  it('answers 401 to the right action at the wrong address, or of another version', async () => {
    const body = callBody(TYPE, 'Browse', BROWSE);
    assert.deepEqual(outcomeOf(await world.post('connection-manager', body), 'Browse', TYPE), { fault: 401 });
    const other = TYPE.replace(':1', ':2');
    const answer = await world.post('content-directory', callBody(other, 'Browse', BROWSE));
    assert.deepEqual(outcomeOf(answer, 'Browse', other), { fault: 401 });
  });

  it('answers 401 when header and body speak of different actions', async () => {
    const answer = await world.post('content-directory', callBody(TYPE, 'Browse', BROWSE), {
      soapaction: `"${TYPE}#Search"`,
    });
    assert.deepEqual(outcomeOf(answer, 'Browse', TYPE), { fault: 401 });
  });

  const browse = callBody(TYPE, 'Browse', BROWSE);
  const hostile: [what: string, body: string | Buffer, code: string][] = [
    ['nothing', '', 'bad-request'],
    ['no XML', 'ObjectID=0', 'bad-request'],
    ['half of it', browse.slice(0, 200), 'bad-request'],
    ['a DOCTYPE', browse.replace('?>', '?><!DOCTYPE x>'), 'bad-request'],
    [
      'an entity',
      browse
        .replace('?>', '?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')
        .replace('<ObjectID>0', '<ObjectID>&e;'),
      'bad-request',
    ],
    ['an entity that nobody declared', browse.replace('<ObjectID>0', '<ObjectID>&e;'), 'bad-request'],
    ['deep nesting', browse.replace('<ObjectID>0', `<ObjectID>${'<a>'.repeat(100)}`), 'bad-request'],
    [
      'bytes that are no UTF-8',
      Buffer.concat([Buffer.from('<a>'), Buffer.from([0xff, 0xc0]), Buffer.from('</a>')]),
      'bad-request',
    ],
    ['another encoding', browse.replace('utf-8', 'iso-8859-1'), 'body-not-supported'],
    ['another root', '<Envelope/>', 'bad-request'],
    [
      'another SOAP',
      browse.replace('schemas.xmlsoap.org/soap/envelope/', 'www.w3.org/2003/05/soap-envelope'),
      'bad-request',
    ],
    [
      'no action',
      '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>',
      'bad-request',
    ],
  ];
  for (const [what, body, code] of hostile) {
    it(`takes ${what} for no call`, async () => {
      await assert.rejects(world.post('content-directory', body), { code });
    });
  }

  it('does not decompress', async () => {
    await assert.rejects(world.post('content-directory', browse, { 'content-encoding': 'gzip' }), {
      code: 'body-not-supported',
    });
  });

  it('tell capabilities that are so', async () => {
    const { SortCaps = '' } = (await world.call('content-directory', 'GetSortCapabilities')) as Record<string, string>;
    for (const key of SortCaps.split(',')) {
      const { objects } = await world.browse('titles', { SortCriteria: `-${key}` });
      assert.equal(objects.length, 1, key);
    }
    const { SearchCaps = '' } = (await world.call('content-directory', 'GetSearchCapabilities')) as Record<
      string,
      string
    >;
    for (const property of SearchCaps.split(',')) {
      const there = await world.search(`${property} exists true`);
      const missing = await world.search(`${property} exists false`);
      assert.equal(there.total + missing.total, 1, property);
    }
  });

  it('name containers to Samsung that can be browsed, though they be empty', async () => {
    const { FeatureList = '' } = (await world.call('content-directory', 'X_GetFeatureList')) as Record<string, string>;
    const [feature] = childElements(readXml(Buffer.from(FeatureList)));
    const ids = childElements(feature!).map(({ attributes }) => attributes.find(({ name }) => name === 'id')!.value);
    assert.deepEqual(ids, ['pictures', 'music', '0']);
    for (const id of ids) {
      assert.equal((await world.metadata(id)).attributes['id'], id);
      assert.ok((await world.browse(id)).total >= 0);
    }
    assert.deepEqual(idsOf(await world.browse('0')).slice(1), ['recent', 'titles', 'years']);
  });

  it('count changes as ui4 holds them', async () => {
    const { library } = world.context;
    const far = mock.method(library, 'updateId', async () => 2 ** 32 + 7);
    assert.deepEqual(await world.call('content-directory', 'GetSystemUpdateID'), { Id: '7' });
    assert.equal((await world.browse('0')).updateId, 7);
    far.mock.restore();
  });

  it('tell of connections', async () => {
    const info = async (ConnectionID: string) =>
      world.call('connection-manager', 'GetCurrentConnectionInfo', { ConnectionID });
    assert.deepEqual(
      Object.keys(await info('0')),
      Object.keys(SERVICE_TABLES['connection-manager'].actions['GetCurrentConnectionInfo']!.out),
    );
    assert.deepEqual(await info('1'), { fault: 706 });
    assert.deepEqual(await info('-1'), { fault: 706 });
    assert.deepEqual(await info('x'), { fault: 402 });
    assert.deepEqual(await world.call('connection-manager', 'GetCurrentConnectionIDs'), { ConnectionIDs: '0' });
    const { Source = '', Sink } = (await world.call('connection-manager', 'GetProtocolInfo')) as Record<string, string>;
    assert.equal(Sink, '');
    const offered = Source.split(',').map((each) => each.split(':'));
    assert.ok(offered.every((fields) => fields.length === 4 && fields[0] === 'http-get'));
    const [{ resources } = assert.fail()] = (await world.browse('titles')).objects;
    const [, , type] = resources[0]!.attributes['protocolInfo']!.split(':');
    assert.ok(offered.some((fields) => fields[2] === type));
  });

  it('let every receiver play', async () => {
    for (const action of ['IsAuthorized', 'IsValidated']) {
      assert.deepEqual(await world.call('receiver-registrar', action, { DeviceID: '' }), { Result: '1' });
    }
    assert.deepEqual(await world.call('receiver-registrar', 'RegisterDevice', { RegistrationReqMsg: '' }), {
      RegistrationRespMsg: '',
    });
  });

  it('carry what XML cannot in no other way than as text', async () => {
    const answer = await world.post('content-directory', browse);
    const envelope = readXml(Buffer.from(answer.body as string));
    const [result] = childElements(childElements(childElements(envelope)[0]!)[0]!);
    assert.match(textOf(result!), /^<DIDL-Lite /);
  });
});

function without(name: keyof typeof BROWSE): Record<string, string | number> {
  return Object.fromEntries(Object.entries(BROWSE).filter(([key]) => key !== name));
}
