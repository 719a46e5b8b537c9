/** How well a password would hold, judged by how many different things somebody who guesses has to get right. */
export type Strength = 'too-short' | 'too-long' | 'control' | 'weak' | 'fair' | 'good';

/** As the server has it. */
const MAX_BYTES = 1024;
const FAIR = 12;
const GOOD = 16;

/** The first three are those that the server refuses; the others are advice. */
export function passwordStrength(password: string, minLength: number, userName: string): Strength {
  if (Array.from(password).length < minLength) return 'too-short';
  if (new TextEncoder().encode(password.normalize('NFC')).length > MAX_BYTES) return 'too-long';
  if (password.includes('\0')) return 'control';
  const worth = worthOf(password.toLowerCase(), userName.toLowerCase());
  if (worth < FAIR) return 'weak';
  return worth < GOOD ? 'fair' : 'good';
}

/** Its length, without the user's name, and what repeats or goes on with a row: `aaa`, `abc`, `321`. */
function worthOf(password: string, userName: string): number {
  const signs = Array.from(userName === '' ? password : password.replaceAll(userName, ''));
  const steps = signs.map((sign, index) => codeOf(sign) - codeOf(signs[index - 1]));
  const surprising = steps.filter((step, index) => index < 2 || Math.abs(step) > 1 || step !== steps[index - 1]);
  return Math.min(surprising.length, new Set(signs).size * 2);
}

function codeOf(sign: string | undefined): number {
  return sign?.codePointAt(0) ?? 0;
}
