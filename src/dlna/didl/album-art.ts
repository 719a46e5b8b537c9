import { linkTo } from '../media/links.ts';
import type { DidlWish } from './wish.ts';

/** A small picture, as LG's sets want it: JPEG_TN, and `.jpg` at the end. */
export function albumArt(nodeId: number, { context, exchange, filter }: DidlWish): string {
  if (!filter.wants('upnp:albumArtURI')) return '';
  const address = `${exchange.origin}${linkTo(context, 'thumbnails', nodeId, '')}`;
  return `<upnp:albumArtURI dlna:profileID="JPEG_TN">${address}</upnp:albumArtURI>`;
}
