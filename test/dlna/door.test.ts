import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { Door } from '../../src/dlna/door.ts';
import { RecentRequests } from '../../src/dlna/recent-requests.ts';

const LINK = { name: 'eth0', address: '192.168.1.5', network: '192.168.1.5/24' };

function from(remoteAddress: string | undefined): Socket {
  return Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress });
}

describe('the door of the media server', () => {
  let recent: RecentRequests;
  let door: Door;
  beforeEach(() => {
    recent = new RecentRequests();
    door = new Door(recent);
  });

  const cases: [address: string | undefined, isLetIn: boolean][] = [
    ['192.168.1.20', true],
    ['192.168.1.5', true],
    ['192.168.2.20', false],
    ['10.0.0.1', false],
    ['203.0.113.9', false],
    ['127.0.0.1', false],
    ['169.254.1.1', false],
    [undefined, false],
  ];
  for (const [address, isLetIn] of cases) {
    it(`${isLetIn ? 'lets in' : 'is shut to'} ${address ?? 'whoever has left'}`, () => {
      assert.equal(door.mayEnter(from(address), LINK), isLetIn);
      const remarks = isLetIn ? [] : ['it is not in the network 192.168.1.5/24'];
      assert.deepEqual(
        recent.list().flatMap((request) => request.remarks),
        remarks,
      );
    });
  }

  it('lets in so many of one at a time, and others', () => {
    const sockets = Array.from({ length: 64 }, () => from('192.168.1.20'));
    assert.ok(sockets.every((socket) => door.mayEnter(socket, LINK)));
    assert.equal(door.mayEnter(from('192.168.1.20'), LINK), false);
    assert.equal(door.mayEnter(from('192.168.1.21'), LINK), true);
    sockets[0]?.emit('close');
    assert.equal(door.mayEnter(from('192.168.1.20'), LINK), true);
    assert.deepEqual(recent.list()[0]?.remarks, ['it has too many connections']);
  });
});
