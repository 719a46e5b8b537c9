import assert from 'node:assert/strict';
import { KnownClients, type KnownClientsOptions } from '../../src/auth/known-clients.ts';
import { KeyRing, newKey } from '../../src/auth/key-ring.ts';
import { DomainError } from '../../src/lib/errors.ts';
import { TestCore } from '../support/test-core.ts';

const HOME = '192.0.2.1';
const DAY_SECONDS = 24 * 3600;

describe('known clients', () => {
  let test: TestCore;
  let keys: KeyRing;
  let clients: KnownClients;
  let ann: number;
  let failures: unknown[];

  beforeEach(async () => {
    test = await TestCore.open();
    const nowMs = test.clock.nowMs();
    keys = new KeyRing([newKey('token', nowMs), newKey('seal', nowMs)]);
    failures = [];
    clients = open();
    ann = test.as('ann').userId;
    await clients.note(ann, HOME);
  });
  afterEach(() => test.close());

  /** As each start of the server does. */
  const open = (store: KnownClientsOptions['store'] = test.core.store): KnownClients =>
    new KnownClients({ store, keys, clock: test.clock, onFailure: (error) => failures.push(error) });
  const openWith = (run: () => Promise<never>): KnownClients => open({ accounts: test.core.store.accounts, run });

  it('are known after a restart, and also once there are new keys for tokens', async () => {
    keys = new KeyRing([newKey('token', test.clock.nowMs()), keys.newest('seal')]);
    assert.equal(await open().has(ann, HOME), true);
  });

  it('are known for one user, from one network', async () => {
    assert.equal(await clients.has(test.as('ben').userId, HOME), false);
    assert.equal(await clients.has(undefined, HOME), false);
    assert.equal(await clients.has(ann, '192.0.2.2'), false);
    await clients.note(ann, '2001:db8:1:2::1');
    assert.equal(await clients.has(ann, '2001:db8:1:2::ffff'), true);
  });

  it('are forgotten half a year after they logged in last', async () => {
    test.clock.advance(179 * DAY_SECONDS);
    await clients.note(ann, HOME);
    test.clock.advance(179 * DAY_SECONDS);
    assert.equal(await clients.has(ann, HOME), true);
    test.clock.advance(DAY_SECONDS);
    assert.equal(await clients.has(ann, HOME), false);
  });

  it('are written once a day', async () => {
    let writes = 0;
    const counted = openWith(() => {
      writes++;
      return Promise.resolve(undefined as never);
    });
    test.clock.advance(DAY_SECONDS - 1);
    await counted.note(ann, HOME);
    assert.equal(writes, 0);
    test.clock.advance(1);
    await counted.note(ann, HOME);
    assert.equal(writes, 1);
  });

  it('fail no login when they cannot be noted', async () => {
    const failure = new DomainError('unavailable', 'away');
    await openWith(() => Promise.reject(failure)).note(ann, '192.0.2.2');
    assert.deepEqual(failures, [failure]);
  });
});
