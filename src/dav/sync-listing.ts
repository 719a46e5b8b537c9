import type { SyncAnswer } from '../core/changes/sync.ts';
import { escapeXml } from '../http/xml/element.ts';
import type { Listing } from './listing.ts';
import { multistatusPieces } from './multistatus.ts';
import { hrefOf } from './target.ts';

const AT_ONCE = 250;

/** The answer of RFC 6578 §3.2: what is gone, then what there is, and the token. */
export function syncPieces(
  listing: Listing,
  answer: SyncAnswer,
  { href, prefix }: { href: string; prefix: string },
): AsyncIterable<Buffer> {
  return multistatusPieces(responses(listing, answer, { href, prefix }));
}

async function* responses(
  listing: Listing,
  { items, token, isComplete }: SyncAnswer,
  { href, prefix }: { href: string; prefix: string },
): AsyncGenerator<string> {
  let gone = '';
  for (const { path, located } of items) if (!located) gone += goneResponse(hrefOf(prefix, path, path.trailingSlash));
  yield gone;
  const present = items.flatMap(({ located }) => located ?? []);
  for (let at = 0; at < present.length; at += AT_ONCE) yield* listing.some(present.slice(at, at + AT_ONCE));
  yield isComplete ? '' : truncatedResponse(href);
  yield `<D:sync-token>${escapeXml(token)}</D:sync-token>\n`;
}

function goneResponse(href: string): string {
  return `<D:response><D:href>${href}</D:href><D:status>HTTP/1.1 404 Not Found</D:status></D:response>\n`;
}

/** RFC 6578 §3.6. */
function truncatedResponse(href: string): string {
  return (
    `<D:response><D:href>${href}</D:href><D:status>HTTP/1.1 507 Insufficient Storage</D:status>` +
    '<D:error><D:number-of-matches-within-limits/></D:error></D:response>\n'
  );
}
