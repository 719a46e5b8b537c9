import type { FileEntry } from '../api/files.ts';
import { DOCUMENT_KINDS } from './documents/kinds.ts';
import { isSource } from './documents/text-kinds.ts';
import { preloadPicture } from './images/picture.svelte.ts';
import { mediaTypeOf } from './media-types.ts';
import type { ViewerKind } from './viewer-kind.ts';

/** The first that shows a file is taken. Each is loaded when the first file of its kind is opened. */
const KINDS: readonly ViewerKind[] = [
  {
    id: 'image',
    isDark: true,
    shows: (entry) => isMedia(entry, 'image'),
    load: () => import('./images/image-viewer.svelte'),
    preload: (entry) => void preloadPicture(entry),
  },
  {
    id: 'video',
    isDark: true,
    shows: (entry) => isMedia(entry, 'video'),
    load: () => import('./media/video-viewer.svelte'),
  },
  {
    id: 'audio',
    isDark: true,
    shows: (entry) => isMedia(entry, 'audio'),
    load: () => import('./media/audio-viewer.svelte'),
  },
  ...DOCUMENT_KINDS,
];

/** A `.ts` is a film to the server, and mostly source code. */
function isMedia(entry: FileEntry, family: 'image' | 'video' | 'audio'): boolean {
  return mediaTypeOf(entry).startsWith(`${family}/`) && !(family === 'video' && isSource(entry));
}

export function kindOf(entry: FileEntry): ViewerKind | undefined {
  return KINDS.find((kind) => kind.shows(entry));
}
