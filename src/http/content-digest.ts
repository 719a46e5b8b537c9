import type { IncomingHttpHeaders } from 'node:http';
import { DIGEST_BYTES, type Digest, type DigestAlgorithm } from '../core/digest.ts';
import { DomainError } from '../lib/errors.ts';

/** Names of RFC 9530 §5. */
const OF_RFC_9530: ReadonlyMap<string, DigestAlgorithm> = new Map([
  ['sha-512', 'sha512'],
  ['sha-256', 'sha256'],
]);
/** Names of RFC 3230 §4.1.1, and of RFC 5843. */
const OF_RFC_3230: ReadonlyMap<string, DigestAlgorithm> = new Map([
  ...OF_RFC_9530,
  ['sha', 'sha1'],
  ['md5', 'md5'],
  ['adler32', 'adler32'],
]);

/**
 * All that the client says that the content hashes to, in `Content-Digest` and `Repr-Digest` (RFC 9530; for PUT of a
 * whole file they mean the same), `Digest` (RFC 3230) and `Content-MD5`. Kinds that are not known are ignored. Throws `bad-request` when a known one is malformed.
 */
export function parseDigests(headers: IncomingHttpHeaders): Digest[] {
  return [
    ...fromMembers(single(headers['content-digest']), OF_RFC_9530, /^:([^:]*):$/),
    ...fromMembers(single(headers['repr-digest']), OF_RFC_9530, /^:([^:]*):$/),
    ...fromMembers(single(headers['digest']), OF_RFC_3230, /^(.*)$/),
    ...fromMembers(named('md5', single(headers['content-md5'])), OF_RFC_3230, /^(.*)$/),
  ];
}

function named(name: string, value: string | undefined): string | undefined {
  return value === undefined ? undefined : `${name}=${value}`;
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}

function fromMembers(
  header: string | undefined,
  algorithms: ReadonlyMap<string, DigestAlgorithm>,
  form: RegExp,
): Digest[] {
  return (header?.split(',') ?? []).flatMap((member) => {
    const end = member.indexOf('=');
    const algorithm = algorithms.get(member.slice(0, Math.max(end, 0)).trim().toLowerCase());
    if (!algorithm) return [];
    const text = form.exec(member.slice(end + 1).trim())?.[1] ?? '';
    const hex = algorithm === 'adler32' ? text : Buffer.from(text, 'base64').toString('hex');
    return [digest(algorithm, hex)];
  });
}

/** Throws `bad-request` when it is malformed. */
export function digest(algorithm: DigestAlgorithm, hex: string): Digest {
  if (hex.length !== 2 * DIGEST_BYTES[algorithm] || !/^[\da-f]*$/i.test(hex)) {
    throw new DomainError('bad-request', `the announced ${algorithm} digest is malformed`);
  }
  return { algorithm, hex: hex.toLowerCase() };
}
