import { lookup } from 'mime-types';
import { isMediaType } from './content-headers.ts';

const UNKNOWN_TYPE = 'application/octet-stream';

/** What the client says, or where it says nothing of use, what the name suggests. */
export function mediaTypeFor(contentType: string | undefined, name: string): string {
  const said = contentType?.trim() ?? '';
  const isUseful = isMediaType(said) && said.split(';')[0]?.trim().toLowerCase() !== UNKNOWN_TYPE;
  return isUseful ? said : lookup(name) || UNKNOWN_TYPE;
}
