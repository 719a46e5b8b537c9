import { bareType } from '../core/content-type/kinds.ts';

/** How a picture of content comes about. */
export type PreviewKind = 'image' | 'video' | 'audio';

/** By what is stored as its media type; undefined for what has no picture. */
export function kindOf(mediaType: string): PreviewKind | undefined {
  const [top] = mediaType.toLowerCase().split('/', 1);
  return top === 'image' || top === 'video' || top === 'audio' ? top : undefined;
}

/** Whether `mediaType` is among `known`: types, and families as `video/*`. */
export function isAmong(mediaType: string, known: readonly string[]): boolean {
  const type = bareType(mediaType);
  return known.includes(type) || known.includes(`${type.split('/', 1)[0] ?? ''}/*`);
}
