import type { Node } from '../core/node.ts';
import type { AnswerHeaders } from './answer.ts';
import { httpDate } from './http-date.ts';

/** What a browser may show in place. Everything else, known to be harmful or not known at all, is saved. */
const SHOWN =
  /^(?:image\/(?:png|jpeg|gif|webp|avif|apng|bmp|heic|heif|tiff|x-icon|vnd\.microsoft\.icon)|audio\/[\w.+-]+|video\/[\w.+-]+|text\/plain)(?:;|$)/i;

const MEDIA_TYPE = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}(?:[\t ]*;[\t\x20-\x7e]*)?$/;

/** Whether a client's Content-Type can be kept and sent back as it is. */
export function isMediaType(value: string): boolean {
  return value.length <= 255 && MEDIA_TYPE.test(value);
}

/** The type to send for a stored file. */
export function servedType(mediaType: string): string {
  return isMediaType(mediaType) ? mediaType : 'application/octet-stream';
}

/**
 * The headers of a file's content: its validators, and what keeps a browser from running or embedding it
 * (shared by every edge that serves what users stored).
 */
export function contentHeaders(node: Node): AnswerHeaders {
  const type = servedType(node.mediaType);
  const headers: Record<string, string> = {
    'Content-Type': type,
    ETag: `"${node.etag}"`,
    'Last-Modified': httpDate(node.modifiedAtMs),
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'private, no-cache',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
  if (!SHOWN.test(type)) headers['Content-Disposition'] = 'attachment';
  return headers;
}
