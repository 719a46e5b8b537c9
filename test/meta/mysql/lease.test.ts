import assert from 'node:assert/strict';
import type { Connection } from '../../../src/meta/mysql/connection.ts';
import { Lease } from '../../../src/meta/mysql/lease.ts';

/** A process of another machine: nothing here can tell whether it lives. */
const OWNER = JSON.stringify({ host: 'elsewhere', pid: 1, machine: 'another', startedAt: '1', dataFolder: '/data' });
/** Longer than a lease lasts that nobody renews. */
const LONG_MS = 60_000;

describe('the lease on a database', () => {
  const now = performance.now.bind(performance);
  let passedMs = 0;
  beforeEach(() => {
    passedMs = 0;
    performance.now = () => now() + passedMs;
  });
  afterEach(() => {
    performance.now = now;
  });

  it('is not taken from who was faster to take it from one that is gone', async () => {
    let holder = 'gone';
    let renewal = 0;
    let asked = 0;
    const connection = {
      rows: async () => {
        asked += 1;
        if (holder === 'gone') passedMs += LONG_MS;
        else renewal += 1;
        return [[holder, OWNER, renewal]];
      },
      change: async () => {
        assert.equal(holder, 'gone', 'nobody takes it from the new holder');
        holder = 'faster';
        return { affectedRows: 0, insertId: 0 };
      },
    } as unknown as Connection;
    const pool = { use: <T>(_: number, work: (connection: Connection) => Promise<T>) => work(connection) };
    await assert.rejects(Lease.take(pool, '/mine'), { code: 'refused' });
    assert.ok(asked > 2);
  });
});
