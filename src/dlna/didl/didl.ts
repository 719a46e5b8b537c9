import { setImmediate } from 'node:timers/promises';
import { escapeXml } from '../../http/xml/element.ts';
import { albumArt } from './album-art.ts';
import { itemXml } from './item.ts';
import type { Shown, ShownContainer } from './shown.ts';
import type { DidlWish } from './wish.ts';

const DIDL = 'urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/';
const DC = 'http://purl.org/dc/elements/1.1/';
const UPNP = 'urn:schemas-upnp-org:metadata-1-0/upnp/';
const DLNA = 'urn:schemas-dlna-org:metadata-1-0/';
const SEC = 'http://www.sec.co.kr/';

/** So many take a few milliseconds, for which films that are being played wait. */
const WRITTEN_AT_ONCE = 200;

/** DIDL-Lite of a page, each namespace declared that is used in it. */
export async function didlLite(objects: readonly Shown[], wish: DidlWish): Promise<string> {
  let content = '';
  for (const [index, shown] of objects.entries()) {
    if (index > 0 && index % WRITTEN_AT_ONCE === 0) await setImmediate();
    content += shown.type === 'item' ? itemXml(shown, wish) : containerXml(shown, wish);
  }
  const dlna = content.includes(' dlna:') ? ` xmlns:dlna="${DLNA}"` : '';
  const sec = content.includes('<sec:') ? ` xmlns:sec="${SEC}"` : '';
  return `<DIDL-Lite xmlns="${DIDL}" xmlns:dc="${DC}" xmlns:upnp="${UPNP}"${dlna}${sec}>${content}</DIDL-Lite>`;
}

function containerXml(container: ShownContainer, wish: DidlWish): string {
  const { filter } = wish;
  const { id, parentId, title, objectClass, childCount, isSearchable, picturedId } = container;
  const count = filter.wants('@childCount') ? ` childCount="${childCount}"` : '';
  const searchable = filter.wants('@searchable') ? ` searchable="${isSearchable ? 1 : 0}"` : '';
  const cover = picturedId === undefined ? '' : albumArt(picturedId, wish);
  // -1: nobody knows how much room it takes; a folder must say so (ContentDirectory:1 §7.8).
  const storage = objectClass.endsWith('.storageFolder') ? '<upnp:storageUsed>-1</upnp:storageUsed>' : '';
  return (
    `<container id="${id}" parentID="${parentId}" restricted="1"${searchable}${count}>` +
    `<dc:title>${escapeXml(title)}</dc:title><upnp:class>${objectClass}</upnp:class>${storage}${cover}</container>`
  );
}
