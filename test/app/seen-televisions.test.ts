import assert from 'node:assert/strict';
import { seenTelevisions } from '../../src/app/seen-televisions.ts';

const request = (address: string, atMs: number, more: object = {}) => ({
  ...{ address, atMs, userAgent: '', what: 'GET /device.xml', status: 200, remarks: [] as string[] },
  ...more,
});

describe('televisions that were seen', () => {
  it('are told apart by address, the newest first, each with what was wrong with its requests', () => {
    const seen = seenTelevisions(
      {
        searches: [{ address: '192.168.1.9', target: 'ssdp:all', atMs: 5000 }],
        requests: [
          request('192.168.1.20', 1000, { userAgent: 'A set/1.0' }),
          request('192.168.1.20', 2000, { what: 'GET /x', status: 404, remarks: ['no such file'] }),
          request('192.168.1.20', 3000, { what: 'GET /x', status: 404, remarks: ['no such file'] }),
          request('192.168.1.20', 4000, { remarks: ['"Film"'] }),
          request('10.0.0.7', 500, { what: 'connection', status: undefined, remarks: ['not in the network'] }),
          request('10.0.0.8', 400, { status: undefined, remarks: ['left'] }),
        ],
      },
      ['192.168.1.20=ann'],
    );
    assert.deepEqual(
      seen.map(({ seenAt: _, ...rest }) => rest),
      [
        { address: '192.168.1.9', userAgent: '', problems: [] },
        {
          ...{ address: '192.168.1.20', userAgent: 'A set/1.0', problems: ['no such file'] },
          ...{ lastRequest: 'GET /device.xml', viewer: 'ann' },
        },
        { address: '10.0.0.7', userAgent: '', problems: ['not in the network'], lastRequest: 'connection' },
        { address: '10.0.0.8', userAgent: '', problems: [], lastRequest: 'GET /device.xml' },
      ],
    );
  });
});
