import type { FileEntry } from '../../api/files.ts';
import type { ViewerKind } from '../viewer-kind.ts';
import { isText } from './text-kinds.ts';

const ARCHIVES = new Set(['zip', 'jar', 'epub', 'apk', 'cbz', 'docx', 'odt', 'ods', 'odp', 'xlsx', 'pptx']);
const TABLES = new Set(['csv', 'tsv']);
const MARKDOWN = new Set(['md', 'markdown']);

function extensionOf({ name }: FileEntry): string {
  return name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '';
}

/** What is read: each in a component of its own, since what shows them weighs much. */
export const DOCUMENT_KINDS: readonly ViewerKind[] = [
  {
    id: 'pdf',
    shows: (entry) => entry.mediaType === 'application/pdf' || extensionOf(entry) === 'pdf',
    load: () => import('./pdf.svelte'),
  },
  {
    id: 'markdown',
    shows: (entry) => entry.mediaType === 'text/markdown' || MARKDOWN.has(extensionOf(entry)),
    load: () => import('./markdown.svelte'),
  },
  {
    id: 'table',
    shows: (entry) => TABLES.has(extensionOf(entry)) || entry.mediaType === 'text/csv',
    load: () => import('./table.svelte'),
  },
  {
    id: 'archive',
    shows: (entry) => entry.mediaType === 'application/zip' || ARCHIVES.has(extensionOf(entry)),
    load: () => import('./archive.svelte'),
  },
  { id: 'text', shows: isText, load: () => import('./text.svelte') },
];
