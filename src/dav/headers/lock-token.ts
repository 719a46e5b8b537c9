import { DomainError } from '../../lib/errors.ts';

/**
 * RFC 4918 §10.5: `<urn:uuid:…>`. Throws `bad-request`.
 * Without angle brackets it is understood as well: npm webdav 5 sends it so.
 */
export function parseLockToken(header: string | undefined): string {
  const value = header?.trim() ?? '';
  const token = value.startsWith('<') && value.endsWith('>') ? value.slice(1, -1) : value;
  if (token === '' || /[<>\s]/.test(token)) {
    throw new DomainError('bad-request', 'Lock-Token must hold the token of the lock');
  }
  return token;
}
