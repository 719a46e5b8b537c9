import assert from 'node:assert/strict';
import { checkHealth } from '../../src/observe/health.ts';
import { Metrics, type DiskFigures } from '../../src/observe/metrics.ts';

const request = { edge: 'dav', method: 'PUT', status: 201, seconds: 0.02, bytesIn: 10, bytesOut: 5 };

describe('metrics', () => {
  it('count requests by method, kind of status and edge', async () => {
    const metrics = new Metrics();
    metrics.observeRequest(request);
    metrics.observeRequest(request);
    const text = await metrics.text();
    assert.match(text, /nosocial_http_requests_total\{method="PUT",status="2xx",edge="dav"\} 2/);
    assert.match(text, /nosocial_http_received_bytes_total\{edge="dav"\} 20/);
    assert.match(text, /nosocial_http_sent_bytes_total\{edge="dav"\} 10/);
    assert.match(text, /nosocial_http_request_duration_seconds_bucket\{le="0.025",method="PUT",edge="dav"\} 2/);
  });

  it('take methods that clients make up together', async () => {
    const metrics = new Metrics();
    for (const method of ['FOO', 'BAR', 'constructor']) metrics.observeRequest({ ...request, method });
    assert.match(await metrics.text(), /method="other",status="2xx",edge="dav"\} 3/);
  });

  it('look at disks and statements when they are read', async () => {
    const metrics = new Metrics();
    let disks: DiskFigures[] = [{ name: 'a', state: 'up', freeBytes: 5, totalBytes: 9, promisedBytes: 1 }];
    metrics.watch({ disks: () => disks, statements: () => 42 });
    const first = await metrics.text();
    assert.match(first, /nosocial_disk_free_bytes\{disk="a"\} 5/);
    assert.match(first, /nosocial_disk_state\{disk="a",state="up"\} 1/);
    assert.match(first, /nosocial_database_statements_total 42/);
    disks = [];
    assert.doesNotMatch(await metrics.text(), /disk="a"/);
  });

  it('stand apart for each server', async () => {
    const [one, other] = [new Metrics(), new Metrics()];
    one.countLogin('failed');
    assert.match(await one.text(), /nosocial_logins_total\{outcome="failed"\} 1/);
    assert.doesNotMatch(await other.text(), /outcome="failed"/);
  });
});

describe('health', () => {
  const up = { name: 'a', state: 'up' } as const;
  const down = { name: 'b', state: 'down' } as const;
  const full = { name: 'c', state: 'full' } as const;
  const ping = () => Promise.resolve();
  const cases: [what: string, probes: Parameters<typeof checkHealth>[0], isReady: boolean, problems: string[]][] = [
    ['all is well', { ping, disks: () => [up] }, true, []],
    ['one of two disks is down', { ping, disks: () => [up, down] }, true, ['the disk "b" is down']],
    ['a disk is full: files can be read', { ping, disks: () => [full] }, true, []],
    ['no disk is there', { ping, disks: () => [] }, false, ['no disk is there']],
    ['all disks are down', { ping, disks: () => [down] }, false, ['no disk is there', 'the disk "b" is down']],
    [
      'the database fails',
      { ping: () => Promise.reject(new Error('x')), disks: () => [up] },
      false,
      ['the database cannot be reached'],
    ],
    [
      'the database hangs',
      { ping: () => new Promise(() => undefined), disks: () => [up] },
      false,
      ['the database does not answer'],
    ],
  ];
  for (const [what, probes, isReady, problems] of cases) {
    it(`${isReady ? 'is given' : 'fails'} when ${what}`, async () => {
      assert.deepEqual(await checkHealth(probes, 20), { isReady, problems });
    });
  }
});
