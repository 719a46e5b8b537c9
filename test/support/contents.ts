/** Beginnings of real files, as far as anybody looks at them to say what they are. */

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');
const bytes = (...values: number[]): Buffer => Buffer.from(values);
const padded = (head: Buffer, length = 64): Buffer =>
  Buffer.concat([head, Buffer.alloc(Math.max(0, length - head.length))]);

/** An ISO base media file that says what it is for. */
const isoMedia = (brand: string, ...compatible: string[]): Buffer => {
  const length = 16 + 4 * compatible.length;
  return padded(
    Buffer.concat([bytes(0, 0, 0, length), ascii(`ftyp${brand}`), bytes(0, 0, 2, 0), ...compatible.map(ascii)]),
  );
};

const ebml = (docType: string): Buffer =>
  padded(
    Buffer.concat([
      bytes(0x1a, 0x45, 0xdf, 0xa3, 0x80 + 3 + docType.length),
      bytes(0x42, 0x82, 0x80 + docType.length),
      ascii(docType),
    ]),
  );

export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
export const JPEG = padded(Buffer.concat([bytes(0xff, 0xd8, 0xff, 0xe0, 0, 0x10), ascii('JFIF'), bytes(0, 1, 1)]));
export const GIF = padded(Buffer.concat([ascii('GIF89a'), bytes(1, 0, 1, 0, 0x80, 0, 0)]));
export const WEBP = padded(Buffer.concat([ascii('RIFF'), bytes(0x24, 0, 0, 0), ascii('WEBPVP8 ')]));
export const HEIC = isoMedia('heic', 'mif1', 'heic');
export const MP4 = isoMedia('isom', 'isom', 'iso2', 'avc1', 'mp41');
export const QUICKTIME = isoMedia('qt  ');
export const WEBM = ebml('webm');
export const MATROSKA = ebml('matroska');
export const MP3_FRAME = padded(bytes(0xff, 0xfb, 0x90, 0x44), 1024);
/** Of `tagBytes`, which often are a picture of the cover. */
export const mp3WithTag = (tagBytes: number): Buffer => {
  const size = bytes(0, (tagBytes >> 14) & 0x7f, (tagBytes >> 7) & 0x7f, tagBytes & 0x7f);
  return Buffer.concat([ascii('ID3'), bytes(4, 0, 0), size, Buffer.alloc(tagBytes), MP3_FRAME]);
};
export const FLAC = padded(ascii('fLaC'));
export const OGG = padded(Buffer.concat([ascii('OggS'), Buffer.alloc(24), ascii('\x01vorbis')]));
export const WAV = padded(Buffer.concat([ascii('RIFF'), bytes(0x24, 0, 0, 0), ascii('WAVEfmt ')]));
export const AVI = padded(Buffer.concat([ascii('RIFF'), bytes(0x24, 0, 0, 0), ascii('AVI LIST')]));

export const PDF = Buffer.concat([
  ascii('%PDF-1.7\n%'),
  bytes(0xe2, 0xe3, 0xcf, 0xd3),
  ascii('\n1 0 obj\n<<>>\nendobj\n'),
]);
/** DOS header with the way to the PE header. */
export const PROGRAM = padded(Buffer.concat([ascii('MZ'), bytes(0x90, 0, 3, 0, 0, 0, 4, 0, 0, 0, 0xff, 0xff)]), 512);
export const ELF = padded(Buffer.concat([bytes(0x7f), ascii('ELF'), bytes(2, 1, 1)]));
/** Of Word, Excel and installers before they were archives. */
export const COMPOUND = padded(bytes(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1), 512);

/** One entry of a ZIP archive, stored as it is. */
const zipEntry = (name: string, content = ''): Buffer => {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt32LE(content.length, 18);
  header.writeUInt32LE(content.length, 22);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, ascii(name), ascii(content)]);
};
const zipOf = (...entries: Buffer[]): Buffer => {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  return Buffer.concat([...entries, end]);
};

export const ZIP = zipOf(zipEntry('notes/readme.txt', 'hello'));
const contentTypes = (part: string): string =>
  `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override ` +
  `PartName="/main.xml" ContentType="application/vnd.openxmlformats-officedocument.${part}.main+xml"/></Types>`;
export const DOCX = zipOf(
  zipEntry('[Content_Types].xml', contentTypes('wordprocessingml.document')),
  zipEntry('word/document.xml', '<w/>'),
);
export const XLSX = zipOf(
  zipEntry('[Content_Types].xml', contentTypes('spreadsheetml.sheet')),
  zipEntry('xl/workbook.xml', '<x/>'),
);
export const ODT = zipOf(
  zipEntry('mimetype', 'application/vnd.oasis.opendocument.text'),
  zipEntry('content.xml', '<o/>'),
);
export const EPUB = zipOf(zipEntry('mimetype', 'application/epub+zip'));

export const SVG = ascii(
  '<?xml version="1.0" encoding="UTF-8"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg"/>\n',
);
export const HTML = ascii('<!DOCTYPE html>\n<html><script>alert(1)</script></html>\n');
export const TEXT = Buffer.from('Dear Jānis,\nthis is a letter.\n');
