import type { MediaOrder } from '../../core/ports/media-library.ts';
import { UpnpError } from '../soap/upnp-error.ts';

/** What can be sorted by, and what that comes to. */
const ORDERS: Readonly<Record<string, readonly MediaOrder['by'][]>> = {
  'dc:title': ['title'],
  // Of one year, or of none that is known, by when it came.
  'dc:date': ['year', 'added'],
  'dc:creator': ['artist'],
  'upnp:class': ['kind'],
  'upnp:artist': ['artist'],
  'upnp:album': ['album'],
  'upnp:originalTrackNumber': ['track'],
  'res@duration': ['duration'],
  'res@size': ['size'],
};

export const SORT_CAPABILITIES = Object.keys(ORDERS).join(',');

const MOST_KEYS = 20;

/**
 * SortCriteria, ContentDirectory:1 §2.5.8: `+dc:title,-dc:date`. A sign that is missing is `+`. A property that nobody
 * can sort by is passed over: sets ask for such without a look at the capabilities, and show nothing after an error
 * (Home Assistant 67140). Throws 709 for what is no list of properties.
 */
export function parseSort(text: string): MediaOrder[] {
  const keys = text.split(',').map((key) => key.trim());
  if (keys.length > MOST_KEYS) throw new UpnpError(709, `${keys.length} sort keys`);
  const order: MediaOrder[] = [];
  for (const key of keys) {
    if (key === '' && keys.length === 1) continue;
    const [, sign, property] = /^([+-]?)((?:\w+:)?[\w.]*(?:@\w+)?)$/.exec(key) ?? [];
    if (property === undefined || property === '') throw new UpnpError(709, `"${key}" is no sort key`);
    const known = Object.hasOwn(ORDERS, property) ? (ORDERS[property] ?? []) : [];
    order.push(...known.map((by) => ({ by, isDescending: sign === '-' })));
  }
  return order;
}
