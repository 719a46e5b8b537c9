import type { IncomingHttpHeaders } from 'node:http';
import type { Body } from '../../core/transfer.ts';
import { DomainError } from '../../lib/errors.ts';
import { parseOcChecksum } from '../quirks/owncloud.ts';

type Digest = NonNullable<Body['digest']>;

const HEX_LENGTH = { md5: 32, sha1: 40, sha256: 64 } as const;

/**
 * What the client says that the content hashes to, from the strongest of `Content-Digest` (RFC 9530), `Digest`
 * (RFC 3230), `OC-Checksum` and `Content-MD5`. Kinds that are not known
 * are ignored. Throws `bad-request` when a known one is malformed.
 */
export function parseDigest(headers: IncomingHttpHeaders): Digest | undefined {
  return (
    fromDigest(single(headers['content-digest']), /^sha-256=:([^:]*):$/i) ??
    fromDigest(single(headers['digest']), /^sha-256=(.*)$/i) ??
    fromChecksum(single(headers['oc-checksum'])) ??
    fromMd5(single(headers['content-md5']))
  );
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}

function fromDigest(header: string | undefined, member: RegExp): Digest | undefined {
  for (const part of header?.split(',') ?? []) {
    const base64 = member.exec(part.trim())?.[1];
    if (base64 !== undefined) return digest('sha256', Buffer.from(base64, 'base64').toString('hex'));
  }
  return undefined;
}

function fromChecksum(header: string | undefined): Digest | undefined {
  const checksum = parseOcChecksum(header);
  return checksum && digest(checksum.algorithm, checksum.hex);
}

function fromMd5(header: string | undefined): Digest | undefined {
  return header === undefined ? undefined : digest('md5', Buffer.from(header, 'base64').toString('hex'));
}

function digest(algorithm: Digest['algorithm'], hex: string): Digest {
  if (hex.length !== HEX_LENGTH[algorithm] || !/^[\da-f]*$/i.test(hex)) {
    throw new DomainError('bad-request', `the announced ${algorithm} digest is malformed`);
  }
  return { algorithm, hex: hex.toLowerCase() };
}
