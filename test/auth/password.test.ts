import assert from 'node:assert/strict';
import { assertNewPassword, needsRehash, PasswordHasher } from '../../src/auth/password.ts';
import type { DomainError } from '../../src/lib/errors.ts';
import { FakeEngine, fakeHash } from './fixture.ts';

describe('PasswordHasher', () => {
  describe('with argon2id', () => {
    let hasher: PasswordHasher;
    before(() => {
      hasher = new PasswordHasher();
    });
    after(() => hasher.close());

    it('makes hashes of today’s kind that verify', async () => {
      const hash = await hasher.hash('correct horse');
      assert.match(hash, /^\$argon2id\$v=19\$/);
      assert.equal(needsRehash(hash), false);
      assert.equal(await hasher.verify(hash, 'correct horse'), true);
      assert.equal(await hasher.verify(hash, 'correct horsf'), false);
      assert.notEqual(await hasher.hash('correct horse'), hash);
    });

    it('verifies hashes of other makers', async () => {
      // From the argon2 command: echo -n password | argon2 somesalt -id -t 2 -k 256 -p 1 -l 24
      const hash = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
      assert.equal(await hasher.verify(hash, 'password'), true);
      assert.equal(needsRehash(hash), true);
    });

    it('fails for a stored hash that is none, and goes on', async () => {
      await assert.rejects(hasher.verify('nonsense', 'correct horse'));
      assert.equal(await hasher.verify(await hasher.hash('correct horse'), 'correct horse'), true);
    });

    it('starts anew after it was closed', async () => {
      hasher.close();
      assert.match(await hasher.hash('correct horse'), /^\$argon2id/);
    });
  });

  it('runs two hashes at once, lets 32 wait and refuses more', async () => {
    const engine = new FakeEngine();
    engine.isHeld = true;
    const hasher = new PasswordHasher(engine);
    const running = Array.from({ length: 34 }, () => hasher.verify(fakeHash('x'), 'x'));
    assert.equal(engine.jobs, 2);
    await assert.rejects(hasher.verify(fakeHash('x'), 'x'), (error: DomainError) => {
      assert.equal(error.code, 'busy');
      assert.ok(error.details.retryAfterSeconds! > 0);
      return true;
    });
    engine.release();
    assert.ok((await Promise.all(running)).every(Boolean));
    assert.equal(engine.jobs, 34);
    assert.equal(await hasher.verify(fakeHash('x'), 'x'), true);
  });

  it('does the same work for nobody as for a user', async () => {
    const jobs: { storedHash?: string }[] = [];
    const engine = {
      run: async (job: { storedHash?: string }) => {
        jobs.push(job);
        return true;
      },
      close: () => undefined,
    };
    const hasher = new PasswordHasher(engine);
    const ofUser = '$argon2id$v=19$m=19456,p=1,t=2$c29tZXNhbHRzb21lc2FsdA$rvr2RV1SdoszBOF5rntLrMfSCGoF4oD1ifsz0T/RxAo';
    assert.equal(await hasher.verify(undefined, 'correct horse'), false);
    assert.equal(await hasher.verify(ofUser, 'correct horse'), true);
    const [nobodys = '', users] = jobs.map(({ storedHash }) => storedHash);
    assert.equal(users, ofUser);
    assert.equal(needsRehash(nobodys), false);
    assert.deepEqual(
      nobodys.split('$').map(({ length }) => length),
      ofUser.split('$').map(({ length }) => length),
    );
  });

  it('spends no hash on what nobody can have as a password', async () => {
    const engine = new FakeEngine();
    const hasher = new PasswordHasher(engine);
    for (const password of ['', 'a\0b', 'x'.repeat(1025), '\ud800abcdefgh']) {
      assert.equal(await hasher.verify(fakeHash(password), password), false);
    }
    assert.equal(engine.jobs, 0);
  });
});

describe('a new password', () => {
  const cases: [what: string, password: string, problem: RegExp | undefined][] = [
    ['of 8 characters', 'abcdefgh', undefined],
    ['of 7 characters', 'abcdefg', /at least 8 characters/],
    ['of 8 characters beyond ASCII', '🐎🔋📎🐎🔋📎🐎🔋', undefined],
    ['of 7 emoji', '🐎🔋📎🐎🔋📎🐎', /at least 8 characters/],
    ['of 1,024 bytes', 'x'.repeat(1024), undefined],
    ['of more bytes', 'ä'.repeat(513), /at most 1024 bytes/],
    ['with NUL', 'abcdefgh\0', /control characters/],
    ['with spaces and colons', 'a b:c d:e', undefined],
  ];
  for (const [what, password, problem] of cases) {
    it(`${problem ? 'is refused' : 'is taken'} ${what}`, () => {
      if (problem) assert.throws(() => assertNewPassword(password), { code: 'bad-request', message: problem });
      else assertNewPassword(password);
    });
  }
});
