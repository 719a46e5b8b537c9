import type { Answer } from '../../http/answer.ts';
import { AUTHOR_VIA_DAV } from '../quirks/windows.ts';

export const DAV_METHODS = [
  'OPTIONS',
  'GET',
  'HEAD',
  'PUT',
  'DELETE',
  'MKCOL',
  'COPY',
  'MOVE',
  'PROPFIND',
  'PROPPATCH',
  'REPORT',
  'SEARCH',
  'LOCK',
  'UNLOCK',
] as const;

export const ALLOW = DAV_METHODS.join(', ');

/**
 * OPTIONS, RFC 4918 §10.1: what the server can do anywhere below the prefix. It says nothing about what exists, so it
 * needs no authentication; clients ask before they know that they need some.
 */
export function options(): Answer {
  return {
    status: 200,
    headers: {
      DAV: '1, 2, 3',
      Allow: ALLOW,
      // RFC 5323 §3.2.
      DASL: '<DAV:basicsearch>',
      ...AUTHOR_VIA_DAV,
      'Accept-Ranges': 'bytes',
      'Cache-Control': 'no-cache',
    },
  };
}
