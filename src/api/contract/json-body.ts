import type { IncomingHttpHeaders } from 'node:http';
import { bareType } from '../../core/content-type/kinds.ts';
import { readWhole, type RequestBody } from '../../http/request-body.ts';
import { DomainError } from '../../lib/errors.ts';

const MAX_BYTES = 1024 * 1024;

/**
 * The value of a JSON body, or, where a route takes forms, of a form's fields; undefined without a body.
 * Throws `body-not-supported`, `too-large`, `bad-request`.
 */
export async function readBody(
  body: RequestBody,
  headers: IncomingHttpHeaders,
  { takesForms }: { takesForms: boolean },
): Promise<unknown> {
  if (!body.isPresent) return undefined;
  const type = bareType(headers['content-type'] ?? '');
  const isForm = takesForms && type === 'application/x-www-form-urlencoded';
  if (!isForm && type !== 'application/json') {
    throw new DomainError('body-not-supported', 'the body of this request is to be application/json');
  }
  if (headers['content-encoding'] !== undefined) {
    throw new DomainError('body-not-supported', 'the body of this request may not be compressed');
  }
  const text = decode(await readWhole(body, MAX_BYTES));
  return isForm ? Object.fromEntries(new URLSearchParams(text)) : parse(text);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new DomainError('bad-request', 'the body is not UTF-8', { cause: error });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DomainError('bad-request', 'the body is not JSON', { cause: error });
  }
}
