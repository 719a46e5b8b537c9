/** Words that those who release films put behind a title; alone they say that no word behind them belongs to it. */
const HARD = [
  String.raw`\d{3,4}[pi](?:\d\d)?`,
  '4k|8k|uhd|hdr|hdr10(?:\\+|plus)?|10bit|8bit',
  'blu-?ray|bd-?rip|br-?rip|bdremux|bdmux|bd25|bd50|remux|hd-?dvd|hddvd',
  'dvd|dvd-?rip|dvd-?scr|dvd[59]|dvdr|r5|vhs-?rip|vhs',
  'web-?dl|web-?rip|web-?hd|webhdrip|hd-?rip|a?hd-?tv|hdtvrip|tv-?rip|sat-?rip|ds-?rip|pdtv|dvb|hdcam|cam-?rip|telesync|telecine|hdts',
  '[xh]-?26[45]|hevc|avc|xvid|divx|av1|vp9|mpeg-?[24]',
  'aac(?:2|5|7)?|ac3|e-?ac3|dts(?:-?hd|-?x)?|ddp?[257]|dd\\+[257]|truehd|atmos|flac|opus|mp3',
].join('|');
const IS_HARD = new RegExp(`^(?:${HARD})(?:$|-)`, 'i');
/** As words they stand in titles, too: `Charlotte's Web`. */
const IS_HARD_IN_CAPITALS = /^(?:WEB|CAM|TS|TC|BD|HQ)(?:$|-)/;

/** Which version it is: said between a title and a year, too. */
const IS_VERSION =
  /^(?:multi|multi[.-]?\d|dual|dl|dubbed|subbed|vostfr|vost|vff|vfq|vfi|vf2|truefrench|subfrench|extended|uncut|unrated|remastered|proper|repack|rerip|internal|dc|sbs|hsbs|half-?sbs|h-?ou)$/i;
/** They may be a title's last word as well: `The Good German (2006)`. */
const IS_LANGUAGE =
  /^(?:german|deutsch|ger|french|francais|français|fr|english|eng|italian|ita|spanish|castellano|esp|spa|rus|russian|jpn|japanese|nordic|swedish|danish|norwegian|finnish|dutch|flemish|nl|polish|pl|latvian|lat|hun|cz|3d|imax|limited|hd)$/i;

export function isReleaseWord(word: string): boolean {
  return IS_HARD.test(word) || IS_HARD_IN_CAPITALS.test(word);
}

export function isVersionWord(word: string): boolean {
  return IS_VERSION.test(word);
}

export function isLanguageWord(word: string): boolean {
  return IS_LANGUAGE.test(word);
}

/** Of everything that is played or shown. */
const ENDING =
  /\.(?:3gp|asf|avi|divx|dv|f4v|flv|m1v|m2p|m2t|m2ts|m2v|m4v|mk3d|mkv|mov|mp4|mpe|mpeg|mpg|mts|mxf|ogm|ogv|qt|rm|rmvb|tp|trp|ts|vob|webm|wmv|aac|ac3|aif|aiff|alac|ape|dsf|dts|eac3|flac|m4a|m4b|mka|mp2|mp3|mpc|oga|ogg|opus|ra|tta|wav|wma|wv|avif|bmp|gif|heic|heif|jfif|jpe|jpeg|jpg|jxl|png|tif|tiff|webp)$/i;

/** A name without the ending that says what it is; other endings may be part of a title. */
export function withoutEnding(name: string): string {
  const stem = name.replace(ENDING, '');
  return stem === '' ? name : stem;
}
