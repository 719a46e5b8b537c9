import { createHash, randomBytes } from 'node:crypto';

/** Known at a glance, to people and to programs that look for secrets in public places. */
const PREFIX = 'nosocial-';
/** Crockford's base 32: no letter is taken for a digit. */
const SYMBOLS = '0123456789abcdefghjkmnpqrstvwxyz';
/** 140 random bits. */
const SYMBOL_COUNT = 28;
const GROUP = 4;
const FORM = new RegExp(`^[${SYMBOLS}]{${SYMBOL_COUNT}}$`);

/** `nosocial-7k3d-9m2x-…`: seven groups of four, and what is kept of it. */
export function newAppPassword(): { password: string; secretHash: string } {
  const symbols = Array.from(randomBytes(SYMBOL_COUNT), (byte) => SYMBOLS.charAt(byte % SYMBOLS.length)).join('');
  const groups = symbols.match(new RegExp(`.{${GROUP}}`, 'g')) ?? [];
  return { password: PREFIX + groups.join('-'), secretHash: hashOf(symbols) };
}

/** Whether a password has the form of an app password, and so is none of an account. */
export function isAppPassword(password: string): boolean {
  return symbolsOf(password) !== undefined;
}

/** What is kept of an app password, however it was typed; undefined for what has not its form. */
export function appPasswordHash(password: string): string | undefined {
  const symbols = symbolsOf(password);
  return symbols === undefined ? undefined : hashOf(symbols);
}

/** With so much chance in it there is nothing that a slow hash could protect. */
function hashOf(symbols: string): string {
  return createHash('sha256').update(symbols).digest('hex');
}

/** People type it off a screen: case, spaces, and a letter for the digit that it looks like do not matter. */
function symbolsOf(password: string): string | undefined {
  if (password.slice(0, PREFIX.length).toLowerCase() !== PREFIX) return undefined;
  const typed = password.slice(PREFIX.length).toLowerCase().replaceAll(/[-\s]/g, '');
  const symbols = typed.replaceAll('o', '0').replaceAll(/[il]/g, '1');
  return FORM.test(symbols) ? symbols : undefined;
}
