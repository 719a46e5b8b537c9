import { TextDecoder } from 'node:util';
import type { Core } from '../../core/core.ts';
import type { Node } from '../../core/node.ts';
import { readSmallContent } from '../../core/small-content.ts';
import { contentOf } from '../../core/transfer.ts';
import { DomainError } from '../../lib/errors.ts';

/** The subtitles of the longest film have a tenth of it. */
const MAX_BYTES = 4 * 1024 * 1024;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** Subtitles as sets can read them. Throws `not-found` for what cannot be any. */
export async function readSubtitles(core: Core, node: Node): Promise<Buffer> {
  if (node.sizeBytes > MAX_BYTES) throw new DomainError('not-found', `"${node.name}" is too large for subtitles`);
  const location = await contentOf(core, node);
  return location === undefined ? Buffer.alloc(0) : readable(Buffer.from(await readSmallContent(core, location)));
}

/**
 * UTF-8 gets a byte order mark: sets that know of other encodings only (Samsung, before Tizen) take it for UTF-8 then
 * (jellyfin-plugin-dlna #72). UTF-16 becomes UTF-8, since few read it. What is in a code page stays as it is: which one it
 * is nobody can tell, and sets let one choose.
 */
export function readable(bytes: Buffer): Buffer {
  const text = textOf(bytes);
  if (text === undefined) return bytes;
  const utf8 = Buffer.from(text);
  return utf8.length === text.length ? utf8 : Buffer.concat([BOM, utf8]);
}

/** Without a byte order mark; undefined when it is in a code page. */
function textOf(bytes: Buffer): string | undefined {
  const isLittleEndian = bytes[0] === 0xff && bytes[1] === 0xfe;
  const isBigEndian = bytes[0] === 0xfe && bytes[1] === 0xff;
  if (isLittleEndian || isBigEndian) return new TextDecoder(isBigEndian ? 'utf-16be' : 'utf-16le').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
