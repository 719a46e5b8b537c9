import { DomainError } from '../../lib/errors.ts';

export type Depth = '0' | '1' | 'infinity';

/** RFC 4918 §10.2. Throws `bad-request` for anything but one of `allowed`. */
export function parseDepth<D extends Depth>(header: string | undefined, allowed: readonly D[], missing: D): D {
  if (header === undefined) return missing;
  const value = header.trim().toLowerCase();
  const depth = allowed.find((candidate) => candidate === value);
  if (depth === undefined) throw new DomainError('bad-request', `Depth must be ${allowed.join(' or ')} here`);
  return depth;
}
