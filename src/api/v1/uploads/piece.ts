import { DIGEST_BYTES, type Digest, type DigestAlgorithm } from '../../../core/digest.ts';
import { DomainError } from '../../../lib/errors.ts';

/** As `Tus-Checksum-Algorithm` lists them; SHA1 is the one that all must know. */
export const CHECKSUM_ALGORITHMS = ['sha1', 'sha256', 'sha512', 'md5'] as const satisfies readonly DigestAlgorithm[];

/** What `Upload-Checksum` says that a piece hashes to (tus 1.0, "Checksum"). Throws `bad-request`. */
export function checksumOf(header: string | string[] | undefined): Digest | undefined {
  if (header === undefined) return undefined;
  const [name, value, ...rest] = String(header).split(' ');
  const algorithm = CHECKSUM_ALGORITHMS.find((each) => each === name);
  if (algorithm === undefined) {
    throw new DomainError('bad-request', `Upload-Checksum takes one of ${CHECKSUM_ALGORITHMS.join(', ')}`);
  }
  const bytes = Buffer.from(value ?? '', 'base64');
  if (bytes.length !== DIGEST_BYTES[algorithm] || rest.length > 0) {
    throw new DomainError('bad-request', `Upload-Checksum is no ${algorithm} digest in Base64`);
  }
  return { algorithm, hex: bytes.toString('hex') };
}
