import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { KeyRing, newKey } from '../../src/auth/key-ring.ts';
import { Tokens, type Purpose } from '../../src/auth/tokens.ts';
import { FakeClock } from '../support/fake-clock.ts';

const CLAIMS = { userId: 7, epoch: 3, sessionId: 'abc' };
const HOUR_MS = 3600_000;

describe('tokens', () => {
  const clock = new FakeClock();
  const key = newKey('token', clock.nowMs());
  const keys = new KeyRing([key, newKey('seal', clock.nowMs())]);
  const tokens = new Tokens(keys, clock);

  const refused = (token: string, purpose: Purpose = 'api') =>
    assert.rejects(tokens.verify(token, purpose), { code: 'not-authenticated' });

  /** What ours say, with something else about it. */
  const forged = (claims: Record<string, unknown> = {}, { secret = key.bytes, kid = key.id } = {}) => {
    const now = Math.floor(clock.nowMs() / 1000);
    const own = {
      iss: 'nosocial',
      aud: 'nosocial:api',
      sub: '7',
      iat: now,
      exp: now + 60,
      purpose: 'api',
      epoch: 3,
      sid: 'abc',
    };
    return new SignJWT({ ...own, ...claims }).setProtectedHeader({ alg: 'HS256', kid }).sign(secret);
  };

  it('say what they were made for', async () => {
    const token = await tokens.sign('api', CLAIMS, clock.nowMs() + HOUR_MS);
    assert.deepEqual(await tokens.verify(token, 'api'), CLAIMS);
    assert.deepEqual(await tokens.verify(await forged(), 'api'), CLAIMS, 'the forger’s own are as good as ours');
  });

  for (const purpose of ['page', 'api', 'second-factor'] as const) {
    it(`of the purpose ${purpose} are good for no other`, async () => {
      const token = await tokens.sign(purpose, CLAIMS, clock.nowMs() + HOUR_MS);
      for (const other of ['page', 'api', 'second-factor'] as const) {
        if (other !== purpose) await refused(token, other);
      }
      await tokens.verify(token, purpose);
    });
  }

  it('expire to the second', async () => {
    const token = await tokens.sign('api', CLAIMS, clock.nowMs() + 60_000);
    clock.advance(59);
    await tokens.verify(token, 'api');
    clock.advance(1);
    await refused(token);
  });

  it('of no or another algorithm are refused', async () => {
    const now = Math.floor(clock.nowMs() / 1000);
    const plain = new UnsecuredJWT({ purpose: 'api', epoch: 3, sid: 'abc' })
      .setIssuer('nosocial')
      .setAudience('nosocial:api')
      .setSubject('7')
      .setIssuedAt(now)
      .setExpirationTime(now + 60)
      .encode();
    await refused(plain);
    const good = await forged();
    const claims = good.split('.')[1];
    for (const [alg, hash] of [
      ['HS256', 'sha256'],
      ['HS384', 'sha384'],
      ['HS512', 'sha512'],
    ] as const) {
      const header = Buffer.from(JSON.stringify({ alg, kid: key.id })).toString('base64url');
      const signature = createHmac(hash, key.bytes).update(`${header}.${claims}`).digest('base64url');
      const token = `${header}.${claims}.${signature}`;
      if (alg === 'HS256') await tokens.verify(token, 'api');
      else await refused(token);
    }
  });

  const wrong: [what: string, claims: Record<string, unknown>][] = [
    ['another issuer', { iss: 'somebody' }],
    ['another audience', { aud: 'nosocial:page' }],
    ['another purpose', { purpose: 'page' }],
    ['no purpose', { purpose: undefined }],
    ['no expiry', { exp: undefined }],
    ['no user', { sub: undefined }],
    ['no epoch', { epoch: undefined }],
    ['an epoch that is text', { epoch: '3' }],
    ['no session', { sid: undefined }],
  ];
  for (const [what, claims] of wrong) {
    it(`with ${what} are refused, though the key is right`, async () => refused(await forged(claims)));
  }

  it('that were changed, cut or made up are refused', async () => {
    const token = await tokens.sign('api', CLAIMS, clock.nowMs() + HOUR_MS);
    const [header = '', , signature = ''] = token.split('.');
    const payload = Buffer.from(JSON.stringify({ ...CLAIMS, sub: '1', purpose: 'api' })).toString('base64url');
    await refused(`${header}.${payload}.${signature}`);
    await refused(token.slice(0, -2));
    await refused(`${token.split('.').slice(0, 2).join('.')}.`);
    for (const text of ['', '.', '..', 'x.y.z', 'ann', 'x'.repeat(100_000)]) await refused(text);
  });

  it('of another key are refused, whatever key they name', async () => {
    const other = newKey('token', clock.nowMs());
    await refused(await forged({}, { secret: other.bytes }));
    await refused(await forged({}, { secret: other.bytes, kid: other.id }));
    await refused(await forged({}, { kid: keys.newest('seal').id, secret: keys.newest('seal').bytes }));
  });

  it('of the key before are good, and of the one before that no more', async () => {
    const token = await tokens.sign('api', CLAIMS, clock.nowMs() + HOUR_MS);
    const [second, third] = [newKey('token', clock.nowMs() + 1), newKey('token', clock.nowMs() + 2)];
    keys.replace([second, key]);
    await tokens.verify(token, 'api');
    const later = await tokens.sign('api', CLAIMS, clock.nowMs() + HOUR_MS);
    keys.replace([third, second]);
    await refused(token);
    await tokens.verify(later, 'api');
  });
});
