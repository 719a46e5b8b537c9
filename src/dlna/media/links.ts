import { createHmac, timingSafeEqual } from 'node:crypto';
import type { DlnaContext } from '../context.ts';

/** What a link leads to, which is the first part of its path. */
export type LinkKind = 'media' | 'thumbnails' | 'subtitles';

const SIGNATURE_BYTES = 16;
/** Sets have been seen to cut addresses off; people do not read them. */
const MAX_NAME_LENGTH = 48;

/**
 * The path by which televisions get at a node: a film, a piece of music or a picture for `media` and `thumbnails` (which
 * finds the cover by itself), the file of subtitles for `subtitles`. It cannot be made up without the secret, and is the
 * same after a restart, since sets keep what they have seen. All of it is ASCII that needs no escaping anywhere.
 */
export function linkTo({ secret }: Pick<DlnaContext, 'secret'>, kind: LinkKind, nodeId: number, name: string): string {
  const token = `${nodeId}-${signatureOf(secret, kind, nodeId).toString('base64url')}`;
  if (kind === 'thumbnails') return `/thumbnails/${token}.jpg`;
  if (kind === 'subtitles') return `/subtitles/${token}.srt`;
  return `/media/${token}/${plainName(name)}`;
}

/** The node that a path leads to; undefined when nobody was given that path. What stands for the name is not looked at. */
export function nodeIdOf(
  { secret }: Pick<DlnaContext, 'secret'>,
  path: string,
): { kind: LinkKind; nodeId: number } | undefined {
  const [, first, id, given = '', end = ''] = LINK.exec(path) ?? [];
  const kind = KINDS.find((known) => known === first);
  if (kind === undefined || !ENDS[kind].test(end)) return undefined;
  const nodeId = Number(id);
  const signature = Buffer.from(given, 'base64url');
  return timingSafeEqual(signature, signatureOf(secret, kind, nodeId)) ? { kind, nodeId } : undefined;
}

const KINDS: readonly LinkKind[] = ['media', 'thumbnails', 'subtitles'];

/** 22 characters of base64url are 16 bytes. */
const LINK = /^\/([a-z]+)\/([1-9]\d{0,14})-([\w-]{22})([./].*)$/;
const ENDS: Record<LinkKind, RegExp> = {
  media: /^\/[\w.-]+$/,
  thumbnails: /^\.jpg$/,
  subtitles: /^\.srt$/,
};

function signatureOf(secret: Buffer, kind: LinkKind, nodeId: number): Buffer {
  return createHmac('sha256', secret).update(`${kind}:${nodeId}`).digest().subarray(0, SIGNATURE_BYTES);
}

/** Sets choose a decoder by the extension; the rest is for whoever reads a log. */
function plainName(name: string): string {
  const dot = name.lastIndexOf('.');
  const extension = /^\.[a-z\d]{1,8}$/i.test(name.slice(Math.max(dot, 0))) ? name.slice(dot).toLowerCase() : '';
  const stem = name.slice(0, name.length - extension.length);
  const plain = stem
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z\d]+/gi, '-')
    .slice(0, MAX_NAME_LENGTH)
    .replaceAll(/^-|-$/g, '');
  return `${plain === '' ? 'file' : plain}${extension}`;
}
