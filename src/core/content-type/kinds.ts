/** The kinds of content that rules speak of: what belongs to which, and what people call them. */

/** Content that nobody recognises. */
export const UNKNOWN_TYPE = 'application/octet-stream';

/** A media type without its parameters, in lower case. */
export function bareType(mediaType: string): string {
  return (mediaType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const SHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const SLIDES = 'application/vnd.openxmlformats-officedocument.presentationml.presentation';
const OPEN_DOCUMENT = 'application/vnd.oasis.opendocument';

/** A picture that may hold scripts: `image/*` takes it since that says so, the groups of media do not. */
const SVG = 'image/svg+xml';

const IMAGES = ['image/*'];
const AUDIO = ['audio/*', 'application/ogg'];
const VIDEO = ['video/*', 'application/vnd.ms-asf', 'application/mxf', 'application/vnd.rn-realmedia'];

/** Names that stand for several types. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  images: IMAGES,
  audio: AUDIO,
  video: VIDEO,
  media: [...IMAGES, ...AUDIO, ...VIDEO],
  text: ['text/plain', 'text/markdown', 'text/csv', 'text/calendar', 'text/vcard'],
  documents: [
    'application/pdf',
    'application/rtf',
    'application/epub+zip',
    'application/x-mobipocket-ebook',
    'application/msword',
    'application/vnd.ms-*',
    'application/vnd.openxmlformats-officedocument.*',
    `${OPEN_DOCUMENT}.*`,
    'text/plain',
    'text/markdown',
    'text/csv',
  ],
  archives: [
    'application/zip',
    'application/x-tar',
    'application/gzip',
    'application/zstd',
    'application/x-7z-compressed',
    'application/x-rar-compressed',
    'application/x-bzip2',
    'application/x-xz',
    'application/x-compress',
    'application/x-lz4',
    'application/x-lzip',
    'application/x-lzh-compressed',
    'application/x-arj',
    'application/x-ace-compressed',
    'application/x-cpio',
    'application/vnd.ms-cab-compressed',
    'application/java-archive',
  ],
  programs: [
    'application/x-msdownload',
    'application/x-elf',
    'application/x-mach-binary',
    'application/x-msi',
    'application/x-deb',
    'application/x-rpm',
    'application/java-vm',
    'application/java-archive',
    'application/vnd.android.package-archive',
    'application/x-google-chrome-extension',
    'application/x-xpinstall',
    'application/x.ms.shortcut',
    'application/x-ms-regedit',
    'application/wasm',
    'application/x-shellscript',
    'application/x-bat',
    'text/javascript',
  ],
};

/** What `GROUPS` takes by a wildcard, and is none of it all the same. */
const NOT_IN_GROUP: Readonly<Record<string, readonly string[]>> = {
  images: [SVG, 'image/vnd.dwg'],
  media: [SVG, 'image/vnd.dwg'],
  documents: ['application/vnd.ms-cab-compressed', 'application/vnd.ms-asf', 'application/vnd.ms-fontobject'],
};

export const TYPE_GROUPS = Object.keys(GROUPS);

/** `images`, `image/*`, `image/png`; lower case. */
export function isTypePattern(pattern: string): boolean {
  return own(GROUPS, pattern) !== undefined || /^[a-z0-9][a-z0-9.+-]*\/(\*|[a-z0-9][a-z0-9.+-]*)$/.test(pattern);
}

/** Whether `type` is what `pattern` says: a group, a family such as `image/*`, or a type. */
export function isOfKind(type: string, pattern: string): boolean {
  const members = own(GROUPS, pattern);
  if (members === undefined) return isOfType(type, pattern);
  if (own(NOT_IN_GROUP, pattern)?.includes(type)) return false;
  return members.some((member) => isOfType(type, member));
}

function isOfType(type: string, pattern: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
}

/**
 * Text is told apart by its name, and so are files in the one container that old office programs and installers share:
 * their content does not say more.
 */
const BY_NAME: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'text/plain': {
    bat: 'application/x-bat',
    cmd: 'application/x-bat',
    ps1: 'application/x-bat',
    vbs: 'application/x-bat',
    cjs: 'text/javascript',
    js: 'text/javascript',
    mjs: 'text/javascript',
    sh: 'application/x-shellscript',
    csv: 'text/csv',
    css: 'text/css',
    json: 'application/json',
    md: 'text/markdown',
  },
  'application/x-cfb': {
    doc: 'application/msword',
    dot: 'application/msword',
    msi: 'application/x-msi',
    msg: 'application/vnd.ms-outlook',
    ppt: 'application/vnd.ms-powerpoint',
    pps: 'application/vnd.ms-powerpoint',
    xls: 'application/vnd.ms-excel',
    xlt: 'application/vnd.ms-excel',
  },
};

/** What content of a recognised type is under this name. */
export function typeUnderName(type: string, name: string): string {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  const byName = own(BY_NAME, type);
  return (byName && own(byName, ending)) ?? type;
}

const CALLED: Readonly<Record<string, string>> = {
  [UNKNOWN_TYPE]: 'of a kind that is not recognised',
  [SVG]: 'an SVG drawing',
  [WORD]: 'a Word document',
  [SHEET]: 'an Excel sheet',
  [SLIDES]: 'a PowerPoint presentation',
  [`${OPEN_DOCUMENT}.text`]: 'an OpenDocument text',
  [`${OPEN_DOCUMENT}.spreadsheet`]: 'an OpenDocument spreadsheet',
  [`${OPEN_DOCUMENT}.presentation`]: 'an OpenDocument presentation',
  'application/epub+zip': 'an e-book',
  'application/gzip': 'a compressed file',
  'application/msword': 'a Word document',
  'application/pdf': 'a PDF document',
  'application/rtf': 'an RTF document',
  'application/vnd.ms-excel': 'an Excel sheet',
  'application/vnd.ms-powerpoint': 'a PowerPoint presentation',
  'application/x-7z-compressed': 'a 7z archive',
  'application/x-bat': 'a script',
  'application/x-cfb': 'an office document or installer',
  'application/x-elf': 'a program',
  'application/x-mach-binary': 'a program',
  'application/x-msdownload': 'a Windows program',
  'application/x-msi': 'a Windows installer',
  'application/x-rar-compressed': 'a RAR archive',
  'application/x-shellscript': 'a script',
  'application/xml': 'an XML file',
  'application/zip': 'a ZIP archive',
  'text/csv': 'a table in text',
  'text/html': 'a web page',
  'text/javascript': 'a script',
  'text/markdown': 'a text file',
  'text/plain': 'a text file',
};

const FAMILIES: Readonly<Record<string, string>> = {
  image: 'an image',
  audio: 'audio',
  video: 'a video',
  font: 'a font',
};

/** `a PDF document` */
export function calledInFull(type: string): string {
  return own(CALLED, type) ?? own(FAMILIES, type.slice(0, type.indexOf('/'))) ?? `of the type ${type}`;
}

const PLURALS: Readonly<Record<string, string>> = {
  media: 'images, audio and video',
  text: 'text files',
  'image/*': 'images',
  'audio/*': 'audio',
  'video/*': 'video',
  'application/pdf': 'PDF documents',
};

/** `images, audio and video` */
export function calledTogether(patterns: readonly string[]): string {
  return inWords(patterns.map((pattern) => own(PLURALS, pattern) ?? pattern));
}

/** `a, b and c` */
export function inWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

/** What a file calls itself, or a client says, may be the name of what every object has. */
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
