/** What people call kinds of files; as the page has them (`ui/src/lib/families.ts`). */
export const MEDIA_FAMILIES = ['image', 'video', 'audio', 'text', 'document', 'archive', 'other'] as const;

export type MediaFamily = (typeof MEDIA_FAMILIES)[number];

const DOCUMENT =
  /^application\/(?:pdf|rtf|epub\+zip|msword|vnd\.(?:ms-(?:excel|powerpoint|word)|openxmlformats-officedocument|oasis\.opendocument|apple\.(?:pages|numbers|keynote)))/;
const ARCHIVE = /^application\/(?:zip|gzip|zstd|vnd\.rar|java-archive|x-(?:tar|gtar|gzip|bzip2?|7z|rar|xz|zip))/;
/** Written as text, though their types do not say so. */
const TEXT = /^application\/(?:json|xml|javascript|yaml|toml|sql|x-sh|[\w.-]+\+(?:json|xml))(?:;|$)/;

export function familyOf(mediaType: string): MediaFamily {
  const type = mediaType.toLowerCase();
  const [top = ''] = type.split('/');
  if (top === 'image' || top === 'video' || top === 'audio') return top;
  if (DOCUMENT.test(type)) return 'document';
  if (top === 'text' || TEXT.test(type)) return 'text';
  return ARCHIVE.test(type) ? 'archive' : 'other';
}
