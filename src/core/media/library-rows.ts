import type { Core } from '../core.ts';
import type { Node, Space } from '../node.ts';
import type { MediaRow } from '../ports/media-library.ts';
import type { Companions } from './companions.ts';
import { isHiddenName, isTransportStream, isWhole, mediaKindOf, mustBeLookedInto } from './shown.ts';

/** When something new came to be shown: undefined where only the tree knows, which is then asked. */
export type AddedAt = number | undefined;

export function isShownFolder(node: Node): boolean {
  return node.kind === 'collection' && isWhole(node) && !isHiddenName(node.name);
}

/** Of no change of what is in it: of that its update id tells. */
export function folderRow(
  node: Node,
  { space, folderCoverId, addedAtMs }: { space: Space; folderCoverId: number | undefined; addedAtMs: AddedAt },
): MediaRow {
  const { id: nodeId, parentId, touchedAtMs, createdAtMs: modifiedAtMs } = node;
  const name = nodeId === space.rootId ? space.mountName : node.name;
  const times = { addedAtMs: addedAtMs ?? touchedAtMs, modifiedAtMs };
  return { nodeId, parentId, kind: 'folder', name, ...times, content: undefined, folderCoverId };
}

/** The rows of those of a folder's files that are shown. */
export async function fileRows(
  core: Core,
  nodes: readonly Node[],
  { companions, addedAtMs }: { companions: Companions; addedAtMs: AddedAt },
): Promise<MediaRow[]> {
  const wrong = await notWhatTheySay(core, nodes);
  return nodes.flatMap((node) => {
    const { id: nodeId, parentId, name, blobId, sizeBytes, mediaType, touchedAtMs, modifiedAtMs } = node;
    const kind = mediaKindOf(node);
    if (kind === undefined || blobId === undefined || wrong.has(nodeId)) return [];
    if (kind === 'image' && companions.isCover(name)) return [];
    const content = {
      blobId,
      sizeBytes,
      mediaType,
      subtitlesId: kind === 'video' ? companions.subtitlesOf(name) : undefined,
      coverId: kind === 'image' ? undefined : companions.coverOf(name),
    };
    const times = { addedAtMs: addedAtMs ?? touchedAtMs, modifiedAtMs };
    return [{ nodeId, parentId, kind, name, ...times, content, folderCoverId: undefined }];
  });
}

/** Only what is new is looked into: what is in the library with this content was found right before. */
async function notWhatTheySay(core: Core, nodes: readonly Node[]): Promise<Set<number>> {
  const doubtful = nodes.filter((node) => mediaKindOf(node) !== undefined && mustBeLookedInto(node));
  const wrong = new Set<number>();
  if (doubtful.length === 0) return wrong;
  const known = new Map(
    (await core.store.media.entries(doubtful.map(({ id }) => id))).map(({ nodeId, content }) => [
      nodeId,
      content?.blobId,
    ]),
  );
  for (const node of doubtful) {
    if (known.get(node.id) !== node.blobId && !(await isTransportStream(core, node))) wrong.add(node.id);
  }
  return wrong;
}
