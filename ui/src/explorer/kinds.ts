import type { FileEntry } from '../api/files.ts';
import { familyOf, type Family } from '../lib/families.ts';
import type { MessageKey } from '../lib/messages.svelte.ts';

const LABELS: Readonly<Record<Family, MessageKey>> = {
  image: 'explorer.kind-image',
  video: 'explorer.kind-video',
  audio: 'explorer.kind-audio',
  document: 'explorer.kind-document',
  text: 'explorer.kind-text',
  archive: 'explorer.kind-archive',
  other: 'explorer.kind-other',
};

/** What people call it. */
export function kindLabel({ kind, mediaType = '' }: FileEntry): MessageKey {
  return kind === 'folder' ? 'explorer.kind-folder' : LABELS[familyOf(mediaType)];
}

/** So many, and nearly all of them pictures: a folder is looked at as such. */
const MANY_PICTURES = 12;
const LOOKED_AT = 60;

interface Listed {
  readonly count: number;
  at(index: number): FileEntry | undefined;
}

export function isOfPictures(list: Listed): boolean {
  const looked = Math.min(list.count, LOOKED_AT);
  let pictures = 0;
  for (let index = 0; index < looked; index += 1) {
    if (/^(image|video)\//.test(list.at(index)?.mediaType ?? '')) pictures += 1;
  }
  return pictures >= MANY_PICTURES && pictures >= 0.8 * looked;
}
