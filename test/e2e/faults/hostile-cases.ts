import type { Faulty } from './fixture.ts';

/** A request that nobody sends by accident, and the only answers that are right. */
export interface HostileCase {
  readonly name: string;
  readonly request: string | Buffer;
  readonly statuses: readonly (number | typeof CLOSED)[];
}

/** The connection is ended without an answer. */
export const CLOSED = 'closed';

const CRLF = '\r\n';
const XML_TYPE = 'Content-Type: application/xml';

/** All of them; `kept/file` is what none may touch. */
export function hostileCases(faulty: Faulty): HostileCase[] {
  const plain = (line: string, ...headers: string[]) => faulty.head(line, ...headers) + CRLF + CRLF;
  const withBody = (line: string, body: string, ...headers: string[]) =>
    faulty.head(line, ...headers, `Content-Length: ${Buffer.byteLength(body)}`) + CRLF + CRLF + body;
  const tools = { plain, withBody };
  return [
    ...targets(tools),
    ...framing(tools),
    ...headerBombs(tools),
    ...davHeaders(tools),
    ...bodies(tools),
    ...strangers(faulty),
  ];
}

interface Tools {
  plain: (line: string, ...headers: string[]) => string;
  withBody: (line: string, body: string, ...headers: string[]) => string;
}

function targets({ plain }: Tools): HostileCase[] {
  const bad = (target: string, statuses = [400]) => ({
    name: `DELETE ${target.length > 60 ? `${target.slice(0, 40)}…` : target}`,
    request: plain(`DELETE ${target} HTTP/1.1`),
    statuses,
  });
  return [
    bad('/dav/kept#fragment'),
    bad('/dav/kept/#'),
    bad('/dav/#/../kept'),
    bad('/dav/%'),
    bad('/dav/%zz'),
    bad('/dav/kept%2'),
    bad('/dav/%c3%28'),
    bad('/dav/%ed%a0%80'),
    bad('/dav/kept%2Ffile'),
    bad('/dav/kept%5cfile'),
    bad('/dav/kept%00'),
    bad('/dav/kept%0d%0aX: y'),
    bad('/dav/kept/%0a'),
    bad('/dav/kept/..'),
    bad('/dav/kept/%2e%2e/kept'),
    bad('/dav/./kept'),
    bad('/dav/other/../kept'),
    bad(`/dav/${'n'.repeat(256)}`),
    bad(`/dav${'/deep'.repeat(900)}`),
    bad('dav/kept'),
    bad('*'),
    bad('file:///dav/kept'),
    bad('/dav', [403]),
    bad('/dav/', [403]),
    bad('//dav/kept', [400, 404, 405]),
    bad('/dav/k\u00e9pt'),
  ];
}

function framing({ plain, withBody }: Tools): HostileCase[] {
  const put = 'PUT /dav/kept/file HTTP/1.1';
  const smuggled = `0${CRLF}${CRLF}DELETE /dav/kept HTTP/1.1${CRLF}X: y`;
  return [
    { name: 'no Host', request: `GET /dav/ HTTP/1.1${CRLF}${CRLF}`, statuses: [400] },
    { name: 'two Hosts', request: plain('GET /dav/ HTTP/1.1', 'Host: other.example'), statuses: [400] },
    { name: 'a length beyond all numbers', request: plain(put, `Content-Length: ${'9'.repeat(40)}`), statuses: [400] },
    { name: 'a length beyond all disks', request: plain(put, 'Content-Length: 9007199254740991'), statuses: [507] },
    {
      name: 'a length beyond safe integers',
      request: plain(put, 'Content-Length: 9223372036854775807'),
      statuses: [400, 413, 507],
    },
    { name: 'a negative length', request: plain(put, 'Content-Length: -1'), statuses: [400] },
    { name: 'two lengths', request: plain(put, 'Content-Length: 4', 'Content-Length: 5') + 'abcd', statuses: [400] },
    {
      name: 'Content-Length and Transfer-Encoding',
      request: plain(put, `Content-Length: ${smuggled.length}`, 'Transfer-Encoding: chunked') + smuggled,
      statuses: [400],
    },
    {
      name: 'an unknown transfer coding',
      request: plain(put, 'Transfer-Encoding: xchunked') + smuggled,
      statuses: [400, 501],
    },
    {
      name: 'chunked, but not last',
      request: plain(put, 'Transfer-Encoding: chunked, identity') + smuggled,
      statuses: [400, 501],
    },
    {
      name: 'a bad chunk length',
      request: `${plain(put, 'Transfer-Encoding: chunked')}zz${CRLF}abc${CRLF}`,
      statuses: [400],
    },
    {
      name: 'a chunk that is longer than it says',
      request: `${plain(put, 'Transfer-Encoding: chunked')}3${CRLF}abcdef${CRLF}0${CRLF}${CRLF}`,
      statuses: [400],
    },
    { name: 'a header without a name', request: plain('GET /dav/ HTTP/1.1', ': value'), statuses: [400] },
    { name: 'a blank before the colon', request: plain('GET /dav/ HTTP/1.1', 'Depth : 1'), statuses: [400] },
    { name: 'a method nobody knows', request: plain('FROBNICATE /dav/ HTTP/1.1'), statuses: [400, 405, 501] },
    { name: 'a method that is not WebDAV', request: plain('POST /dav/kept/file HTTP/1.1'), statuses: [405] },
    { name: 'SEARCH for nothing', request: withBody('SEARCH /dav/ HTTP/1.1', '<x/>', XML_TYPE), statuses: [400] },
    { name: 'TRACE', request: plain('TRACE /dav/kept/file HTTP/1.1'), statuses: [405] },
    { name: 'CONNECT', request: plain('CONNECT other.example:443 HTTP/1.1'), statuses: [CLOSED, 400, 405, 501] },
    { name: 'HTTP/2 without upgrade', request: `PRI * HTTP/2.0${CRLF}${CRLF}SM${CRLF}${CRLF}`, statuses: [400, 505] },
    { name: 'HTTP/9.9', request: plain('GET /dav/ HTTP/9.9'), statuses: [400, 505] },
    { name: 'TLS', request: Buffer.from('160301020001000', 'hex'), statuses: [400] },
    { name: 'noise', request: Buffer.from(Array.from({ length: 2000 }, (_, i) => (i * 7919) % 251)), statuses: [400] },
    { name: 'Expect: the unexpected', request: plain('GET /dav/ HTTP/1.1', 'Expect: the-unexpected'), statuses: [417] },
  ];
}

function headerBombs({ plain }: Tools): HostileCase[] {
  const many = Array.from({ length: 4000 }, (_, index) => `X-${index}: y`);
  return [
    { name: 'a header of 64 KiB', request: plain('GET /dav/ HTTP/1.1', `X: ${'y'.repeat(65_536)}`), statuses: [431] },
    { name: '4,000 headers', request: plain('GET /dav/ HTTP/1.1', ...many), statuses: [431] },
    { name: 'a target of 64 KiB', request: plain(`GET /dav/${'y'.repeat(65_536)} HTTP/1.1`), statuses: [414, 431] },
  ];
}

function davHeaders({ plain, withBody }: Tools): HostileCase[] {
  const get = 'GET /dav/kept/file HTTP/1.1';
  const move = 'MOVE /dav/kept/file HTTP/1.1';
  const to = (destination: string, statuses: number[]) => ({
    name: `Destination: ${destination.slice(0, 40)}`,
    request: plain(move, `Destination: ${destination}`),
    statuses,
  });
  return [
    to('http://[', [400, 502]),
    to('/', [400, 403, 502]),
    to('/da', [400, 403, 502]),
    to('/davel/file', [400, 403, 502]),
    to('/dav/../etc', [400]),
    to('/dav/%00', [400]),
    to('/dav/a%2Fb', [400]),
    to('/dav/new#fragment', [400]),
    to('http://other.example/dav/new', [502]),
    to('', [400]),
    { name: 'no Destination', request: plain(move), statuses: [400] },
    { name: 'two Destinations', request: plain(move, 'Destination: /dav/a', 'Destination: /dav/b'), statuses: [400] },
    {
      name: 'Overwrite: perhaps',
      request: plain(move, 'Destination: /dav/new', 'Overwrite: perhaps'),
      statuses: [400],
    },
    { name: 'Depth: -1', request: plain('PROPFIND /dav/ HTTP/1.1', 'Depth: -1'), statuses: [400] },
    { name: 'Depth: 2', request: plain('PROPFIND /dav/ HTTP/1.1', 'Depth: 2'), statuses: [400] },
    { name: 'If: nonsense', request: plain('DELETE /dav/kept HTTP/1.1', 'If: nonsense'), statuses: [400] },
    { name: 'If: (', request: plain('DELETE /dav/kept HTTP/1.1', 'If: ('), statuses: [400] },
    { name: 'If with an unknown token', request: plain('DELETE /dav/kept HTTP/1.1', 'If: (<urn:x>)'), statuses: [412] },
    {
      name: 'If: 2,000 lists',
      request: plain('DELETE /dav/kept HTTP/1.1', `If: ${'(<u:x>)'.repeat(2000)}`),
      statuses: [400, 412],
    },
    { name: '1,000 ranges', request: plain(get, `Range: bytes=${'0-,'.repeat(1000)}0-`), statuses: [200, 206, 416] },
    { name: 'a range beyond all numbers', request: plain(get, `Range: bytes=${'9'.repeat(40)}-`), statuses: [416] },
    {
      name: 'PUT with Content-Range',
      request: withBody('PUT /dav/kept/file HTTP/1.1', 'abc', 'Content-Range: bytes 0-2/100'),
      statuses: [400],
    },
    { name: 'UNLOCK without a token', request: plain('UNLOCK /dav/kept HTTP/1.1'), statuses: [400] },
    {
      name: 'UNLOCK with nonsense',
      request: plain('UNLOCK /dav/kept HTTP/1.1', 'Lock-Token: <<<'),
      statuses: [400, 409],
    },
  ];
}

function bodies({ withBody }: Tools): HostileCase[] {
  const propfind = (name: string, body: string, statuses = [400]) => ({
    name: `PROPFIND with ${name}`,
    request: withBody('PROPFIND /dav/ HTTP/1.1', body, 'Depth: 1', XML_TYPE),
    statuses,
  });
  const wrapped = (inner: string) =>
    `<?xml version="1.0"?><D:propfind xmlns:D="DAV:"><D:prop>${inner}</D:prop></D:propfind>`;
  const entities = Array.from({ length: 10 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('');
  const sets = '<D:set><D:prop><x/></D:prop></D:set>'.repeat(2000);
  return [
    propfind('8 MB', wrapped('<D:getetag/>'.repeat(700_000)), [413]),
    propfind('20,000 properties', wrapped('<a/>'.repeat(20_000)), [400, 413]),
    propfind('10,000 levels', wrapped('<a>'.repeat(10_000) + '</a>'.repeat(10_000))),
    propfind('no end', wrapped('').slice(0, -5)),
    propfind('an entity bomb', `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "x">${entities}]>${wrapped('&e10;')}`),
    propfind('an external entity', `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${wrapped('&e;')}`),
    propfind('an unbound prefix', wrapped('<unbound:x/>')),
    propfind('another document', '<other/>', [400, 422]),
    propfind('no XML', 'hello'),
    propfind('a NUL', wrapped('\0')),
    {
      name: 'PROPFIND with a compressed body',
      request: withBody('PROPFIND /dav/ HTTP/1.1', 'xxxx', 'Depth: 0', XML_TYPE, 'Content-Encoding: gzip'),
      statuses: [400, 415],
    },
    {
      name: 'PROPPATCH with 2,000 sets',
      request: withBody(
        'PROPPATCH /dav/kept/file HTTP/1.1',
        `<D:propertyupdate xmlns:D="DAV:">${sets}</D:propertyupdate>`,
        XML_TYPE,
      ),
      statuses: [400, 413],
    },
    { name: 'LOCK with nonsense', request: withBody('LOCK /dav/kept HTTP/1.1', '<x', XML_TYPE), statuses: [400] },
    { name: 'MKCOL with a body', request: withBody('MKCOL /dav/new HTTP/1.1', '<x/>', XML_TYPE), statuses: [415] },
  ];
}

/** Requests of somebody else. */
function strangers(faulty: Faulty): HostileCase[] {
  const { host } = new URL(faulty.server.url);
  const basic = (credentials: string | Buffer) => `Basic ${Buffer.from(credentials).toString('base64')}`;
  const authorizations = {
    'the user constructor': basic('constructor:x'),
    'the user constructor without a colon': basic('constructor'),
    'the user __proto__': basic('__proto__:x'),
    'a password cut at its colon': basic('faults:a'),
    'no user': basic(':x'),
    nothing: basic(''),
    'a NUL in the name': basic('faults\0:x'),
    'bytes that are no text': basic(Buffer.from([0xff, 0xfe, 0x3a, 0xff])),
    'a password of 8 KB': basic(`faults:${'x'.repeat(8192)}`),
    'no base64': 'Basic !!!!',
    'no scheme': 'faults',
    'another scheme': 'Bearer abc',
  };
  return Object.entries(authorizations).map(([name, value]) => ({
    name: `credentials: ${name}`,
    request: [`DELETE /dav/kept HTTP/1.1`, `Host: ${host}`, `Authorization: ${value}`, '', ''].join(CRLF),
    statuses: [401, 429],
  }));
}
