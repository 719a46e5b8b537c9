import type { MediaEntry } from '../../core/ports/media-library.ts';

/** ContentDirectory:1 §7. The plain ones: finer classes of films are not known to all sets. */
export const OBJECT_CLASSES: Readonly<Record<MediaEntry['kind'], string>> = {
  folder: 'object.container.storageFolder',
  video: 'object.item.videoItem',
  audio: 'object.item.audioItem.musicTrack',
  image: 'object.item.imageItem.photo',
};
