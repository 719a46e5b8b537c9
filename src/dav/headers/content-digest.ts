import type { IncomingHttpHeaders } from 'node:http';
import type { Digest } from '../../core/digest.ts';
import { digest, parseDigests } from '../../http/content-digest.ts';
import { parseOcChecksum } from '../quirks/owncloud.ts';

/** As `parseDigests`, and what `OC-Checksum` says. Throws `bad-request` when a known one is malformed. */
export function parseDavDigests(headers: IncomingHttpHeaders): Digest[] {
  const ofOwncloud = [headers['oc-checksum'] ?? []].flat().flatMap((header) => parseOcChecksum(header));
  return [...parseDigests(headers), ...ofOwncloud.map(({ algorithm, hex }) => digest(algorithm, hex))];
}
