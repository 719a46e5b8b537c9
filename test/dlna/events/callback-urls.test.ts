import assert from 'node:assert/strict';
import { parseCallbacks, type Subscriber } from '../../../src/dlna/events/callback-urls.ts';

const TELEVISION: Subscriber = {
  address: '192.168.1.7',
  link: { name: 'eth0', address: '192.168.1.5', network: '192.168.1.5/24' },
  ownPort: 8200,
};
const LINK_LOCAL: Subscriber = {
  address: '169.254.3.4',
  link: { name: 'eth0', address: '169.254.1.1', network: '169.254.1.1/16' },
  ownPort: 8200,
};
const ITSELF: Subscriber = { ...TELEVISION, address: '192.168.1.5' };
const LOOPBACK: Subscriber = {
  address: '127.0.0.1',
  link: { name: 'lo', address: '127.0.0.1', network: '127.0.0.1/8' },
  ownPort: 8200,
};
const PUBLIC: Subscriber = {
  address: '203.0.113.7',
  link: { name: 'wan', address: '203.0.113.5', network: '203.0.113.5/24' },
  ownPort: 8200,
};

function told(header: string, subscriber: Subscriber): string[] | undefined {
  return parseCallbacks(header, subscriber)?.map(({ address, port, path }) => `${address} ${port} ${path}`);
}

describe('where a subscriber may be told', () => {
  const accepted: [string, Subscriber, string[]][] = [
    ['<http://192.168.1.7:5000/events?x=1>', TELEVISION, ['192.168.1.7 5000 /events?x=1']],
    ['<http://192.168.1.7>', TELEVISION, ['192.168.1.7 80 /']],
    ['<HTTP://192.168.1.7/>', TELEVISION, ['192.168.1.7 80 /']],
    [' <http://192.168.1.7:1/a> <http://192.168.1.8:2/b> ', TELEVISION, ['192.168.1.7 1 /a', '192.168.1.8 2 /b']],
    ['<http://192.168.1.7:8200/>', TELEVISION, ['192.168.1.7 8200 /']],
    ['<http://169.254.3.4:5000/>', LINK_LOCAL, ['169.254.3.4 5000 /']],
    ['<http://169.254.200.4:5000/>', LINK_LOCAL, ['169.254.200.4 5000 /']],
    ['<http://192.168.1.5:5000/>', ITSELF, ['192.168.1.5 5000 /']],
    ['<http://127.0.0.1:5000/>', LOOPBACK, ['127.0.0.1 5000 /']],
    ['<http://203.0.113.7:5000/>', PUBLIC, ['203.0.113.7 5000 /']],
  ];
  for (const [header, subscriber, want] of accepted) {
    it(`is ${header.trim()} for ${subscriber.address}`, () => {
      assert.deepEqual(told(header, subscriber), want);
    });
  }

  const refused: [string, Subscriber][] = [
    ['', TELEVISION],
    ['http://192.168.1.7:5000/', TELEVISION],
    ['<>', TELEVISION],
    ['<http://192.168.1.7/', TELEVISION],
    ['<http://192.168.1.7/>,<http://192.168.1.7/>', TELEVISION],
    ['<http://192.168.1.7/a b>', TELEVISION],
    ['<http://192.168.1.7/ä>', TELEVISION],
    ['<https://192.168.1.7/>', TELEVISION],
    ['<ftp://192.168.1.7/>', TELEVISION],
    ['<file:///etc/passwd>', TELEVISION],
    ['<//192.168.1.7/>', TELEVISION],
    ['<http://television/>', TELEVISION],
    ['<http://localhost:5000/>', TELEVISION],
    ['<http://192.168.1.7.evil.example/>', TELEVISION],
    ['<http://user@192.168.1.7/>', TELEVISION],
    ['<http://192.168.1.7:5000@203.0.113.1/>', TELEVISION],
    ['<http://192.168.1.7#@203.0.113.1/>', TELEVISION],
    ['<http://192.168.1.7\\@203.0.113.1/>', TELEVISION],
    ['<http://[::1]/>', TELEVISION],
    ['<http://[::ffff:192.168.1.7]/>', TELEVISION],
    ['<http://3232235783/>', TELEVISION],
    ['<http://0xc0.0xa8.1.7/>', TELEVISION],
    ['<http://0300.0250.1.7/>', TELEVISION],
    ['<http://192.168.1.007/>', TELEVISION],
    ['<http://192.168.263/>', TELEVISION],
    ['<http://192.168.1.256/>', TELEVISION],
    ['<http://192.168.1.7:0/>', TELEVISION],
    ['<http://192.168.1.7:65536/>', TELEVISION],
    ['<http://192.168.1.7:/>', TELEVISION],
    ['<http://192.168.1.7:-1/>', TELEVISION],
    ['<http://203.0.113.1/>', TELEVISION],
    ['<http://192.168.2.7/>', TELEVISION],
    ['<http://10.0.0.7/>', TELEVISION],
    ['<http://169.254.169.254/latest/meta-data/>', TELEVISION],
    ['<http://127.0.0.1/>', TELEVISION],
    ['<http://0.0.0.0/>', TELEVISION],
    ['<http://239.255.255.250:1900/>', TELEVISION],
    ['<http://192.168.1.5:8200/>', TELEVISION],
    ['<http://192.168.1.5:22/>', TELEVISION],
    ['<http://192.168.1.5:8200/events>', ITSELF],
    ['<http://127.0.0.1:8080/>', ITSELF],
    ['<http://127.0.0.1:8200/>', LOOPBACK],
    ['<http://127.0.0.2:5000/>', LOOPBACK],
    ['<http://192.168.1.7/>', LINK_LOCAL],
    ['<http://203.0.113.8/>', PUBLIC],
    ['<http://192.168.1.7/><http://203.0.113.1/>', TELEVISION],
    ['<http://203.0.113.1/><http://192.168.1.7/>', TELEVISION],
    ['<http://192.168.1.7/>'.repeat(5), TELEVISION],
    [`<http://192.168.1.7/${'x'.repeat(1024)}>`, TELEVISION],
  ];
  for (const [header, subscriber] of refused) {
    it(`is not ${header.slice(0, 60) || 'nowhere'} for ${subscriber.address}`, () => {
      assert.equal(told(header, subscriber), undefined);
    });
  }

  it('is nowhere else, whatever one byte of it becomes', () => {
    const header = '<http://192.168.1.7:5000/x><http://192.168.1.8/>';
    for (let index = 0; index < header.length; index++) {
      for (let code = 0; code < 256; code++) {
        const changed = header.slice(0, index) + String.fromCharCode(code) + header.slice(index + 1);
        for (const { address, port, path } of parseCallbacks(changed, TELEVISION) ?? []) {
          assert.match(address, /^192\.168\.1\.\d+$/);
          assert.notEqual(address, '192.168.1.5');
          assert.ok(port > 0 && port < 65_536);
          assert.match(path, /^\/[\x21-\x7e]*$/);
        }
      }
    }
  });
});
