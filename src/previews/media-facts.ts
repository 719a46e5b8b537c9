import { isPicture, type MediaFacts } from '../core/media/facts.ts';

/** As ffprobe writes it (`-show_format -show_streams -of json`), as far as it is looked at: numbers mostly as text. */
interface Probed {
  readonly format?: ProbedPart;
  readonly streams?: readonly ProbedPart[];
}

interface ProbedPart {
  readonly [name: string]: unknown;
  readonly tags?: Readonly<Record<string, unknown>>;
  readonly disposition?: Readonly<Record<string, unknown>>;
  readonly side_data_list?: readonly Readonly<Record<string, unknown>>[];
}

/** What ffprobe calls containers; those that it does not tell apart are told apart by what is in them. */
const CONTAINERS: Readonly<Record<string, string>> = {
  mpeg: 'mpegps',
  mpegvideo: 'mpegps',
  image2: 'jpeg',
  jpeg_pipe: 'jpeg',
  png_pipe: 'png',
  webp_pipe: 'webp',
  gif_pipe: 'gif',
  bmp_pipe: 'bmp',
  tiff_pipe: 'tiff',
};
const WEBM_CODECS = new Set(['vp8', 'vp9', 'av1', 'opus', 'vorbis', 'webvtt']);
const LONGEST_TEXT = 200;

/** What a film, a piece of music or a picture says of itself; undefined when there is nothing to play or to show in it. */
export function factsOf(text: string): MediaFacts | undefined {
  const { format = {}, streams = [] } = parsed(text);
  const films = streams.filter((stream) => stream['codec_type'] === 'video' && !isCover(stream));
  const video = preferred(films);
  const audio = preferred(streams.filter((stream) => stream['codec_type'] === 'audio'));
  if (!video && !audio) return undefined;
  const container = containerOf(format, streams);
  const isStill = isPicture(container);
  return {
    container,
    durationMs: isStill ? undefined : milliseconds(format['duration']),
    bitrateBps: isStill ? undefined : positive(format['bit_rate']),
    ...pictureOf(video),
    audioCodec: nameOfAudio(audio),
    audioChannels: positive(audio?.['channels']),
    sampleRateHz: positive(audio?.['sample_rate']),
    ...tagsOf(format, audio),
  };
}

function parsed(text: string): Probed {
  try {
    return (JSON.parse(text) ?? {}) as Probed;
  } catch {
    return {};
  }
}

function isCover({ disposition }: ProbedPart): boolean {
  return disposition?.['attached_pic'] === 1;
}

/** What players take unless they are told otherwise. */
function preferred(streams: readonly ProbedPart[]): ProbedPart | undefined {
  return streams.find(({ disposition }) => disposition?.['default'] === 1) ?? streams[0];
}

function containerOf({ format_name: name, tags }: ProbedPart, streams: readonly ProbedPart[]): string | undefined {
  const [first = ''] = plain(name).split(',');
  if (first === 'mov') return textIn(tags, 'major_brand')?.trim() === 'qt' ? 'mov' : 'mp4';
  if (first === 'matroska') return streams.every(isOfWebm) ? 'webm' : 'matroska';
  return CONTAINERS[first] ?? (first || undefined);
}

function isOfWebm({ codec_name: codec }: ProbedPart): boolean {
  return WEBM_CODECS.has(String(codec));
}

function pictureOf(
  video: ProbedPart | undefined,
): Pick<MediaFacts, 'width' | 'height' | 'videoCodec' | 'videoProfile' | 'bitDepth' | 'frameRate'> {
  const [width, height] = sizeOf(video);
  const bits = /p(\d\d)(?:le|be)$/.exec(plain(video?.['pix_fmt']))?.[1];
  return {
    width,
    height,
    videoCodec: word(video?.['codec_name']),
    videoProfile: word(video?.['profile']),
    bitDepth: video?.['pix_fmt'] === undefined ? undefined : Number(bits ?? 8),
    frameRate: rate(video?.['avg_frame_rate']),
  };
}

/** As shown: turned, and with square pixels. */
function sizeOf(video: ProbedPart | undefined): [number | undefined, number | undefined] {
  const [width, height] = [positive(video?.['width']), positive(video?.['height'])];
  if (width === undefined || height === undefined) return [undefined, undefined];
  const [across = 1, down = 1] = plain(video?.['sample_aspect_ratio']).split(':').map(Number);
  const shown = across > 0 && down > 0 ? Math.round((width * across) / down) : width;
  return isTurned(video) ? [height, shown] : [shown, height];
}

function isTurned(video: ProbedPart | undefined): boolean {
  const angles = (video?.side_data_list ?? []).map((data) => Number(data['rotation'] ?? 0));
  return angles.some((angle) => Math.abs(angle) % 180 === 90);
}

/** `pcm_s16le` and its like are one for whoever plays it. */
function nameOfAudio(audio: ProbedPart | undefined): string | undefined {
  return word(audio?.['codec_name'])?.replace(/^pcm_.*/, 'pcm');
}

/** Ogg has them on the stream. */
function tagsOf(
  format: ProbedPart,
  audio: ProbedPart | undefined,
): Pick<MediaFacts, 'title' | 'artist' | 'album' | 'genre' | 'year' | 'track'> {
  const tags = { ...audio?.tags, ...format.tags };
  const year = Number(/\b(1[89]\d\d|20\d\d)\b/.exec(textIn(tags, 'date') ?? textIn(tags, 'year') ?? '')?.[1]);
  const track = Number.parseInt(textIn(tags, 'track') ?? '', 10);
  return {
    title: textIn(tags, 'title'),
    artist: textIn(tags, 'artist') ?? textIn(tags, 'album_artist'),
    album: textIn(tags, 'album'),
    genre: textIn(tags, 'genre'),
    year: Number.isNaN(year) ? undefined : year,
    track: track > 0 && track < 10_000 ? track : undefined,
  };
}

/** The case of names differs from one container to the next. */
function textIn(tags: Readonly<Record<string, unknown>> | undefined, name: string): string | undefined {
  const found = Object.entries(tags ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
  const text = plain(found).trim();
  return text === '' ? undefined : Array.from(text).slice(0, LONGEST_TEXT).join('');
}

/** Numbers are written as either. */
function plain(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value !== 'unknown' ? value : undefined;
}

function positive(value: unknown): number | undefined {
  const number = Math.round(Number(value));
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

function milliseconds(seconds: unknown): number | undefined {
  return positive(Number(seconds) * 1000);
}

function rate(value: unknown): number | undefined {
  const [frames = 0, seconds = 0] = plain(value).split('/').map(Number);
  return frames > 0 && seconds > 0 ? Math.round((frames / seconds) * 1000) / 1000 : undefined;
}
