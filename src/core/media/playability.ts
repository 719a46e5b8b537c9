import type { MediaFacts } from './facts.ts';

/** Why televisions refuse a film, and what helps. */
export interface Doubt {
  readonly reason: string;
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
const TO_MP4 = 'ffmpeg -i IN -map 0:v:0 -map 0:a:0? -c copy -movflags +faststart OUT.mp4';
const NEW_PICTURE = 'ffmpeg -i IN -map 0:v:0 -map 0:a:0? -c:v libx264 -crf 20 -pix_fmt yuv420p -c:a aac OUT.mp4';
const NEW_SOUND = 'ffmpeg -i IN -map 0 -c copy -c:a ac3 -b:a 640k OUT.mkv';
/** WebM is a container of these; sets that know it expect them. */
const FOR_WEBM = new Set(['opus', 'vorbis', 'vp8', 'vp9']);

/** What sets commonly refuse about a film; nothing for one that can be expected to play everywhere. */
export function doubtsAbout(facts: MediaFacts): Doubt[] {
  return [...aboutContainer(facts), ...aboutPicture(facts), ...aboutSound(facts)];
}

function aboutContainer({ container = '' }: MediaFacts): Doubt[] {
  const reason = CONTAINERS[container];
  return reason === undefined ? [] : [{ reason, advice: TO_MP4 }];
}

function aboutPicture(facts: MediaFacts): Doubt[] {
  const { container, videoCodec = '' } = facts;
  const codec = isOfWebm(container, videoCodec) ? undefined : VIDEO_CODECS[videoCodec];
  return [codec, aboutBits(facts), aboutSize(facts)].flatMap((reason) =>
    reason === undefined ? [] : [{ reason, advice: NEW_PICTURE }],
  );
}

function aboutBits({ videoCodec, videoProfile = '', bitDepth = 8 }: MediaFacts): string | undefined {
  if (videoCodec !== 'h264') return undefined;
  if (bitDepth > 8) return 'H.264 with 10 bits is played by no set';
  return /4:(?:2:2|4:4)/.test(videoProfile) ? `H.264 ${videoProfile} is played by no set` : undefined;
}

function aboutSize({ videoCodec, width = 0, height = 0 }: MediaFacts): string | undefined {
  if (width > 4096 || height > 2304) return `${width}×${height} is more than 4K sets take`;
  const isLarge = videoCodec === 'h264' && width > 2600;
  return isLarge ? 'H.264 in 4K is refused by many sets, which want HEVC' : undefined;
}

function aboutSound({ container, videoCodec, audioCodec = '', audioChannels = 0 }: MediaFacts): Doubt[] {
  if (videoCodec === undefined) return [];
  const reasons: string[] = [];
  const codec = isOfWebm(container, audioCodec) ? undefined : AUDIO_CODECS[audioCodec];
  if (codec !== undefined) reasons.push(codec);
  if (audioCodec === 'aac' && audioChannels > 6) reasons.push('AAC with more than 5.1 channels is silent on many sets');
  return reasons.map((reason) => ({ reason, advice: NEW_SOUND }));
}

function isOfWebm(container: string | undefined, codec: string): boolean {
  return container === 'webm' && FOR_WEBM.has(codec);
}
