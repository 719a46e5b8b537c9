import { endingOf } from '../media-types.ts';
import type { ViewerKind } from '../viewer-kind.ts';
import { isText } from './text-kinds.ts';

const ARCHIVES = new Set(['zip', 'jar', 'epub', 'apk', 'cbz', 'docx', 'odt', 'ods', 'odp', 'xlsx', 'pptx']);
const TABLES = new Set(['csv', 'tsv']);
const MARKDOWN = new Set(['md', 'markdown']);

/** What is read: each in a component of its own, since what shows them weighs much. */
export const DOCUMENT_KINDS: readonly ViewerKind[] = [
  {
    id: 'pdf',
    shows: (entry) => entry.mediaType === 'application/pdf' || endingOf(entry.name) === 'pdf',
    load: () => import('./pdf.svelte'),
  },
  {
    id: 'markdown',
    isEditor: true,
    shows: (entry) => entry.mediaType === 'text/markdown' || MARKDOWN.has(endingOf(entry.name)),
    load: () => import('./markdown.svelte'),
  },
  {
    id: 'table',
    shows: (entry) => TABLES.has(endingOf(entry.name)) || entry.mediaType === 'text/csv',
    load: () => import('./table.svelte'),
  },
  {
    id: 'archive',
    shows: (entry) => entry.mediaType === 'application/zip' || ARCHIVES.has(endingOf(entry.name)),
    load: () => import('./archive.svelte'),
  },
  { id: 'text', isEditor: true, shows: isText, load: () => import('./text.svelte') },
];
