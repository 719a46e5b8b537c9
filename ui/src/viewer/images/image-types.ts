/** What browsers draw by themselves; all else is drawn by the server's previews, if at all. */
const DRAWN = /^image\/(?:jpeg|png|apng|gif|webp|avif|bmp|svg\+xml|x-icon|vnd\.microsoft\.icon)(?:;|$)/i;
/** Where a small copy would be another picture: it does not move, or has no lines. */
const ONLY_ITSELF = /^image\/(?:gif|apng|svg\+xml|x-icon|vnd\.microsoft\.icon)(?:;|$)/i;

export function isDrawnByBrowsers(mediaType: string): boolean {
  return DRAWN.test(mediaType);
}

export function isOnlyItself(mediaType: string): boolean {
  return ONLY_ITSELF.test(mediaType);
}

/** Whether a type is among some, of which some are families: `video/*`. */
export function isAmong(mediaType: string, types: readonly string[]): boolean {
  const type = (mediaType.split(';', 1)[0] ?? '').trim().toLowerCase();
  return types.includes(type) || types.includes(`${type.split('/', 1)[0] ?? ''}/*`);
}
