import { types } from 'mime-types';
import { bareType, UNKNOWN_TYPE } from './kinds.ts';
import { asSeen, hasSharedEnding, type Stored } from './shared-endings.ts';

/** Endings of films and music that mime-types does not know, or takes for something else. */
const BY_ENDING: ReadonlyMap<string, string> = new Map([
  ['divx', 'video/x-msvideo'],
  ['dv', 'video/dv'],
  ['m2p', 'video/mpeg'],
  ['ogm', 'video/ogg'],
  ['rmvb', 'application/vnd.rn-realmedia'],
  ['tp', 'video/mp2t'],
  ['trp', 'video/mp2t'],
  ['ac3', 'audio/ac3'],
  ['alac', 'audio/x-alac'],
  ['ape', 'audio/x-ape'],
  ['dsf', 'audio/x-dsf'],
  ['eac3', 'audio/eac3'],
  ['mpc', 'audio/x-musepack'],
  ['tta', 'audio/x-tta'],
  ['wv', 'audio/x-wavpack'],
  // Subtitles without a film.
  ['mks', 'application/x-matroska'],
]);

/** What programs call anything that they send, or any download. */
const SAYS_NOTHING: ReadonlySet<string> = new Set([
  UNKNOWN_TYPE,
  'application/x-octet-stream',
  'binary/octet-stream',
  'application/binary',
  'application/download',
  'application/x-download',
  'application/force-download',
  'application/x-force-download',
  'application/unknown',
  'application/x-unknown',
  // `curl --data-binary` without a type of its own.
  'application/x-www-form-urlencoded',
]);

/** What is text under no circumstances; of the same families drawings and playlists are. */
const NO_TEXT =
  /^(?:(?:audio|image|video)\/|application\/(?:gzip|mxf|pdf|zip|vnd\.(?:openxmlformats-|oasis\.|rn-)))(?!.*(?:xml|url|pls)$)/;

/**
 * The type of a file under this name: what was said of it, or where that tells nothing, what the name does.
 * `application/octet-stream` if neither tells. Listings ask it of each of their files.
 */
export function mediaTypeUnder(said: string, name: string): string {
  if (said === '') return typeOfName(name) ?? UNKNOWN_TYPE;
  const plain = bareType(said);
  if (SAYS_NOTHING.has(plain)) return typeOfName(name) ?? UNKNOWN_TYPE;
  if (plain !== 'text/plain') return said;
  const named = typeOfName(name);
  return named !== undefined && NO_TEXT.test(named) && !hasSharedEnding(name) ? named : said;
}

function typeOfName(name: string): string | undefined {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return BY_ENDING.get(ending) ?? types[ending];
}

/** The type of stored content under this name, which may be another one than it was stored under. */
export function mediaTypeOf(file: Stored): string {
  return mediaTypeUnder(asStored(file).mediaType, file.name);
}

/** A file as it is to be stored: of its type only what neither its name tells nor its content, so that it may be renamed. */
export function asStored<File extends Stored>(file: File): File {
  const mediaType = mediaTypeUnder(file.mediaType, file.name);
  const seen = asSeen({ ...file, mediaType }).mediaType;
  return { ...file, mediaType: seen === mediaTypeUnder('', file.name) ? '' : seen };
}
