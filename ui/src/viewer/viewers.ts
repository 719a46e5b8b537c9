import type { FileEntry } from '../api/files.ts';
import { DOCUMENT_KINDS } from './documents/kinds.ts';
import { isText } from './documents/text-kinds.ts';
import { preloadPicture } from './images/picture.svelte.ts';
import type { ViewerKind } from './viewer-kind.ts';

/** The first that shows a file is taken. Each is loaded when the first file of its kind is opened. */
const KINDS: readonly ViewerKind[] = [
  {
    id: 'image',
    isDark: true,
    shows: ({ mediaType = '' }) => mediaType.startsWith('image/'),
    load: () => import('./images/image-viewer.svelte'),
    preload: (entry) => void preloadPicture(entry),
  },
  {
    id: 'video',
    isDark: true,
    // A source file in TypeScript has the ending, and so the type, of some films.
    shows: (entry) => entry.mediaType?.startsWith('video/') === true && !isText(entry),
    load: () => import('./media/video-viewer.svelte'),
  },
  {
    id: 'audio',
    isDark: true,
    shows: ({ mediaType = '' }) => mediaType.startsWith('audio/'),
    load: () => import('./media/audio-viewer.svelte'),
  },
  ...DOCUMENT_KINDS,
];

export function kindOf(entry: FileEntry): ViewerKind | undefined {
  return KINDS.find((kind) => kind.shows(entry));
}
