import type { FileEntry } from '../api/files.ts';

/** What says nothing of a file: some programs call all that they send so. */
const SAYS_NOTHING =
  /^(?:application\/(?:octet-stream|x-download|force-download|binary)|binary\/octet-stream|text\/plain)?(?:;|$)/i;

/** Pictures, films and music, by the endings that mean nothing else. What is text under such a name is seen as broken. */
const BY_ENDING = new Map(
  Object.entries({
    'image/jpeg': 'jpg jpeg jpe jfif',
    'image/png': 'png',
    'image/gif': 'gif',
    'image/webp': 'webp',
    'image/avif': 'avif',
    'image/bmp': 'bmp',
    'image/heic': 'heic heif',
    'image/tiff': 'tif tiff',
    'video/mp4': 'mp4 m4v',
    'video/webm': 'webm',
    'video/quicktime': 'mov',
    'video/x-matroska': 'mkv',
    'video/x-msvideo': 'avi',
    'video/ogg': 'ogv',
    'audio/mpeg': 'mp3',
    'audio/mp4': 'm4a',
    'audio/ogg': 'ogg oga opus',
    'audio/flac': 'flac',
    'audio/wav': 'wav',
  }).flatMap(([type, endings]) => endings.split(' ').map((ending): [string, string] => [ending, type])),
);

export function endingOf(name: string): string {
  return name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '';
}

/** The type of a file as it was stored; by its name where that says nothing. */
export function mediaTypeOf({ name, mediaType = '' }: Pick<FileEntry, 'name' | 'mediaType'>): string {
  return SAYS_NOTHING.test(mediaType) ? (BY_ENDING.get(endingOf(name)) ?? mediaType) : mediaType;
}
