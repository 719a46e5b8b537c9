import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import { parseSubscribe, parseUnsubscribe } from '../../../src/dlna/events/subscribe-request.ts';

const CALLBACK = '<http://192.168.1.7:5000/>';
const NEW = { nt: 'upnp:event', callback: CALLBACK };

/** In short: what is asked for and for how long, or the status of the refusal. */
function read(headers: IncomingHttpHeaders): string {
  const asked = parseSubscribe(headers);
  return asked.kind === 'bad' ? `${asked.status}` : `${asked.kind} ${asked.seconds}`;
}

describe('a request to be told', () => {
  const cases: [IncomingHttpHeaders, string][] = [
    [NEW, 'new 1800'],
    [{ ...NEW, timeout: 'Second-300' }, 'new 300'],
    [{ ...NEW, timeout: 'second-300' }, 'new 300'],
    [{ ...NEW, timeout: 'Second-infinite' }, 'new 1800'],
    [{ ...NEW, timeout: 'Second-9999999999' }, 'new 1800'],
    [{ ...NEW, timeout: 'Second-1' }, 'new 60'],
    [{ ...NEW, timeout: 'Second-0' }, 'new 60'],
    [{ ...NEW, timeout: 'Second--5' }, 'new 1800'],
    [{ ...NEW, timeout: '300' }, 'new 1800'],
    [{ sid: 'uuid:1' }, 'renewal 1800'],
    [{ sid: 'uuid:1', timeout: 'Second-120' }, 'renewal 120'],
    [{ sid: 'uuid:1', nt: 'upnp:event' }, '400'],
    [{ sid: 'uuid:1', callback: CALLBACK }, '400'],
    [{ sid: 'uuid:1', ...NEW }, '400'],
    [{}, '412'],
    [{ callback: CALLBACK }, '412'],
    [{ nt: 'upnp:event' }, '412'],
    [{ nt: 'upnp:rootdevice', callback: CALLBACK }, '412'],
    [{ nt: 'upnp:event, upnp:event', callback: CALLBACK }, '412'],
  ];
  for (const [headers, want] of cases) {
    it(`with ${JSON.stringify(headers)} is ${want}`, () => {
      assert.equal(read(headers), want);
    });
  }
});

describe('a request to be told no more', () => {
  const cases: [IncomingHttpHeaders, string][] = [
    [{ sid: 'uuid:1' }, 'end uuid:1'],
    [{}, '412'],
    [NEW, '412'],
    [{ sid: 'uuid:1', nt: 'upnp:event' }, '400'],
    [{ sid: 'uuid:1', callback: CALLBACK }, '400'],
  ];
  for (const [headers, want] of cases) {
    it(`with ${JSON.stringify(headers)} is ${want}`, () => {
      const asked = parseUnsubscribe(headers);
      assert.equal(asked.kind === 'bad' ? `${asked.status}` : `${asked.kind} ${asked.sid}`, want);
    });
  }
});
