import { isUtf8 } from 'node:buffer';
import { isDomainError } from '../../lib/errors.ts';
import { bareType, isOfKind } from '../content-type/kinds.ts';
import type { Core } from '../core.ts';
import type { Node } from '../node.ts';
import { readSmallContent } from '../small-content.ts';
import type { MediaKind } from './facts.ts';

const GROUPS: readonly (readonly [group: string, kind: MediaKind])[] = [
  ['video', 'video'],
  ['audio', 'audio'],
  ['images', 'image'],
];
/** They are called audio, and only say where some is. */
const PLAYLISTS: ReadonlySet<string> = new Set(['audio/x-mpegurl', 'audio/mpegurl', 'audio/x-scpls']);
/** By its name it may as well be TypeScript. */
const TRANSPORT_STREAM = 'video/mp2t';

/** Whether people keep it out of sight. */
export function isHiddenName(name: string): boolean {
  return name.startsWith('.');
}

/** Whether it is there for everybody: nothing that Finder keeps for itself, no promise of a file, no empty one. */
export function isWhole(node: Node): boolean {
  return !node.isSidecar && !node.isUnwritten && (node.kind === 'collection' || node.blobId !== undefined);
}

/** As what a television is shown a file, by its stored type; undefined for what it is not shown. */
export function mediaKindOf(node: Node): MediaKind | undefined {
  if (node.kind === 'collection' || !isWhole(node) || isHiddenName(node.name)) return undefined;
  const type = bareType(node.mediaType);
  if (PLAYLISTS.has(type)) return undefined;
  return GROUPS.find(([group]) => isOfKind(type, group))?.[1];
}

export function mustBeLookedInto(node: Node): boolean {
  return bareType(node.mediaType) === TRANSPORT_STREAM;
}

/** Packets as they are, with a time in front of each (Blu-ray, camcorders), with a checksum behind (ISO/IEC 13818-1). */
const PACKET_BYTES = [188, 192, 204];
const SYNC_BYTE = 0x47;
/** So many are no chance. A recording may begin in the middle of one. */
const PACKETS_SEEN = 5;
const HEAD_BYTES = (PACKETS_SEEN + 1) * 204;

/** Whether the content is an MPEG transport stream. What cannot be looked at now is what its name says. */
export async function isTransportStream(core: Core, { blobId = '' }: Node): Promise<boolean> {
  const location = await core.store.locateBlob(blobId);
  if (location === undefined) return false;
  const end = Math.min(HEAD_BYTES, location.sizeBytes) - 1;
  try {
    const head = await readSmallContent(core, location, { start: 0, end });
    // In text anything may come again and again.
    return !isUtf8(head) && PACKET_BYTES.some((bytes) => hasPackets(head, bytes));
  } catch (error) {
    if (isDomainError(error)) return true;
    throw error;
  }
}

function hasPackets(head: Uint8Array, bytes: number): boolean {
  for (let first = 0; first < bytes; first += 1) {
    let seen = 0;
    while (seen < PACKETS_SEEN && head[first + seen * bytes] === SYNC_BYTE) seen += 1;
    if (seen === PACKETS_SEEN) return true;
  }
  return false;
}
