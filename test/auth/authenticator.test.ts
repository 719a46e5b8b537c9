import assert from 'node:assert/strict';
import { newAppPassword } from '../../src/auth/app-password-form.ts';
import { Authenticator, type LoginEvent } from '../../src/auth/authenticator.ts';
import { PasswordHasher } from '../../src/auth/password.ts';
import { Throttle } from '../../src/auth/throttle.ts';
import { DomainError } from '../../src/lib/errors.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { basic, FakeClients, FakeEngine, fakeHash, FakeUsers, user } from './fixture.ts';

const HOME = '192.0.2.1';
const RIGHT = basic('ann', 'correct horse');
const WRONG = basic('ann', 'wrong');

describe('Authenticator', () => {
  let clock: FakeClock;
  let engine: FakeEngine;
  let users: FakeUsers;
  let events: LoginEvent[];
  let authenticator: Authenticator;

  beforeEach(() => {
    clock = new FakeClock();
    engine = new FakeEngine();
    users = new FakeUsers();
    users.set(user('ann'));
    events = [];
    authenticator = new Authenticator({
      store: users,
      hasher: new PasswordHasher(engine),
      throttle: new Throttle(clock),
      clients: new FakeClients(),
      clock,
      onLogin: (event) => events.push(event),
      appPasswords: { basic: async (name) => ({ userId: 7, name, role: 'normal' }) },
    });
  });

  const refused = (header: string | undefined, code = 'not-authenticated', address = HOME) =>
    assert.rejects(authenticator.basic(header, address), { name: 'DomainError', code });

  it('knows a user by name and password', async () => {
    assert.deepEqual(await authenticator.basic(RIGHT, HOME), { userId: 1, name: 'ann', role: 'advanced' });
  });

  it('leaves what has the form of an app password to those who know about them', async () => {
    const { password } = newAppPassword();
    assert.deepEqual(await authenticator.basic(basic('ann', password), HOME), {
      userId: 7,
      name: 'ann',
      role: 'normal',
    });
    assert.deepEqual([users.reads, engine.jobs], [0, 0]);
  });

  it('refuses the right password of an account with a second factor, even one that was right before', async () => {
    await authenticator.basic(RIGHT, HOME);
    users.set(user('ann', { hasSecondFactor: true }));
    await refused(RIGHT);
    users.set(user('ann', { hasSecondFactor: true, epoch: 2 }));
    await refused(RIGHT);
  });

  it('takes the name in any case and gives it as it is stored', async () => {
    assert.equal((await authenticator.basic(basic('ANN', 'correct horse'), HOME)).name, 'ann');
  });

  describe('refuses', () => {
    const headers: [what: string, header: string | undefined][] = [
      ['no header', undefined],
      ['an empty header', ''],
      ['another scheme', 'Bearer abc'],
      ['a wrong password', WRONG],
      ['an unknown user', basic('bob', 'correct horse')],
      ['a user without a colon', `Basic ${Buffer.from('ann').toString('base64')}`],
      ['no name', basic('', 'correct horse')],
      ['an empty password', basic('ann', '')],
      ['a password with NUL', basic('ann', 'correct\0horse')],
      ['a password too long', basic('ann', 'x'.repeat(1025))],
      ['a name too long', basic('x'.repeat(300), 'x')],
      ['base64 that is none', 'Basic !!!!'],
      ['a user named constructor', basic('constructor', 'x')],
      ['a user named __proto__', basic('__proto__', 'x')],
    ];
    for (const [what, header] of headers) it(what, () => refused(header));
  });

  it('takes users whose names mean something in JavaScript', async () => {
    for (const [index, name] of ['constructor', '__proto__', 'toString'].entries()) {
      users.set(user(name, { id: index + 2 }));
      assert.equal((await authenticator.basic(basic(name, 'correct horse'), HOME)).name, name);
    }
  });

  it('takes passwords with colons and beyond ASCII, in either Unicode form', async () => {
    users.set(user('eve', { id: 2, passwordHash: fakeHash('pä:ß:日本') }));
    await authenticator.basic(basic('eve', 'pä:ß:日本'), HOME);
    await authenticator.basic(basic('eve', 'pa\u0308:ß:日本'), HOME);
  });

  it('refuses a disabled user as a wrong password, with a hash like any other', async () => {
    users.set(user('ann', { isDisabled: true }));
    await refused(RIGHT);
    assert.equal(engine.jobs, 1);
  });

  it('hashes for unknown users as well', async () => {
    await refused(basic('bob', 'x'));
    assert.equal(engine.jobs, 1);
  });

  describe('the cache', () => {
    it('saves the hash for five minutes, with one read of the store', async () => {
      await authenticator.basic(RIGHT, HOME);
      users.reads = 0;
      clock.advanceMs(299_999);
      await authenticator.basic(RIGHT, HOME);
      assert.deepEqual([engine.jobs, users.reads], [1, 1]);
      clock.advanceMs(1);
      await authenticator.basic(RIGHT, HOME);
      assert.equal(engine.jobs, 2);
    });

    it('lets concurrent first requests share one hash', async () => {
      await Promise.all(Array.from({ length: 50 }, () => authenticator.basic(RIGHT, HOME)));
      assert.equal(engine.jobs, 1);
    });

    it('holds no failures', async () => {
      await refused(WRONG);
      await refused(WRONG);
      assert.equal(engine.jobs, 2);
    });

    const changes: [what: string, change: Parameters<typeof user>[1]][] = [
      ['a changed password', { passwordHash: fakeHash('another one'), epoch: 2 }],
      ['disabling', { isDisabled: true, epoch: 2 }],
      ['a password change whose epoch alone tells', { passwordHash: fakeHash('another one'), epoch: 7 }],
    ];
    for (const [what, change] of changes) {
      it(`makes ${what} hold from the next request on`, async () => {
        await authenticator.basic(RIGHT, HOME);
        users.set(user('ann', change));
        await refused(RIGHT);
      });
    }

    it('makes a changed role hold from the next request on', async () => {
      await authenticator.basic(RIGHT, HOME);
      users.set(user('ann', { role: 'normal', epoch: 2 }));
      assert.equal((await authenticator.basic(RIGHT, HOME)).role, 'normal');
    });

    it('does not serve a user who took the name of another', async () => {
      await authenticator.basic(RIGHT, HOME);
      users.set(user('ann', { id: 9, passwordHash: fakeHash('another one') }));
      await refused(RIGHT);
    });
  });

  describe('the throttle', () => {
    async function fail(times: number, address = HOME): Promise<void> {
      for (let time = 0; time < times; time++)
        await refused(basic('ann', `wrong ${time}`), 'not-authenticated', address);
    }

    it('stops a client after 10 failures, before hashing, and says how long', async () => {
      await fail(10);
      const jobs = engine.jobs;
      await assert.rejects(authenticator.basic(RIGHT, HOME), (error: DomainError) => {
        assert.equal(error.code, 'too-many-attempts');
        assert.ok(error.details.retryAfterSeconds! > 0 && error.details.retryAfterSeconds! <= 70);
        return true;
      });
      assert.equal(engine.jobs, jobs);
      clock.advanceMs(70_000);
      await authenticator.basic(RIGHT, HOME);
    });

    it('counts attempts that run at the same time', async () => {
      const tries = Array.from({ length: 30 }, (_, index) => authenticator.basic(basic('ann', `wrong ${index}`), HOME));
      const outcomes = await Promise.allSettled(tries);
      const codes = outcomes.map((outcome) => ((outcome as PromiseRejectedResult).reason as DomainError).code);
      assert.equal(codes.filter((code) => code === 'not-authenticated').length, 10);
      assert.equal(codes.filter((code) => code === 'too-many-attempts').length, 20);
    });

    it('stops guessing at unknown users alike', async () => {
      for (let time = 0; time < 10; time++) await refused(basic('nobody', `${time}`));
      await refused(basic('nobody', 'x'), 'too-many-attempts');
    });

    it('never counts requests without credentials', async () => {
      for (let time = 0; time < 1000; time++) await refused(undefined);
      await authenticator.basic(RIGHT, HOME);
    });

    it('never locks out a credential that was right before, whatever its neighbours try', async () => {
      await authenticator.basic(RIGHT, HOME);
      await fail(10);
      clock.advanceMs(301_000);
      await fail(10);
      await refused(basic('ann', 'one more'), 'too-many-attempts');
      await authenticator.basic(RIGHT, HOME);
    });

    it('never locks out a client that logged in before, whatever others try', async () => {
      await authenticator.basic(RIGHT, HOME);
      users.set(user('ann', { passwordHash: fakeHash('another one'), epoch: 2 }));
      for (let client = 0; client < 10; client++) await fail(10, `198.51.100.${client}`);
      await refused(basic('ann', 'another one'), 'too-many-attempts', '203.0.113.5');
      await authenticator.basic(basic('ann', 'another one'), HOME);
    });

    it('counts nothing when the server was too busy to hash', async () => {
      engine.failure = new DomainError('unavailable', 'down');
      for (let time = 0; time < 50; time++) await refused(RIGHT, 'unavailable');
      engine.failure = undefined;
      await authenticator.basic(RIGHT, HOME);
    });
  });

  it('tells of logins, failures and blocked attempts, and of nothing that the cache knows', async () => {
    await authenticator.basic(RIGHT, HOME);
    await authenticator.basic(RIGHT, HOME);
    await refused(WRONG);
    for (let time = 0; time < 9; time++) await refused(basic('ann', `${time}`));
    await refused(WRONG, 'too-many-attempts');
    const outcomes = events.map(({ outcome }) => outcome);
    assert.deepEqual(outcomes, ['succeeded', ...Array<string>(10).fill('failed'), 'blocked']);
    assert.deepEqual(events[0], { outcome: 'succeeded', userName: 'ann', address: HOME });
    assert.doesNotMatch(JSON.stringify(events), /horse|wrong/);
  });

  describe('a hash of an older kind', () => {
    const old = fakeHash('correct horse', '$argon2id$v=19$m=4096,t=3,p=1$');

    it('is made anew at login', async () => {
      users.set(user('ann', { passwordHash: old }));
      await authenticator.basic(RIGHT, HOME);
      assert.equal(users.users.get('ann')!.passwordHash, fakeHash('correct horse'));
      await authenticator.basic(RIGHT, HOME);
    });

    it('is made anew for a password shorter than new ones may be', async () => {
      users.set(user('ann', { passwordHash: fakeHash('tiny', '$argon2id$v=19$m=4096,t=3,p=1$') }));
      await authenticator.basic(basic('ann', 'tiny'), HOME);
      assert.equal(users.users.get('ann')!.passwordHash, fakeHash('tiny'));
    });

    it('never overwrites a password that was changed meanwhile', async () => {
      users.set(user('ann', { passwordHash: old }));
      engine.isHeld = true;
      const login = authenticator.basic(RIGHT, HOME);
      await new Promise(setImmediate);
      users.set(user('ann', { passwordHash: fakeHash('the new one'), epoch: 2 }));
      engine.release();
      await login;
      assert.equal(users.users.get('ann')!.passwordHash, fakeHash('the new one'));
    });
  });
});
