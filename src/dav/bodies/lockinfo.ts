import type { LockScope } from '../../core/node.ts';
import { serialize } from '../../http/xml/element.ts';
import { readXml } from '../../http/xml/reader.ts';
import { DomainError } from '../../lib/errors.ts';
import { MAX_VALUE_BYTES } from '../xml/body.ts';
import { davChild, isDav } from '../xml/element.ts';

export interface LockInfo {
  readonly scope: LockScope;
  /** The `DAV:owner` element as serialised XML; '' without one. */
  readonly ownerXml: string;
}

/** RFC 4918 §14.11. Throws `bad-request`, `too-large`. */
export function parseLockInfo(bytes: Uint8Array): LockInfo {
  const root = readXml(bytes);
  if (!isDav(root, 'lockinfo')) throw new DomainError('bad-request', 'the body is no DAV:lockinfo');

  const type = davChild(root, 'locktype');
  if (!type || !davChild(type, 'write')) throw new DomainError('bad-request', 'DAV:locktype must be DAV:write');
  const scope = davChild(root, 'lockscope');
  const isExclusive = scope !== undefined && davChild(scope, 'exclusive') !== undefined;
  const isShared = scope !== undefined && davChild(scope, 'shared') !== undefined;
  if (isExclusive === isShared) {
    throw new DomainError('bad-request', 'DAV:lockscope must be either DAV:exclusive or DAV:shared');
  }

  const owner = davChild(root, 'owner');
  const ownerXml = owner ? serialize(owner) : '';
  if (Buffer.byteLength(ownerXml) > MAX_VALUE_BYTES) throw new DomainError('too-large', 'DAV:owner is too large');
  return { scope: isExclusive ? 'exclusive' : 'shared', ownerXml };
}
