import assert from 'node:assert/strict';
import { appPasswordHash, isAppPassword, newAppPassword } from '../../src/auth/app-password-form.ts';
import { AppPasswords } from '../../src/auth/app-passwords.ts';
import type { LoginEvent } from '../../src/auth/password-check.ts';
import { Throttle } from '../../src/auth/throttle.ts';
import type { User } from '../../src/core/actor.ts';
import type { AppPassword } from '../../src/core/ports/app-password-operations.ts';
import type { MetadataStore } from '../../src/core/ports/metadata-store.ts';
import { DomainError } from '../../src/lib/errors.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { FakeClients, user } from './fixture.ts';

const HOME = '192.0.2.1';

describe('the form of an app password', () => {
  it('is a prefix and seven groups of four, never the same', () => {
    const made = Array.from({ length: 100 }, () => newAppPassword());
    for (const { password, secretHash } of made) {
      assert.match(password, /^nosocial(-[0-9abcdefghjkmnpqrstvwxyz]{4}){7}$/);
      assert.equal(appPasswordHash(password), secretHash);
    }
    assert.equal(new Set(made.map(({ secretHash }) => secretHash)).size, 100);
  });

  const one = 'nosocial-0123-4567-89ab-cdef-ghjk-mnpq-r0t1';
  const same = [
    'NOSOCIAL-0123-4567-89AB-CDEF-GHJK-MNPQ-R0T1',
    'nosocial-0123456789abcdefghjkmnpqr0t1',
    'nosocial- 0123 4567 89ab cdef ghjk mnpq r0t1 ',
    'nosocial-o123-4567-89ab-cdef-ghjk-mnpq-rOtl',
    'nosocial-0i23-4567-89ab-cdef-ghjk-mnpq-r0tI',
  ];
  for (const typed of same) {
    it(`takes "${typed}" for what it was read from`, () => assert.equal(appPasswordHash(typed), appPasswordHash(one)));
  }

  const none = ['', 'nosocial-', one.slice(0, -1), `${one}2`, one.slice(9), one.replace('a', 'u'), `x${one}`, 'secret'];
  for (const password of none) {
    it(`is not that of "${password}"`, () => assert.equal(isAppPassword(password), false));
  }
});

describe('AppPasswords', () => {
  const { password, secretHash } = newAppPassword();
  let clock: FakeClock;
  let known: Map<string, { appPassword: AppPassword; user: User }>;
  let notes: { address: string; nowMs: number }[];
  let events: LoginEvent[];
  let failures: unknown[];
  let reads: number;
  let noting: Promise<void>;
  let clients: FakeClients;
  let appPasswords: AppPasswords;

  const appPassword = (changes: Partial<AppPassword> = {}): AppPassword => ({
    id: 3,
    userId: 1,
    name: 'phone',
    access: 'full',
    rootId: undefined,
    isDavOnly: false,
    createdAtMs: 0,
    usedAtMs: undefined,
    usedAddress: '',
    expiresAtMs: undefined,
    ...changes,
  });

  beforeEach(() => {
    clock = new FakeClock();
    known = new Map([[secretHash, { appPassword: appPassword(), user: user('ann') }]]);
    [notes, events, failures, reads, noting] = [[], [], [], 0, Promise.resolve()];
    clients = new FakeClients();
    const run = ((_name: string, args: { address: string; nowMs: number }) => {
      notes.push(args);
      return noting;
    }) as unknown as MetadataStore['run'];
    const find = async (hash: string) => {
      reads++;
      return known.get(hash);
    };
    appPasswords = new AppPasswords({
      store: { appPasswords: { find, list: async () => [] }, run },
      throttle: new Throttle(clock),
      clients,
      clock,
      onLogin: (event) => events.push(event),
      onFailure: (error) => failures.push(error),
    });
  });

  const refused = (name: string, secret: string, code = 'not-authenticated', address = HOME) =>
    assert.rejects(appPasswords.basic(name, secret, address), { name: 'DomainError', code });

  it('knows a user by one read, with what the app password leaves', async () => {
    known.set(secretHash, { appPassword: appPassword({ access: 'read-only', rootId: 17 }), user: user('ann') });
    const actor = await appPasswords.basic('Ann', password, HOME);
    const narrowing = { access: 'read-only', rootId: 17 };
    assert.deepEqual(actor, { userId: 1, name: 'ann', role: 'advanced', narrowing });
    assert.equal(reads, 1);
  });

  it('narrows an actor even where it leaves all rights', async () => {
    const { narrowing } = await appPasswords.basic('ann', password, HOME);
    assert.deepEqual(narrowing, { access: 'full', rootId: undefined });
  });

  it('refuses another user, an unknown one, and one who is disabled', async () => {
    await refused('bob', password);
    await refused('ann', newAppPassword().password);
    known.set(secretHash, { appPassword: appPassword(), user: user('ann', { isDisabled: true }) });
    await refused('ann', password);
  });

  it('refuses one from the moment when it expires', async () => {
    const expiresAtMs = clock.nowMs() + 1000;
    known.set(secretHash, { appPassword: appPassword({ expiresAtMs }), user: user('ann') });
    await appPasswords.basic('ann', password, HOME);
    clock.advance(1);
    await refused('ann', password);
  });

  it('refuses one that was revoked from the next request on, and counts those as attempts', async () => {
    await appPasswords.basic('ann', password, HOME);
    known.clear();
    for (let attempt = 0; attempt < 10; attempt++) await refused('ann', password);
    await refused('ann', password, 'too-many-attempts');
    assert.equal(events.at(-1)?.outcome, 'blocked');
  });

  it('lets one in that is good, also as Bearer and for the first time, whatever was tried before', async () => {
    for (let attempt = 0; attempt < 100; attempt++) {
      await refused('ann', newAppPassword().password, 'not-authenticated', `198.51.100.${attempt}`);
    }
    await refused('ann', newAppPassword().password, 'too-many-attempts');
    await appPasswords.basic('ann', password, HOME);
    for (let attempt = 0; attempt < 10; attempt++) {
      await assert.rejects(appPasswords.identify(newAppPassword().password, HOME), { code: 'not-authenticated' });
    }
    assert.equal((await appPasswords.identify(password, HOME)).by, 'app-password');
  });

  it('makes the client known that uses one, and no other', async () => {
    await appPasswords.basic('ann', password, HOME);
    await refused('ann', newAppPassword().password, 'not-authenticated', '192.0.2.2');
    assert.deepEqual([await clients.has(1, HOME), await clients.has(1, '192.0.2.2')], [true, false]);
  });

  it('takes many requests at once with one wrong password for one attempt, and reads for each', async () => {
    const wrong = newAppPassword().password;
    const attempts = Array.from({ length: 30 }, () => refused('ann', wrong));
    await Promise.all(attempts);
    assert.equal(reads, 30);
    await refused('ann', newAppPassword().password);
  });

  it('holds an address back that tries as Bearer, and no other', async () => {
    const attempt = (address: string) => appPasswords.identify(newAppPassword().password, address);
    for (let count = 0; count < 10; count++) await assert.rejects(attempt(HOME), { code: 'not-authenticated' });
    await assert.rejects(attempt(HOME), { code: 'too-many-attempts' });
    assert.equal((await appPasswords.identify(password, '192.0.2.2')).by, 'app-password');
  });

  it('refuses as Bearer what is for WebDAV only', async () => {
    known.set(secretHash, { appPassword: appPassword({ isDavOnly: true }), user: user('ann') });
    await assert.rejects(appPasswords.identify(password, HOME), { code: 'not-authenticated', message: /WebDAV only/ });
    await appPasswords.basic('ann', password, HOME);
  });

  it('tells of a login once in five minutes, with the name of the app password', async () => {
    for (let count = 0; count < 3; count++) await appPasswords.basic('ann', password, HOME);
    assert.deepEqual(events, [{ outcome: 'succeeded', userName: 'ann', appPassword: 'phone', address: HOME }]);
    clock.advance(6 * 60);
    await appPasswords.basic('ann', password, HOME);
    assert.equal(events.length, 2);
  });

  it('notes the last use in the background, not twice at a time, and seldom', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    noting = promise;
    await appPasswords.basic('ann', password, HOME);
    await appPasswords.basic('ann', password, HOME);
    assert.equal(notes.length, 1);
    resolve();
    await new Promise(setImmediate);
    const used = appPassword({ usedAtMs: clock.nowMs(), usedAddress: HOME });
    known.set(secretHash, { appPassword: used, user: user('ann') });
    clock.advance(4 * 60);
    await appPasswords.basic('ann', password, HOME);
    assert.equal(notes.length, 1);
    await appPasswords.basic('ann', password, '192.0.2.9');
    assert.deepEqual(notes.at(-1), { appPasswordId: 3, address: '192.0.2.9', nowMs: clock.nowMs() });
  });

  it('lets nobody wait, or fail, for a note that cannot be made', async () => {
    const failure = new DomainError('unavailable', 'away');
    noting = Promise.reject(failure);
    await appPasswords.basic('ann', password, HOME);
    await new Promise(setImmediate);
    assert.deepEqual(failures, [failure]);
  });
});
