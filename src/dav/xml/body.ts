import type { IncomingHttpHeaders } from 'node:http';
import { assertNotEncoded, readWhole, type RequestBody } from '../../http/request-body.ts';

const MAX_BODY_BYTES = 1024 * 1024;
/** The greatest serialised property or lock owner. */
export const MAX_VALUE_BYTES = 64 * 1024;
/** The longest name of a property that is kept. */
export const MAX_NAME_BYTES = 1024;
/** Properties named in one request. */
export const MAX_PROPERTIES = 1000;

/** The bytes of an XML body; empty when there is none. Throws `too-large`, `body-not-supported` when it is encoded. */
export async function readXmlBody(body: RequestBody, headers: IncomingHttpHeaders): Promise<Buffer> {
  if (body.isPresent) assertNotEncoded(headers);
  return readWhole(body, MAX_BODY_BYTES);
}
