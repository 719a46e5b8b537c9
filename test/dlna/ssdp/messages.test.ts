import assert from 'node:assert/strict';
import { advertisementsOf, soughtBy } from '../../../src/dlna/ssdp/advertisements.ts';
import {
  aliveMessage,
  answerMessage,
  byebyeMessage,
  parseSearch,
  type Search,
} from '../../../src/dlna/ssdp/messages.ts';

const UDN = 'uuid:4d696e69-444c-164e-9d41-525400123456';
const SPEAKER = {
  server: 'Linux/6.1 UPnP/1.0 DLNADOC/1.50 nosocial/1.2.3',
  location: 'http://192.168.1.5:8200/device.xml',
};
const ADVERTISEMENT = { target: 'upnp:rootdevice', usn: `${UDN}::upnp:rootdevice` };

function search(...headers: string[]): Buffer {
  return Buffer.from(['M-SEARCH * HTTP/1.1', ...headers, '', ''].join('\r\n'));
}

const HOST = 'HOST: 239.255.255.250:1900';
const MAN = 'MAN: "ssdp:discover"';

describe('a search for devices', () => {
  const understood: [string, Buffer, Search][] = [
    ['in the usual form', search(HOST, MAN, 'MX: 3', 'ST: ssdp:all'), { target: 'ssdp:all', maxWaitSeconds: 3 }],
    ['without MX', search(HOST, MAN, 'ST: upnp:rootdevice'), { target: 'upnp:rootdevice', maxWaitSeconds: undefined }],
    ['with a long MX', search(MAN, 'MX: 99999', 'ST: a'), { target: 'a', maxWaitSeconds: 5 }],
    ['with no time', search(MAN, 'MX: 0', 'ST: a'), { target: 'a', maxWaitSeconds: 0 }],
    ['in other letters', search('man:"ssdp:discover"', 'mx:1', 'St:a'), { target: 'a', maxWaitSeconds: 1 }],
    ['with spaces', search('MAN : "ssdp:discover" ', 'ST:\t a \t'), { target: 'a', maxWaitSeconds: undefined }],
    ['without quotes', search('MAN: ssdp:discover', 'ST: a'), { target: 'a', maxWaitSeconds: undefined }],
    [
      'with bare line ends',
      Buffer.from(`M-SEARCH * HTTP/1.1\n${MAN}\nST: a\n\n`),
      { target: 'a', maxWaitSeconds: undefined },
    ],
    [
      'without an end',
      Buffer.from(`M-SEARCH * HTTP/1.1\r\n${MAN}\r\nST: a`),
      { target: 'a', maxWaitSeconds: undefined },
    ],
    [
      'with headers unknown here',
      search(MAN, 'ST: a', 'CPFN.UPNP.ORG: TV', 'X-EMPTY:'),
      { target: 'a', maxWaitSeconds: undefined },
    ],
    [
      'from somebody whose name is not ASCII',
      search(MAN, 'ST: a', 'CPFN.UPNP.ORG: Küche 映画'),
      { target: 'a', maxWaitSeconds: undefined },
    ],
    [
      'with something behind it',
      Buffer.concat([search(MAN, 'ST: a'), Buffer.from([0, 1, 2])]),
      { target: 'a', maxWaitSeconds: undefined },
    ],
  ];
  for (const [what, bytes, want] of understood) {
    it(`is understood ${what}`, () => {
      assert.deepEqual(parseSearch(bytes), want);
    });
  }

  const refused: [string, Buffer][] = [
    ['nothing', Buffer.alloc(0)],
    ['zeros', Buffer.alloc(1500)],
    ['an announcement', aliveMessage(ADVERTISEMENT, SPEAKER)],
    ['an answer', answerMessage(ADVERTISEMENT, SPEAKER, 0)],
    ['another path', Buffer.from(`M-SEARCH /x HTTP/1.1\r\n${MAN}\r\nST: a\r\n\r\n`)],
    ['another version', Buffer.from(`M-SEARCH * HTTP/1.0\r\n${MAN}\r\nST: a\r\n\r\n`)],
    ['no target', search(HOST, MAN, 'MX: 3')],
    ['an empty target', search(MAN, 'ST:')],
    ['no MAN', search('ST: a')],
    ['another MAN', search('MAN: "ssdp:alive"', 'ST: a')],
    ['MX in words', search(MAN, 'MX: soon', 'ST: a')],
    ['an empty MX', search(MAN, 'MX:', 'ST: a')],
    ['MX below nothing', search(MAN, 'MX: -1', 'ST: a')],
    ['a fraction as MX', search(MAN, 'MX: 1.5', 'ST: a')],
    ['a target twice', search(MAN, 'ST: a', 'st: b')],
    ['a line without a name', search(MAN, ': x', 'ST: a')],
    ['a line that is no header', search(MAN, 'hello', 'ST: a')],
    ['a folded line', search(MAN, 'ST: a', ' b')],
    ['a zero in a header', search(MAN, 'ST: a\0b')],
    ['letters outside ASCII', search(MAN, 'ST: é')],
    ['more than fits', search(MAN, 'ST: a', `X: ${'y'.repeat(2048)}`)],
  ];
  for (const [what, bytes] of refused) {
    it(`is not understood with ${what}`, () => {
      assert.equal(parseSearch(bytes), undefined);
    });
  }

  it('throws for nothing that one byte makes of it', () => {
    const whole = search(HOST, MAN, 'MX: 3', 'ST: ssdp:all');
    for (let index = 0; index < whole.length; index++) {
      for (const byte of [0, 10, 13, 32, 58, 0x7f, 0xff]) {
        const changed = Buffer.from(whole);
        changed[index] = byte;
        const read = parseSearch(changed);
        if (read) assert.match(read.target, /^[\x20-\x7e]+$/);
      }
      parseSearch(whole.subarray(0, index));
    }
  });
});

describe('what is found by a search', () => {
  const all = advertisementsOf(UDN);
  const targets: [string, number][] = [
    ['ssdp:all', 6],
    ['upnp:rootdevice', 1],
    [UDN, 1],
    [UDN.toUpperCase().replace('UUID', 'uuid'), 1],
    ['urn:schemas-upnp-org:device:MediaServer:1', 1],
    ['urn:schemas-upnp-org:service:ContentDirectory:1', 1],
    ['urn:schemas-upnp-org:service:ConnectionManager:1', 1],
    ['urn:microsoft.com:service:X_MS_MediaReceiverRegistrar:1', 1],
    ['urn:schemas-upnp-org:device:MediaServer:2', 0],
    ['urn:schemas-upnp-org:device:MediaRenderer:1', 0],
    ['urn:schemas-upnp-org:service:ContentDirectory:2', 0],
    ['uuid:00000000-0000-0000-0000-000000000000', 0],
    ['ssdp:ALL', 0],
    ['', 0],
  ];
  for (const [target, want] of targets) {
    it(`is ${want} for ${target || 'nothing'}`, () => {
      assert.equal(soughtBy(target, all).length, want);
    });
  }

  it('has a name of its own each', () => {
    assert.deepEqual(
      all.map(({ usn }) => usn),
      [
        UDN,
        `${UDN}::upnp:rootdevice`,
        `${UDN}::urn:schemas-upnp-org:device:MediaServer:1`,
        `${UDN}::urn:schemas-upnp-org:service:ContentDirectory:1`,
        `${UDN}::urn:schemas-upnp-org:service:ConnectionManager:1`,
        `${UDN}::urn:microsoft.com:service:X_MS_MediaReceiverRegistrar:1`,
      ],
    );
  });
});

describe('what is said by SSDP', () => {
  it('is an answer with all headers', () => {
    assert.deepEqual(answerMessage(ADVERTISEMENT, SPEAKER, 0).toString().split('\r\n'), [
      'HTTP/1.1 200 OK',
      'CACHE-CONTROL: max-age=1800',
      'DATE: Thu, 01 Jan 1970 00:00:00 GMT',
      'EXT:',
      `LOCATION: ${SPEAKER.location}`,
      `SERVER: ${SPEAKER.server}`,
      'ST: upnp:rootdevice',
      `USN: ${UDN}::upnp:rootdevice`,
      'CONTENT-LENGTH: 0',
      '',
      '',
    ]);
  });

  it('is an announcement with all headers', () => {
    assert.deepEqual(aliveMessage(ADVERTISEMENT, SPEAKER).toString().split('\r\n'), [
      'NOTIFY * HTTP/1.1',
      'HOST: 239.255.255.250:1900',
      'CACHE-CONTROL: max-age=1800',
      `LOCATION: ${SPEAKER.location}`,
      'NT: upnp:rootdevice',
      'NTS: ssdp:alive',
      `SERVER: ${SPEAKER.server}`,
      `USN: ${UDN}::upnp:rootdevice`,
      '',
      '',
    ]);
  });

  it('is a goodbye', () => {
    assert.deepEqual(byebyeMessage(ADVERTISEMENT).toString().split('\r\n'), [
      'NOTIFY * HTTP/1.1',
      'HOST: 239.255.255.250:1900',
      'NT: upnp:rootdevice',
      'NTS: ssdp:byebye',
      `USN: ${UDN}::upnp:rootdevice`,
      '',
      '',
    ]);
  });
});
