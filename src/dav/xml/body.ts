import type { IncomingHttpHeaders } from 'node:http';
import { readWhole, type RequestBody } from '../../http/request-body.ts';
import { DomainError } from '../../lib/errors.ts';

const MAX_BODY_BYTES = 1024 * 1024;
/** The greatest serialised property or lock owner. */
export const MAX_VALUE_BYTES = 64 * 1024;
/** Properties named in one request. */
export const MAX_PROPERTIES = 1000;

/** The bytes of an XML body; empty when there is none. Throws `too-large`, `body-not-supported` when it is encoded. */
export async function readXmlBody(body: RequestBody, headers: IncomingHttpHeaders): Promise<Buffer> {
  if (body.isPresent) assertNotEncoded(headers);
  return readWhole(body, MAX_BODY_BYTES);
}

/** Decompressing on behalf of a client would let a small body cost much; nobody needs it. */
export function assertNotEncoded(headers: IncomingHttpHeaders): void {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity' && encoding !== '') {
    throw new DomainError('body-not-supported', 'a request with Content-Encoding is not supported');
  }
}
