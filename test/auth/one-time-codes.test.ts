import assert from 'node:assert/strict';
import { generateSync } from 'otplib';
import {
  isTotpCode,
  newRecoveryCodes,
  newTotpSecret,
  recoveryCodeHash,
  totpStep,
  totpUri,
} from '../../src/auth/one-time-codes.ts';

describe('one-time codes', () => {
  /** RFC 6238 appendix B, cut to six digits as RFC 4226 §5.3 does. */
  const RFC_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  const vectors: [seconds: number, code: string][] = [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
  ];
  for (const [seconds, code] of vectors) {
    it(`are those of RFC 6238 at ${seconds}`, () => {
      assert.equal(totpStep(RFC_SECRET, code, seconds * 1000), Math.floor(seconds / 30));
    });
  }

  it('are right a step early and a step late, and no more', () => {
    const secret = newTotpSecret();
    const step = 60_000_000;
    const code = generateSync({ secret, epoch: step * 30 });
    // From the last second of the step before to the first of the step after, wherever in their steps.
    for (const offset of [-30, -1, 0, 29, 30, 59]) {
      assert.equal(totpStep(secret, code, (step * 30 + offset) * 1000), step, String(offset));
    }
    for (const offset of [-31, 60]) assert.equal(totpStep(secret, code, (step * 30 + offset) * 1000), undefined);
  });

  it('have six digits', () => {
    for (const code of ['12345', '1234567', '12345a', '١٢٣٤٥٦', '']) assert.equal(isTotpCode(code), false, code);
    assert.equal(isTotpCode('012345'), true);
  });

  it('come from a secret of 160 bits that authenticator apps take', () => {
    const secret = newTotpSecret();
    assert.match(secret, /^[A-Z2-7]{32}$/);
    assert.notEqual(secret, newTotpSecret());
    const uri = new URL(totpUri(secret, 'Ann & Bob'));
    assert.equal(uri.protocol, 'otpauth:');
    assert.equal(uri.host, 'totp');
    assert.equal(decodeURIComponent(uri.pathname), '/nosocial:Ann & Bob');
    assert.equal(uri.searchParams.get('secret'), secret);
    assert.equal(uri.searchParams.get('issuer'), 'nosocial');
  });

  it('have ten for recovery, which are the same however they are typed', () => {
    const codes = newRecoveryCodes();
    assert.equal(new Set(codes).size, 10);
    for (const code of codes) assert.match(code, /^(?:[0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/);
    const hash = recoveryCodeHash(1, '01ab-cdef-ghjk-mnpq');
    assert.equal(recoveryCodeHash(1, 'OIAB CDEF ghjkmnpq'), hash);
    assert.notEqual(recoveryCodeHash(2, '01ab-cdef-ghjk-mnpq'), hash);
  });
});
