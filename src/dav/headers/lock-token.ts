import { DomainError } from '../../lib/errors.ts';
import { withAngleBrackets } from '../quirks/npm-webdav.ts';

/** RFC 4918 §10.5: `<urn:uuid:…>`. Throws `bad-request`. */
export function parseLockToken(header: string | undefined): string {
  const token = /^<([^<>\s]+)>$/.exec(withAngleBrackets(header?.trim() ?? ''))?.[1];
  if (token === undefined) throw new DomainError('bad-request', 'Lock-Token must hold the token of the lock');
  return token;
}
