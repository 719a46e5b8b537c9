import { createHash, randomBytes } from 'node:crypto';
import { generateSecret, generateURI, verifySync } from 'otplib';

/** What every authenticator app takes (RFC 6238 with its defaults). */
const PERIOD_SECONDS = 30;
const SECRET_BYTES = 20;
const RECOVERY_CODES = 10;
/** 80 bits: what the database keeps of a code cannot be turned back by trying. */
const RECOVERY_BYTES = 10;
/** Crockford's, without letters that look like digits. */
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';

export function newTotpSecret(): string {
  return generateSecret({ length: SECRET_BYTES });
}

/** What the QR code for authenticator apps says. */
export function totpUri(secret: string, userName: string): string {
  return generateURI({ issuer: 'nosocial', label: userName, secret });
}

/** The time step of a code that is right now, or was a step ago, or will be in a step; undefined for any other. */
export function totpStep(secret: string, code: string, nowMs: number): number | undefined {
  const epoch = Math.floor(nowMs / 1000);
  const result = verifySync({ secret, token: code, epoch, epochTolerance: PERIOD_SECONDS });
  return result.valid ? Math.floor(epoch / PERIOD_SECONDS) + result.delta : undefined;
}

/** Blanks are for people. */
export function isTotpCode(code: string): boolean {
  return /^\d{6}$/.test(code);
}

/** `xxxx-xxxx-xxxx-xxxx` */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => {
    let bits = BigInt(`0x${randomBytes(RECOVERY_BYTES).toString('hex')}`);
    let text = '';
    for (let i = 0; i < (RECOVERY_BYTES * 8) / 5; i++) {
      text += LETTERS.charAt(Number(bits & 31n));
      bits >>= 5n;
    }
    return text.replaceAll(/(.{4})(?=.)/g, '$1-');
  });
}

/** However it was typed. */
export function recoveryCodeHash(userId: number, code: string): string {
  const letters = code
    .toLowerCase()
    .replaceAll('o', '0')
    .replaceAll(/[il]/g, '1')
    .replaceAll(/[^0-9a-z]/g, '');
  return createHash('sha256').update(`${userId} ${letters}`).digest('hex');
}
