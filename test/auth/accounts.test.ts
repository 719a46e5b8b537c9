import assert from 'node:assert/strict';
import { generateSync } from 'otplib';
import { AccountWorld, PASSWORD } from './account-world.ts';
import { fakeHash } from './fixture.ts';

const CLIENT = { address: '192.0.2.1', userAgent: 'Test/1' };

describe('signing in', () => {
  let world: AccountWorld;
  beforeEach(async () => {
    world = await AccountWorld.open();
  });
  afterEach(() => world.close());

  const logIn = (password = PASSWORD, code?: string) =>
    world.accounts.logIn({ name: 'ann', password, code }, CLIENT, 'page');
  const fails = async (promise: Promise<unknown>, code = 'not-authenticated') => {
    await assert.rejects(promise, { code });
  };
  const codeFor = (secret: string) => generateSync({ secret, epoch: world.test.clock.nowMs() / 1000 });

  /** Switches the second factor on; the next step begins. */
  const enrol = async () => {
    const { secret } = await world.secondFactors.begin(await world.ann());
    const recoveryCodes = await world.secondFactors.confirm(await world.ann(), codeFor(secret), CLIENT.address);
    world.advance(30);
    return { secret, recoveryCodes };
  };
  /** What a password alone gets with it on. */
  const halfWay = async (): Promise<string> => {
    const error = await logIn().catch((reason: unknown) => reason as { code: string; details: { members: object } });
    assert.ok('code' in error && error.code === 'second-factor-needed');
    return (error.details.members as { loginToken: string }).loginToken;
  };

  it('takes the right password, and tells who it was', async () => {
    assert.equal((await logIn()).name, 'ann');
    assert.deepEqual(world.events, [{ outcome: 'succeeded', userName: 'ann', address: CLIENT.address, began: 'page' }]);
  });

  it('answers alike, after one hash, whoever does not exist, is disabled, or has another password', async () => {
    const { core } = world.test;
    await core.store.run('updateUser', { userId: world.test.as('ben').userId, isDisabled: true, nowMs: 0 });
    const errors: unknown[] = [];
    for (const [name, password] of [
      ['ann', 'wrong horse'],
      ['nobody', PASSWORD],
      ['ben', PASSWORD],
    ] as const) {
      const before = world.engine.jobs;
      const error = await world.accounts.logIn({ name, password }, CLIENT, 'page').catch((reason: unknown) => reason);
      assert.equal(world.engine.jobs - before, 1, name);
      errors.push({ ...(error as object), message: (error as Error).message });
    }
    assert.deepEqual(errors[1], errors[0]);
    assert.deepEqual(errors[2], errors[0]);
  });

  it('hashes nothing that nobody can have', async () => {
    for (const password of ['', 'x'.repeat(1025), 'a\0b']) await fails(logIn(password));
    await fails(world.accounts.logIn({ name: 'x'.repeat(256), password: PASSWORD }, CLIENT, 'token'));
    assert.equal(world.engine.jobs, 0);
  });

  it('is held back after ten failures in a minute, with the right password as well', async () => {
    for (let i = 0; i < 10; i++) await fails(logIn('wrong horse'));
    await fails(logIn(), 'too-many-attempts');
    assert.equal(world.events.at(-1)?.outcome, 'blocked');
    world.advance(70);
    await logIn();
  });

  it('opens a session also when the password was hashed anew meanwhile', async () => {
    const passwordHash = fakeHash(PASSWORD, '$argon2id$v=19$m=4096,p=1,t=3$');
    await world.test.core.store.run('updateUser', { userId: (await world.ann()).id, passwordHash, nowMs: 0 });
    const user = await logIn();
    assert.notEqual(user.passwordHash, passwordHash);
    const { token } = await world.sessions.openPage(user, CLIENT);
    await world.sessions.identify(token, 'page', CLIENT.address);
  });

  it('opens no session for a password that was changed meanwhile', async () => {
    const user = await logIn();
    await world.accounts.logOutEverywhere(user.id);
    await fails(world.sessions.openPage(user, CLIENT));
  });

  describe('with a second factor', () => {
    it('is as before until a code of it was shown', async () => {
      const { secret } = await world.secondFactors.begin(await world.ann());
      await logIn();
      await fails(world.secondFactors.confirm(await world.ann(), '000000', CLIENT.address), 'bad-request');
      await logIn();
      await world.secondFactors.confirm(await world.ann(), codeFor(secret), CLIENT.address);
      await fails(logIn(), 'second-factor-needed');
    });

    it('takes password and code together', async () => {
      const { secret } = await enrol();
      assert.equal((await logIn(PASSWORD, codeFor(secret))).name, 'ann');
      await fails(logIn('wrong horse', codeFor(secret)));
    });

    it('takes the code after the password, by a token that is good for nothing else', async () => {
      const { secret } = await enrol();
      const loginToken = await halfWay();
      for (const kind of ['page', 'token'] as const) {
        await fails(world.sessions.identify(loginToken, kind, CLIENT.address));
      }
      assert.deepEqual(world.events, [], 'nobody is in yet');
      await fails(world.accounts.finish(loginToken, '000000', CLIENT));
      assert.equal((await world.accounts.finish(loginToken, codeFor(secret), CLIENT)).name, 'ann');
      assert.deepEqual(
        world.events.map(({ outcome }) => outcome),
        ['failed', 'succeeded'],
      );
    });

    it('takes no token of a session in place of the password', async () => {
      const { secret } = await enrol();
      const user = await logIn(PASSWORD, codeFor(secret));
      const { token } = await world.sessions.openToken(user, CLIENT);
      world.advance(30);
      await fails(world.accounts.finish(token, codeFor(secret), CLIENT));
    });

    it('waits five minutes for the code, and no longer than the password is right', async () => {
      const { secret } = await enrol();
      const late = await halfWay();
      world.advance(300);
      await fails(world.accounts.finish(late, codeFor(secret), CLIENT));
      const old = await halfWay();
      await world.accounts.logOutEverywhere((await world.ann()).id);
      await fails(world.accounts.finish(old, codeFor(secret), CLIENT));
    });

    it('takes no code twice, not even the one that switched it on', async () => {
      const { secret } = await world.secondFactors.begin(await world.ann());
      const first = codeFor(secret);
      await world.secondFactors.confirm(await world.ann(), first, CLIENT.address);
      await fails(logIn(PASSWORD, first));
      world.advance(30);
      const code = codeFor(secret);
      await logIn(PASSWORD, code);
      await fails(logIn(PASSWORD, code));
      world.advance(30);
      await fails(logIn(PASSWORD, code));
      await logIn(PASSWORD, codeFor(secret));
    });

    it('holds back who has the password and guesses at codes, however often that was right', async () => {
      const { secret } = await enrol();
      for (let i = 0; i < 10; i++) await fails(logIn(PASSWORD, '000000'));
      await fails(logIn(PASSWORD, codeFor(secret)), 'too-many-attempts');
      const loginToken = await halfWay();
      await fails(world.accounts.finish(loginToken, codeFor(secret), CLIENT), 'too-many-attempts');
      world.advance(70);
      await logIn(PASSWORD, codeFor(secret));
    });

    it('takes each recovery code once, until there are new ones', async () => {
      const { recoveryCodes } = await enrol();
      const [first = '', second = ''] = recoveryCodes;
      await logIn(PASSWORD, first.toUpperCase().replaceAll('-', ' '));
      await fails(logIn(PASSWORD, first));
      assert.equal(await world.secondFactors.recoveryCodesLeft((await world.ann()).id), 9);
      const [fresh = ''] = await world.secondFactors.renewCodes(await world.ann());
      await fails(logIn(PASSWORD, second));
      await logIn(PASSWORD, fresh);
    });

    it('keeps its secret out of the database', async () => {
      const { secret } = await enrol();
      const state = await world.test.core.store.sessions.secondFactor((await world.ann()).id);
      assert.ok(!state?.sealedSecret.includes(secret));
    });

    it('can be switched off, and on again with another secret', async () => {
      const { secret } = await enrol();
      await world.secondFactors.remove((await world.ann()).id);
      await logIn();
      const again = await enrol();
      assert.notEqual(again.secret, secret);
      await fails(logIn(PASSWORD, codeFor(secret)));
    });
  });
});
