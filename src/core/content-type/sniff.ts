import { isUtf8 } from 'node:buffer';
import { FileTypeParser } from 'file-type/core';
import { bareType, UNKNOWN_TYPE } from './kinds.ts';

/** So much of the beginning says what content is; more is not looked at. */
export const HEAD_BYTES = 16 * 1024;

/** A reader of PDF finds one that begins as late as this (ISO 32000-1, Annex H, note 13). */
const PDF_WITHIN_BYTES = 1024;

const parser = new FileTypeParser();

/**
 * What content is, by how it begins; `UNKNOWN_TYPE` when nobody can tell. Names and what a client says do not count.
 * Content that is two things at once is what its first bytes are, but for a PDF behind text or unknown bytes.
 */
export async function sniff(content: Uint8Array): Promise<string> {
  const head = headOf(content);
  return textType(head) ?? (await binaryType(head));
}

function headOf(content: Uint8Array): Buffer {
  return Buffer.from(content.buffer, content.byteOffset, Math.min(content.length, HEAD_BYTES));
}

/**
 * How the formats begin that people keep most. What begins otherwise may still be something: to find out takes longer
 * than all else that is done with a small file.
 */
const LIKELY = new RegExp(
  [
    '\\xff\\xd8\\xff|\\x89PNG|GIF8|BM|8BPS|II|MM|\\0\\0\\0\\x0c',
    '....ftyp|RIFF|\\x1aE\\xdf\\xa3|\\0\\0\\x01[\\xb0-\\xbf]|G[\\0-\\xff]|FLV|0&\\xb2u',
    'ID3|#!AMR|\\xff[\\xe0-\\xff]|OggS|fLaC',
    'PK|\\xd0\\xcf\\x11\\xe0|MZ|\\x7fELF|7z|Rar!|\\x1f\\x8b',
  ]
    .map((formats) => `^(?:${formats})`)
    .join('|'),
  's',
);

/** As `sniff` for what takes next to no time; undefined for what would: it can be looked at once that is asked for. */
export async function sniffQuickly(content: Uint8Array): Promise<string | undefined> {
  const head = headOf(content);
  const text = textType(head);
  return text === undefined && LIKELY.test(head.toString('latin1', 0, 8)) ? binaryType(head) : text;
}

async function binaryType(head: Buffer): Promise<string> {
  const found = await parser.fromBuffer(head);
  if (found !== undefined) return bareType(found.mime);
  return holdsPdf(head) ? 'application/pdf' : UNKNOWN_TYPE;
}

function holdsPdf(head: Buffer): boolean {
  return head.subarray(0, PDF_WITHIN_BYTES).includes('%PDF-');
}

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const NOT_IN_TEXT = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/;
/** Looked at before all of it is: most binary content shows here what it is. */
const FIRST_LOOK_BYTES = 64;

/** Formats of text that say at their beginning what they are. */
const MARKS: readonly (readonly [RegExp, string])[] = [
  [/^%PDF-/, 'application/pdf'],
  [/^\{\\rtf/, 'application/rtf'],
  [/^%!PS/, 'application/postscript'],
  [/^#! ?\//, 'application/x-shellscript'],
  [/^BEGIN:VCALENDAR/, 'text/calendar'],
  [/^BEGIN:VCARD/, 'text/vcard'],
  [/^WEBVTT/, 'text/vtt'],
  [/^-----BEGIN PGP MESSAGE-----/, 'application/pgp-encrypted'],
];

/**
 * Undefined for what is no text. What says of itself that it is markup or a script is taken for that whatever comes
 * behind, as browsers and shells do; else anything without control characters is text, in UTF-8, UTF-16 or bytes.
 */
function textType(head: Buffer): string | undefined {
  if (head.length === 0) return undefined;
  const utf16 = textInUtf16(head);
  if (utf16 === undefined && !/^(?:\u00ef\u00bb\u00bf)?[\s%{#BW<-]/.test(head.toString('latin1', 0, 4))) {
    return isText(head, undefined) ? plainType(head) : undefined;
  }
  const whole = utf16 ?? head.toString('latin1');
  const text = whole.replace(/^(?:\u00ef\u00bb\u00bf|\ufeff)?\s*/, '');
  const marked = MARKS.find(([mark]) => mark.test(text))?.[1] ?? markupType(text);
  return marked ?? (isText(head, utf16) ? plainType(head) : undefined);
}

function plainType(head: Buffer): string {
  return holdsPdf(head) ? 'application/pdf' : 'text/plain';
}

function isText(head: Buffer, utf16: string | undefined): boolean {
  if (utf16 !== undefined) return !NOT_IN_TEXT.test(utf16);
  if (NOT_IN_TEXT.test(head.toString('latin1', 0, FIRST_LOOK_BYTES))) return false;
  return !NOT_IN_TEXT.test(head.toString('latin1')) && isMostlyText(head);
}

function textInUtf16(head: Buffer): string | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return head.toString('utf16le');
  if (head[0] !== 0xfe || head[1] !== 0xff) return undefined;
  return Buffer.from(head.subarray(0, head.length - (head.length % 2)))
    .swap16()
    .toString('utf16le');
}

/** A few bytes without control characters are found in anything; text in an old encoding is mostly ASCII. */
function isMostlyText(head: Buffer): boolean {
  // Where the head ends, a character may be cut.
  if (isUtf8(head) || [1, 2, 3].some((cut) => isUtf8(head.subarray(0, head.length - cut)))) return true;
  let ascii = 0;
  for (const byte of head) if (byte < 0x80) ascii += 1;
  return ascii * 4 > head.length * 3;
}

/** What an XML or HTML document may begin with, before the first element. */
const BEFORE_ELEMENT = /^(?:<\?[^>]*\?>|<!--[\s\S]*?-->|<!doctype\s[^[>]*(?:\[[\s\S]*?\]\s*)?>|\s+)+/i;
const HTML_ELEMENT = /^<(html|head|body|title|meta|script|style|link|div|p|a|h[1-6]|table|iframe|img|br|b|font)[\s/>]/i;

function markupType(text: string): string | undefined {
  if (!text.startsWith('<')) return undefined;
  if (/^<!doctype\s+html/i.test(text)) return 'text/html';
  const element = text.replace(BEFORE_ELEMENT, '');
  if (/^<(\w+:)?svg[\s/>]/i.test(element)) return 'image/svg+xml';
  if (HTML_ELEMENT.test(element)) return 'text/html';
  return text.startsWith('<?xml') ? 'application/xml' : undefined;
}
