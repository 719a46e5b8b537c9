import { mediaTypeUnder } from '../core/content-type/media-type.ts';
import { isMediaType } from './content-headers.ts';

/** What the client says, where that can be kept; empty if not. */
export function saidType(contentType: string | undefined): string {
  const said = contentType?.trim() ?? '';
  return isMediaType(said) ? said : '';
}

/** What the client says, or where it says nothing of use, what the name suggests. */
export function mediaTypeFor(contentType: string | undefined, name: string): string {
  return mediaTypeUnder(saidType(contentType), name);
}
