import type { MediaFacts } from './facts.ts';

/** Why televisions refuse a film, and what helps against all of it. */
export interface Doubts {
  readonly reasons: readonly string[];
  readonly advice: string;
}

/** What nobody's television may be relied on to have, by what it is; collected from makers' lists of formats. */
const CONTAINERS: Readonly<Record<string, string>> = {
  avi: 'AVI is no longer played by many sets made since 2018',
  asf: 'Windows Media is played by few sets',
  flv: 'Flash video is played by hardly any set',
  mov: 'QuickTime (.mov) is refused by some sets that play the same streams as .mp4',
  ogg: 'Ogg is played by hardly any set',
};
const VIDEO_CODECS: Readonly<Record<string, string>> = {
  hevc: 'HEVC needs a set made since about 2015',
  mpeg4: 'MPEG-4 Part 2 (DivX, Xvid) was dropped by LG and Samsung',
  msmpeg4v3: 'DivX 3 is played by hardly any set',
  wmv2: 'Windows Media Video is played by few sets',
  wmv3: 'Windows Media Video is played by few sets',
  vc1: 'VC-1 is played by few sets',
  av1: 'AV1 needs a set made since about 2020',
  vp8: 'VP8 is played by few sets from the network',
  theora: 'Theora is played by hardly any set',
  prores: 'ProRes is for editing; no set plays it',
  mjpeg: 'Motion JPEG is played by few sets',
};
const AUDIO_CODECS: Readonly<Record<string, string>> = {
  dts: 'DTS sound was dropped by Samsung (2018) and LG (2020): the film is refused, or silent',
  truehd: 'Dolby TrueHD sound is silent on most sets',
  opus: 'Opus sound in films is silent on many sets',
  vorbis: 'Vorbis sound is silent on many sets',
  flac: 'FLAC sound in films is silent on many sets',
  alac: 'Apple Lossless sound is silent on many sets',
  wmav2: 'Windows Media sound is silent on many sets',
  wmapro: 'Windows Media sound is silent on many sets',
};
/** WebM is a container of these; sets that know it expect them. */
const FOR_WEBM = new Set(['opus', 'vorbis', 'vp8', 'vp9']);
/** What sets expect in MP4, and ffmpeg puts there as it is. */
const VIDEO_FOR_MP4 = new Set(['h264']);
const AUDIO_FOR_MP4 = new Set(['aac', 'mp3', 'ac3', 'eac3']);
const MOST_CHANNELS = 6;
const MP4 = '-movflags +faststart OUT.mp4';

/**
 * What sets commonly refuse about a film, with one command that makes a film of it of which nothing is refused;
 * undefined for one that can be expected to play everywhere, and for what is no film.
 */
export function doubtsAbout(facts: MediaFacts): Doubts | undefined {
  if (facts.videoCodec === undefined) return undefined;
  const [container, picture, sound] = [aboutContainer(facts), aboutPicture(facts), aboutSound(facts)];
  const reasons = [...container, ...picture, ...sound];
  if (reasons.length === 0) return undefined;
  if (picture.length > 0) return { reasons, advice: newPicture(facts) };
  if (sound.length > 0) return { reasons, advice: newSound(facts) };
  return { reasons, advice: VIDEO_FOR_MP4.has(facts.videoCodec) ? newContainer(facts) : newPicture(facts) };
}

function aboutContainer({ container = '' }: MediaFacts): string[] {
  return known(CONTAINERS[container]);
}

function aboutPicture(facts: MediaFacts): string[] {
  const { container, videoCodec = '' } = facts;
  const codec = isOfWebm(container, videoCodec) ? undefined : VIDEO_CODECS[videoCodec];
  return [codec, aboutBits(facts), aboutSize(facts)].flatMap(known);
}

function aboutBits({ videoCodec, videoProfile = '', bitDepth = 8 }: MediaFacts): string | undefined {
  if (videoCodec !== 'h264') return undefined;
  if (bitDepth > 8) return 'H.264 with 10 bits is played by no set';
  return /4:(?:2:2|4:4)/.test(videoProfile) ? `H.264 ${videoProfile} is played by no set` : undefined;
}

function aboutSize({ videoCodec, width = 0, height = 0 }: MediaFacts): string | undefined {
  if (width > 4096 || height > 2304) return `${width}×${height} is more than 4K sets take`;
  const isRefused = videoCodec === 'h264' && isLargeForH264({ width });
  return isRefused ? 'H.264 in 4K is refused by many sets, which want HEVC' : undefined;
}

function isLargeForH264({ width = 0, height = 0 }: Pick<Partial<MediaFacts>, 'width' | 'height'>): boolean {
  return width > 2600 || height > 2304;
}

function aboutSound({ container, audioCodec = '', audioChannels = 0 }: MediaFacts): string[] {
  const codec = isOfWebm(container, audioCodec) ? undefined : AUDIO_CODECS[audioCodec];
  const isWide = audioCodec === 'aac' && audioChannels > MOST_CHANNELS;
  return [codec, isWide ? 'AAC with more than 5.1 channels is silent on many sets' : undefined].flatMap(known);
}

function known(reason: string | undefined): string[] {
  return reason === undefined ? [] : [reason];
}

function newPicture(facts: MediaFacts): string {
  const most = isLargeForH264(facts) ? '1920:1080' : 'iw:ih';
  // x264 takes even numbers only.
  const fit = `-vf scale=${most}:force_original_aspect_ratio=decrease:force_divisible_by=2`;
  return `ffmpeg -i IN ${mapped(facts)} -c:v libx264 -crf 20 -pix_fmt yuv420p ${fit}${intoAac(facts)} ${MP4}`;
}

/** In a container that takes any picture; from one like it all else comes along: other languages, subtitles, fonts. */
function newSound({ container }: MediaFacts): string {
  const what = container === 'matroska' ? '-map 0' : '-map 0:v:0 -map 0:a';
  return `ffmpeg -i IN ${what} -c copy -c:a ac3 -b:a 640k OUT.mkv`;
}

function newContainer(facts: MediaFacts): string {
  const isKept = AUDIO_FOR_MP4.has(facts.audioCodec ?? '');
  return `ffmpeg -i IN ${mapped(facts)} -c copy${isKept ? '' : intoAac(facts)} ${MP4}`;
}

function mapped({ audioCodec }: MediaFacts): string {
  return audioCodec === undefined ? '-map 0:v:0' : '-map 0:v:0 -map 0:a:0';
}

function intoAac({ audioCodec, audioChannels = 0 }: MediaFacts): string {
  if (audioCodec === undefined) return '';
  return audioChannels > MOST_CHANNELS ? ` -c:a aac -ac ${MOST_CHANNELS}` : ' -c:a aac';
}

function isOfWebm(container: string | undefined, codec: string): boolean {
  return container === 'webm' && FOR_WEBM.has(codec);
}
