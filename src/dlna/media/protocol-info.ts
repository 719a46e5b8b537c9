import { bareType } from '../../core/content-type/kinds.ts';
import type { MediaFacts, MediaKind } from '../../core/media/facts.ts';
import type { MediaEntry } from '../../core/ports/media-library.ts';
import { isMediaType } from '../../http/content-headers.ts';
import { clientOf } from '../clients.ts';

type Piece = Pick<MediaEntry, 'kind' | 'name' | 'facts' | 'content'>;

/** What sets know containers by, which is not always what is registered; as minidlna has it, which they were tried with. */
const TYPES: Readonly<Record<MediaKind, Readonly<Record<string, string>>>> = {
  video: {
    mp4: 'video/mp4',
    mov: 'video/quicktime',
    '3gp': 'video/3gpp',
    matroska: 'video/x-matroska',
    webm: 'video/webm',
    avi: 'video/x-msvideo',
    // 188 bytes to a packet; DLNA's profiles with time stamps, as cameras write them, have a type of their own.
    mpegts: 'video/mpeg',
    m2ts: 'video/vnd.dlna.mpeg-tts',
    mpegps: 'video/mpeg',
    asf: 'video/x-ms-wmv',
    flv: 'video/x-flv',
    ogg: 'video/ogg',
  },
  audio: {
    mp3: 'audio/mpeg',
    mp4: 'audio/mp4',
    mov: 'audio/mp4',
    flac: 'audio/x-flac',
    wav: 'audio/x-wav',
    aac: 'audio/vnd.dlna.adts',
    ogg: 'audio/ogg',
    asf: 'audio/x-ms-wma',
    aiff: 'audio/x-aiff',
    ac3: 'audio/vnd.dolby.dd-raw',
    matroska: 'audio/x-matroska',
    webm: 'audio/webm',
  },
  image: { jpeg: 'image/jpeg', png: 'image/png', gif: 'image/gif', webp: 'image/webp', bmp: 'image/bmp' },
};

/** Containers by the end of the name: for what nobody has looked into yet. */
const ENDINGS: Readonly<Record<string, string>> = {
  m4v: 'mp4',
  m4a: 'mp4',
  m4b: 'mp4',
  mkv: 'matroska',
  mka: 'matroska',
  divx: 'avi',
  ts: 'mpegts',
  tp: 'mpegts',
  mts: 'm2ts',
  mpg: 'mpegps',
  mpeg: 'mpegps',
  vob: 'mpegps',
  wmv: 'asf',
  wma: 'asf',
  ogv: 'ogg',
  oga: 'ogg',
  opus: 'ogg',
  aif: 'aiff',
  jpg: 'jpeg',
  jpe: 'jpeg',
};

/** Samsung's sets look for a type of Matroska that nobody registered (minidlna, jellyfin). */
const FOR_SAMSUNG: Readonly<Record<string, string>> = { 'video/x-matroska': 'video/x-mkv' };

/** The type by which a set is offered, and then sent, a film, a piece of music or a picture. */
export function mediaTypeFor(piece: Piece, userAgent: string): string {
  const type = plainType(piece);
  return clientOf(userAgent) === 'samsung' ? (FOR_SAMSUNG[type] ?? type) : type;
}

function plainType({ kind, name, facts, content }: Piece): string {
  const types = kind === 'folder' ? {} : TYPES[kind];
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  const byEnding = ENDINGS[ending] ?? ending;
  const container = facts?.container === undefined || byEnding === 'm2ts' ? byEnding : facts.container;
  const known = Object.hasOwn(types, container) ? types[container] : undefined;
  if (known !== undefined) return known;
  const stored = bareType(content?.mediaType ?? '');
  return isMediaType(stored) ? stored : 'application/octet-stream';
}

/**
 * DLNA guidelines 7.4.1.3: ranges of bytes, not of time (OP=01), as stored (CI=0). Without OP and FLAGS sets grey out
 * pause and seek. Streaming and background transfer, connections that may stall, DLNA 1.5; interactive transfer, in
 * place of streaming, for pictures.
 */
const MOVING_FLAGS = `DLNA.ORG_FLAGS=01700000${'0'.repeat(24)}`;
const STILL_FLAGS = `DLNA.ORG_FLAGS=00F00000${'0'.repeat(24)}`;

/** The fourth field of protocolInfo, and the header contentFeatures.dlna.org. */
export function contentFeatures(piece: Piece): string {
  const profile = profileOf(piece);
  const flags = piece.kind === 'image' ? STILL_FLAGS : MOVING_FLAGS;
  return `${profile === undefined ? '' : `DLNA.ORG_PN=${profile};`}DLNA.ORG_OP=01;DLNA.ORG_CI=0;${flags}`;
}

/** Of a thumbnail: at most 160 pixels each way, made from something else. */
export const THUMBNAIL_FEATURES = `DLNA.ORG_PN=JPEG_TN;DLNA.ORG_OP=01;DLNA.ORG_CI=1;${STILL_FLAGS}`;

export function protocolInfo(piece: Piece, userAgent: string): string {
  return `http-get:*:${mediaTypeFor(piece, userAgent)}:${contentFeatures(piece)}`;
}

/**
 * A wrong profile is refused, one that is left out is not: none unless all that it demands is known. Those of films
 * demand levels, buffers and bit rates that nobody has measured.
 */
function profileOf({ kind, facts }: Piece): string | undefined {
  if (facts === undefined) return undefined;
  if (kind === 'image') return pictureProfile(facts);
  const { container, audioCodec, audioChannels = 0, sampleRateHz = 0 } = facts;
  const isPlain = [32_000, 44_100, 48_000].includes(sampleRateHz) && audioChannels >= 1 && audioChannels <= 2;
  return kind === 'audio' && container === 'mp3' && audioCodec === 'mp3' && isPlain ? 'MP3' : undefined;
}

/** Those of JPEG demand baseline coding: a progressive picture has none. */
function pictureProfile({
  container,
  videoProfile,
  width = Infinity,
  height = Infinity,
}: MediaFacts): string | undefined {
  const fits = (most: number, high = most): boolean => width <= most && height <= high;
  if (container === 'png') return fits(4096) ? 'PNG_LRG' : undefined;
  if (container !== 'jpeg' || videoProfile !== 'Baseline') return undefined;
  if (fits(640, 480)) return 'JPEG_SM';
  if (fits(1024, 768)) return 'JPEG_MED';
  return fits(4096) ? 'JPEG_LRG' : undefined;
}

/** All that may be offered: what ConnectionManager tells and its subscribers are sent. */
export function sourceProtocolInfo(): string {
  const profiles = ['image/jpeg:JPEG_TN', 'image/jpeg:JPEG_SM', 'image/jpeg:JPEG_MED', 'image/jpeg:JPEG_LRG'];
  const named = [...profiles, 'image/png:PNG_LRG', 'audio/mpeg:MP3'].map((each) => {
    const [type = '', profile = ''] = each.split(':');
    return `http-get:*:${type}:DLNA.ORG_PN=${profile}`;
  });
  const types = new Set(Object.values(TYPES).flatMap((known) => Object.values(known)));
  const all = [...types, ...Object.values(FOR_SAMSUNG), 'text/srt'];
  return [...named, ...all.map((type) => `http-get:*:${type}:*`)].join(',');
}
