import assert from 'node:assert/strict';
import { isOfKind, isTypePattern, typeUnderName } from '../../../src/core/content-type/kinds.ts';
import { HEAD_BYTES, sniff, sniffQuickly } from '../../../src/core/content-type/sniff.ts';
import * as contents from '../../support/contents.ts';

const { JPEG, PDF, PNG, PROGRAM, SVG, HTML, TEXT } = contents;
const UNKNOWN = 'application/octet-stream';
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');

describe('what content is', () => {
  const cases: [what: string, content: Uint8Array, want: string][] = [
    ['PNG', PNG, 'image/png'],
    ['JPEG', JPEG, 'image/jpeg'],
    ['GIF', contents.GIF, 'image/gif'],
    ['WebP', contents.WEBP, 'image/webp'],
    ['HEIC, which begins as MP4 does', contents.HEIC, 'image/heic'],
    ['MP4', contents.MP4, 'video/mp4'],
    ['QuickTime', contents.QUICKTIME, 'video/quicktime'],
    ['WebM', contents.WEBM, 'video/webm'],
    ['Matroska, which begins as WebM does', contents.MATROSKA, 'video/matroska'],
    ['AVI', contents.AVI, 'video/vnd.avi'],
    ['MP3 without a tag', contents.MP3_FRAME, 'audio/mpeg'],
    ['MP3 with a tag', contents.mp3WithTag(300), 'audio/mpeg'],
    ['MP3 with a tag longer than what is looked at', contents.mp3WithTag(100_000), 'audio/mpeg'],
    ['FLAC', contents.FLAC, 'audio/flac'],
    ['Ogg', contents.OGG, 'audio/ogg'],
    ['WAV', contents.WAV, 'audio/wav'],
    ['PDF', PDF, 'application/pdf'],
    ['PDF behind text, which readers take as well', Buffer.concat([TEXT, PDF]), 'application/pdf'],
    ['a program for Windows', PROGRAM, 'application/x-msdownload'],
    ['a program for Linux', contents.ELF, 'application/x-elf'],
    ['ZIP', contents.ZIP, 'application/zip'],
    [
      'a Word document, which is a ZIP',
      contents.DOCX,
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    ],
    [
      'an Excel sheet, which is a ZIP',
      contents.XLSX,
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    ],
    ['an OpenDocument text, which is a ZIP', contents.ODT, 'application/vnd.oasis.opendocument.text'],
    ['an e-book, which is a ZIP', contents.EPUB, 'application/epub+zip'],
    ['old office documents and installers', contents.COMPOUND, 'application/x-cfb'],
    ['RTF', Buffer.from('{\\rtf1\\ansi hello}'), 'application/rtf'],
    ['SVG', SVG, 'image/svg+xml'],
    [
      'SVG with a document type',
      Buffer.from('<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd" [<!ENTITY a "b">]><svg width="1"/>'),
      'image/svg+xml',
    ],
    [
      'SVG with a prefix, behind a mark',
      Buffer.from('\ufeff  <s:svg xmlns:s="http://www.w3.org/2000/svg"/>'),
      'image/svg+xml',
    ],
    ['HTML', HTML, 'text/html'],
    ['HTML without a document type', Buffer.from('\n<!-- x --><Script>alert(1)</script>'), 'text/html'],
    ['HTML in UTF-16', utf16('<html><body>'), 'text/html'],
    ['XML', Buffer.from('<?xml version="1.0"?><feed/>'), 'application/xml'],
    ['a shell script', Buffer.from('#!/bin/sh\nexit 0\n'), 'application/x-shellscript'],
    ['a calendar', Buffer.from('BEGIN:VCALENDAR\r\nVERSION:2.0\r\n'), 'text/calendar'],
    ['text in UTF-8', TEXT, 'text/plain'],
    ['text in UTF-16', utf16('Hello, Jānis'), 'text/plain'],
    ['text in Latin-1', Buffer.from('Gru\u00dfe aus M\u00fcnchen', 'latin1'), 'text/plain'],
    ['text that ends within a character where no more is looked at', Buffer.from('€'.repeat(HEAD_BYTES)), 'text/plain'],
    ['text with angle brackets', Buffer.from('<3 you all'), 'text/plain'],
    ['one letter', Buffer.from('a'), 'text/plain'],
    ['nothing', Buffer.alloc(0), UNKNOWN],
    ['zeros', Buffer.alloc(5000), UNKNOWN],
    [
      'noise',
      Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 167 + (index >> 3) * 59 + 0x9b) % 256)),
      UNKNOWN,
    ],
    ['a JPEG that is cut after four bytes', JPEG.subarray(0, 4), 'image/jpeg'],
    ['a PNG that is cut within its mark', PNG.subarray(0, 4), UNKNOWN],
    ['an MP4 that is cut before its brand', contents.MP4.subarray(0, 8), UNKNOWN],
    ['a JPEG with a program behind it', Buffer.concat([JPEG, PROGRAM]), 'image/jpeg'],
    ['a GIF that is a script as well', Buffer.from('GIF89a/*\u0001\u0000*/=1;alert(1)//', 'latin1'), 'image/gif'],
    ['a ZIP behind a JPEG', Buffer.concat([JPEG, contents.ZIP]), 'image/jpeg'],
    ['HTML with zeros behind it, which browsers show', Buffer.concat([HTML, Buffer.alloc(100)]), 'text/html'],
    [
      'a script with a program behind it',
      Buffer.concat([Buffer.from('#!/bin/sh\n'), contents.ELF]),
      'application/x-shellscript',
    ],
    ['AMR, which begins as a script does', Buffer.from('#!AMR\n\u0000\u0001'), 'audio/amr'],
    ['a program that begins as one and goes on as HTML', Buffer.concat([PROGRAM, HTML]), 'application/x-msdownload'],
  ];
  for (const [what, content, want] of cases) {
    it(`is seen: ${what}`, async () => {
      assert.equal(await sniff(content), want);
      // At once it is seen, too, or nothing is said.
      const quickly = await sniffQuickly(content);
      if (want === UNKNOWN) assert.ok(quickly === undefined || quickly === UNKNOWN);
      else assert.equal(quickly, want);
    });
  }

  it('never throws, wherever a file is cut', async () => {
    const whole = Object.values(contents).filter((content) => Buffer.isBuffer(content));
    for (const content of whole) {
      for (let length = 0; length <= Math.min(content.length, 200); length += 1) {
        assert.match(await sniff(content.subarray(0, length)), /^[a-z]+\/[\w.+-]+$/);
      }
    }
  });
});

describe('kinds of content', () => {
  const kinds: [type: string, pattern: string, want: boolean][] = [
    ['image/png', 'image/png', true],
    ['image/png', 'image/*', true],
    ['image/png', 'images', true],
    ['image/png', 'media', true],
    ['image/png', 'video/*', false],
    ['video/vnd.avi', 'media', true],
    ['application/ogg', 'audio', true],
    ['application/vnd.ms-asf', 'video', true],
    ['image/svg+xml', 'image/*', true],
    ['image/svg+xml', 'images', false],
    ['image/svg+xml', 'media', false],
    ['application/pdf', 'documents', true],
    ['application/vnd.oasis.opendocument.text', 'documents', true],
    ['application/vnd.ms-cab-compressed', 'documents', false],
    ['text/html', 'documents', false],
    ['text/html', 'text', false],
    ['application/x-msdownload', 'programs', true],
    ['application/octet-stream', 'media', false],
    ['application/pdfx', 'application/pdf', false],
  ];
  for (const [type, pattern, want] of kinds) {
    it(`${type} is ${want ? '' : 'not '}of ${pattern}`, () => {
      assert.equal(isOfKind(type, pattern), want);
    });
  }

  it('are groups, families and types, and nothing else', () => {
    for (const good of ['media', 'image/*', 'image/svg+xml', 'application/vnd.ms-excel'])
      assert.ok(isTypePattern(good), good);
    for (const bad of ['', 'image', '*', '*/*', 'image/', 'image/p*', 'Image/png', 'constructor', 'a/b/c'])
      assert.ok(!isTypePattern(bad), bad);
  });

  it('are told apart by their names where the content does not say it', () => {
    assert.equal(typeUnderName('text/plain', 'run.BAT'), 'application/x-bat');
    assert.equal(typeUnderName('text/plain', 'table.csv'), 'text/csv');
    assert.equal(typeUnderName('text/plain', 'photo.jpg'), 'text/plain');
    assert.equal(typeUnderName('text/plain', 'the.constructor'), 'text/plain');
    assert.equal(typeUnderName('application/x-cfb', 'letter.doc'), 'application/msword');
    assert.equal(typeUnderName('application/x-cfb', 'setup.msi'), 'application/x-msi');
    assert.equal(typeUnderName('image/png', 'setup.msi'), 'image/png');
  });
});
