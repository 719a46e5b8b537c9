/** What a television plays or shows. */
export const MEDIA_KINDS = ['video', 'audio', 'image'] as const;

export type MediaKind = (typeof MEDIA_KINDS)[number];

/** Containers of pictures by themselves, as `MediaFacts` names them. */
const PICTURES: readonly string[] = ['jpeg', 'png', 'gif', 'webp', 'bmp', 'tiff'];

/** What a film, a piece of music or a picture says of itself; undefined where it does not, or nobody knows. */
export interface MediaFacts {
  /** `mp4`, `mov`, `matroska`, `webm`, `avi`, `mpegts`, `mpegps`, `asf`, `flv`, `ogg`, `mp3`, `flac`, `wav`, `aac`, `jpeg`, … */
  readonly container: string | undefined;
  readonly durationMs: number | undefined;
  /** Of all streams together, in bits a second. */
  readonly bitrateBps: number | undefined;
  /** In pixels, as shown: a film that is turned is turned here, too. */
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** `h264`, `hevc`, `av1`, `vp9`, `mpeg4`, `mpeg2video`, …, as ffmpeg calls them. */
  readonly videoCodec: string | undefined;
  /** As in `High`, `Main 10`. */
  readonly videoProfile: string | undefined;
  readonly bitDepth: number | undefined;
  readonly frameRate: number | undefined;
  /** `aac`, `ac3`, `eac3`, `dts`, `truehd`, `mp3`, `opus`, `vorbis`, `flac`, `pcm`, …; of the stream that is played unless one asks. */
  readonly audioCodec: string | undefined;
  readonly audioChannels: number | undefined;
  readonly sampleRateHz: number | undefined;
  /** What its tags say. */
  readonly title: string | undefined;
  readonly artist: string | undefined;
  readonly album: string | undefined;
  readonly genre: string | undefined;
  readonly year: number | undefined;
  readonly track: number | undefined;
}

export function isPicture(container: string | undefined): boolean {
  return container !== undefined && PICTURES.includes(container);
}

/** Facts are of a content, whatever it is called: those of a film say nothing of what is offered as a picture, nor the other way. */
export function factsFor(kind: MediaKind | 'folder', facts: MediaFacts | undefined): MediaFacts | undefined {
  return facts !== undefined && isPicture(facts.container) === (kind === 'image') ? facts : undefined;
}
