import type { FileEntry } from '../../api/files.ts';
import { endingOf } from '../media-types.ts';

/** Types that are text, whatever they are called. */
const TEXT_TYPES = new Set([
  'application/json',
  'application/ld+json',
  'application/xml',
  'application/javascript',
  'application/x-sh',
  'application/x-httpd-php',
  'application/toml',
  'application/yaml',
  'application/sql',
  'application/x-subrip',
  'image/svg+xml',
]);

/** Endings that the server has no type for, or the wrong one (`.ts` is a film to it). */
const TEXT_ENDINGS = new Set(
  (
    'bat c cc cfg cmake conf cpp cs css csv dart diff dockerfile env erl ex fish gitignore go gradle h hpp hs html ini java ' +
    'js json jsx kt less log lua m makefile mjs nfo nix patch php pl properties ps1 py r rb rs rst sass scala scss sh sql ' +
    'srt sub svelte svg swift tex toml ts tsv tsx txt vb vtt vue xml yaml yml zig'
  ).split(' '),
);

/** Of which a film and a text share the ending: `.ts` above this is no source code. */
const SOURCE_BYTES = 2_000_000;

export function isText(entry: FileEntry): boolean {
  const { name, mediaType = '' } = entry;
  const ending = endingOf(name) || name.toLowerCase();
  if (ending === 'ts') return isSource(entry);
  return mediaType.startsWith('text/') || TEXT_TYPES.has(mediaType) || TEXT_ENDINGS.has(ending);
}

/** Of two kinds that share an ending. */
export function isSource({ name, sizeBytes }: FileEntry): boolean {
  return endingOf(name) === 'ts' && sizeBytes <= SOURCE_BYTES;
}
