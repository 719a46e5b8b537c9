import { describeAccounts } from './metadata-store-accounts.ts';
import { describeAppPasswords } from './metadata-store-app-passwords.ts';
import { describeBlobs } from './metadata-store-blobs.ts';
import { describeChanges } from './metadata-store-changes.ts';
import { describeCopies } from './metadata-store-copies.ts';
import { describeDurability } from './metadata-store-durability.ts';
import { describeFileReads } from './metadata-store-file-reads.ts';
import { describeFiles } from './metadata-store-files.ts';
import { describeInspection } from './metadata-store-inspection.ts';
import { describeInvariants } from './metadata-store-invariants.ts';
import { describeJoining } from './metadata-store-joining.ts';
import { describeLeaving } from './metadata-store-leaving.ts';
import { describeLocks } from './metadata-store-locks.ts';
import { describeMediaCriteria } from './metadata-store-media-criteria.ts';
import { describeMediaFollowing } from './metadata-store-media-follow.ts';
import { describeMediaLibrary } from './metadata-store-media.ts';
import { describeMoves } from './metadata-store-moves.ts';
import { describePlaybackPositions } from './metadata-store-playback-positions.ts';
import { describeReads } from './metadata-store-reads.ts';
import { describePolicies } from './metadata-store-policies.ts';
import { describeRules } from './metadata-store-rules.ts';
import { describeSessions } from './metadata-store-sessions.ts';
import { describeSidecars } from './metadata-store-sidecars.ts';
import { describeSearch } from './metadata-store-search.ts';
import { describeTrash } from './metadata-store-trash.ts';
import { describeResumableUploads } from './metadata-store-uploads.ts';
import type { Backend } from './metadata-store-world.ts';

/** What every metadata store must do; `prepare` makes an empty database. */
export function describeMetadataStore(name: string, prepare: () => Promise<Backend>): void {
  describe(`${name} as a metadata store`, () => {
    describeAccounts(prepare);
    describeJoining(prepare);
    describeLeaving(prepare);
    describeAppPasswords(prepare);
    describeFiles(prepare);
    describeFileReads(prepare);
    describeMoves(prepare);
    describeCopies(prepare);
    describeChanges(prepare);
    describeTrash(prepare);
    describeSidecars(prepare);
    describePolicies(prepare);
    describeRules(prepare);
    describeSessions(prepare);
    describeLocks(prepare);
    describeBlobs(prepare);
    describeResumableUploads(prepare);
    describePlaybackPositions(prepare);
    describeMediaLibrary(prepare);
    describeMediaCriteria(prepare);
    describeMediaFollowing(prepare);
    describeInspection(prepare);
    describeInvariants(prepare);
    describeReads(prepare);
    describeSearch(prepare);
    describeDurability(prepare);
  });
}
