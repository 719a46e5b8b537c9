import assert from 'node:assert/strict';
import { RecentRequests } from '../../src/dlna/recent-requests.ts';

describe('the last requests of televisions', () => {
  const request = { atMs: 1, address: '10.0.0.1', userAgent: 'a set', what: 'GET /device.xml' };

  it('say what came of each', () => {
    const recent = new RecentRequests();
    const first = recent.begin(request);
    recent.begin({ ...request, what: 'GET /icons/small.png' });
    first.end({ status: 403, remarks: ['Host is another'] });
    assert.deepEqual(recent.list(), [
      { ...request, status: 403, remarks: ['Host is another'] },
      { ...request, what: 'GET /icons/small.png', status: undefined, remarks: [] },
    ]);
  });

  it('are 200 at most, each of bounded length, and nothing that a terminal obeys', () => {
    const recent = new RecentRequests();
    for (let count = 0; count < 250; count += 1) recent.begin({ ...request, atMs: count });
    const { end } = recent.begin({ ...request, userAgent: `\u001b[2J${'x'.repeat(500)}` });
    end({ status: 200, remarks: ['a\nb'] });
    const list = recent.list();
    assert.deepEqual([list.length, list[0]?.atMs], [200, 51]);
    assert.match(list.at(-1)?.userAgent ?? '', /^\?\[2Jx{196}$/);
    assert.deepEqual(list.at(-1)?.remarks, ['a?b']);
  });
});
