import { asStored } from '../../core/content-type/media-type.ts';
import { DomainError } from '../../lib/errors.ts';
import type { OperationArgs, OperationResult, PutResult, RestoreVersion } from '../../core/ports/operations.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { idsOf, spaceOf, touch } from './ancestors.ts';
import { writeChanges } from './change-log.ts';
import { loosen, replaceContent, type OldContent } from './content.ts';
import { guard } from './guard.ts';
import { assertUnlocked } from './lock-check.ts';
import { entryOf, liveNode } from './node-rows.ts';
import { charge } from './quota.ts';
import { assertVersionKept } from './rule-check.ts';

interface VersionRow {
  id: number;
  blobId: string;
  sizeBytes: number;
  mediaType: string;
  contentType: string | null;
}

const VERSION = `SELECT v.id, v.blob_id AS blobId, v.size_bytes AS sizeBytes, v.media_type AS mediaType,
    b.content_type AS contentType
  FROM version v LEFT JOIN blob_object b ON b.blob_id = v.blob_id WHERE v.id = ? AND v.node_id = ?` as Query<VersionRow>;

/**
 * The old content is the content again, modified now; what it replaces takes its place in the history.
 * Throws `not-found` for a version that is not this node's, `locked`, and what `assertVersionKept` throws.
 */
export async function restoreVersion(tx: Transaction, args: RestoreVersion): Promise<PutResult> {
  const guarded = await guard(tx, [args.nodeId]);
  const [chain = []] = guarded.chains;
  const node = await liveNode(tx, chain, args.nowMs);
  const version = await tx.get(VERSION, [args.versionId, args.nodeId]);
  if (version === undefined) throw new DomainError('not-found', 'there is no such version');
  await assertUnlocked(tx, idsOf(chain), args);

  assertVersionKept(chain.slice(1), node, version);
  await tx.run('DELETE FROM version WHERE id = ?', [version.id]);
  const { blobId, sizeBytes, contentType } = version;
  const blob = contentType ? { contentType } : undefined;
  const { mediaType } = asStored({ name: node.name, mediaType: version.mediaType, blob });
  const content = {
    blobId,
    sizeBytes,
    mediaType,
    etag: args.etag,
    modifiedAtMs: args.nowMs,
  };
  const bytes = await replaceContent(tx, node, { ...args, content, rev: guarded.rev, above: chain.slice(1) });
  await charge(tx, { userId: node.ownerId, bytes: bytes - version.sizeBytes });
  await touch(tx, chain.slice(1), {
    rev: guarded.rev,
    sizeBytes: version.sizeBytes - node.sizeBytes,
    nodeCount: 0,
  });
  guarded.changes.push(entryOf('content', node, spaceOf(chain), 'version'));
  await writeChanges(tx, guarded, args);
  return { nodeId: node.id, created: false, etag: args.etag, modifiedAtMs: args.nowMs };
}

interface OwnedContent extends OldContent {
  ownerId: number;
}

/** Those that are gone already are passed over. */
export async function dropVersions(
  tx: Transaction,
  { versionIds }: OperationArgs<'dropVersions'>,
): Promise<OperationResult<'dropVersions'>> {
  const ids = tx.dialect.oneOf(versionIds);
  const query: Query<OwnedContent> = `SELECT v.id, v.blob_id AS blobId, v.size_bytes AS sizeBytes,
      v.replaced_at_ms AS replacedAtMs, n.owner_id AS ownerId
    FROM version v CROSS JOIN node n ON n.id = v.node_id WHERE v.id ${ids.sql}`;
  let freedBytes = 0;
  for (const version of await tx.all(query, ids.params)) {
    // No space is guarded here: what counts is whose statement removes the row.
    const { changes } = await tx.run('DELETE FROM version WHERE id = ?', [version.id]);
    if (changes === 0) continue;
    await loosen(tx, [version.blobId], version.replacedAtMs);
    await charge(tx, { userId: version.ownerId, bytes: -version.sizeBytes });
    freedBytes += version.sizeBytes;
  }
  return { freedBytes };
}
