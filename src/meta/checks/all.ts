import type { CheckName } from '../../core/ports/checks.ts';
import * as attached from './attached-checks.ts';
import * as blobs from './blob-checks.ts';
import type { Check } from './check.ts';
import * as nodes from './node-checks.ts';
import * as spaces from './space-checks.ts';
import * as totals from './totals-checks.ts';

export const ALL_CHECKS: Readonly<Record<CheckName, Check>> = {
  'space-without-root': spaces.spaceWithoutRoot,
  'space-behind-its-changes': spaces.spaceBehindItsChanges,
  'root-without-space': spaces.rootWithoutSpace,
  cycle: nodes.cycle,
  'lost-node': nodes.lostNode,
  'node-key': nodes.nodeKey,
  'node-space': nodes.nodeSpace,
  'node-owner': nodes.nodeOwner,
  'collection-content': nodes.collectionContent,
  'file-members': nodes.fileMembers,
  'hidden-file': nodes.hiddenFile,
  'blob-of-nobody': blobs.blobOfNobody,
  'dead-blob-in-use': blobs.deadBlobInUse,
  'file-without-blob': blobs.fileWithoutBlob,
  'version-without-blob': blobs.versionWithoutBlob,
  'file-size': blobs.fileSize,
  'version-size': blobs.versionSize,
  'property-of-nothing': attached.ofNothing('property', 'properties'),
  'lock-of-nothing': attached.ofNothing('dav_lock', 'locks'),
  'policy-of-nothing': attached.ofNothing('policy', 'policies'),
  'share-of-nothing': attached.ofNothing('share', 'shares'),
  'link-of-nothing': attached.ofNothing('link', 'links'),
  'version-of-nothing': attached.ofNothing('version', 'versions'),
  'trash-of-nothing': attached.ofNothing('trash', 'entries in the trash'),
  'position-of-nothing': attached.ofNothing('playback_position', 'playback positions'),
  'property-count': attached.propertyCount,
  'trash-elsewhere': attached.trashElsewhere,
  'trash-unlisted': attached.trashUnlisted,
  'copy-unlisted': attached.copyUnlisted,
  'job-of-nothing': attached.jobOfNothing,
  'visit-of-nothing': attached.visitOfNothing,
  'unwritten-without-lock': nodes.unwrittenWithoutLock,
  'lost-blob': blobs.lostBlob,
  'blob-without-copy': blobs.blobWithoutCopy,
  'copy-without-blob': blobs.copyWithoutBlob,
  'copy-nowhere': blobs.copyNowhere,
  'copy-length': blobs.copyLength,
  'pack-without-disk': blobs.packWithoutDisk,
  'collection-totals': nodes.collectionTotals,
  'user-reserved': totals.userReserved,
  'pack-totals': totals.packTotals,
  'disk-totals': totals.diskTotals,
  'user-usage': totals.userUsage,
};
