import { DomainError } from '../../lib/errors.ts';

/** RFC 4918 §10.6: missing is the same as T. Throws `bad-request` for anything else than T and F. */
export function parseOverwrite(header: string | undefined): boolean {
  const value = header?.trim().toUpperCase() ?? 'T';
  if (value !== 'T' && value !== 'F') throw new DomainError('bad-request', 'Overwrite must be T or F');
  return value === 'T';
}
