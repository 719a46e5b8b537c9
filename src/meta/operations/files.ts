import { DomainError } from '../../lib/errors.ts';
import { nameKey } from '../../lib/node-path.ts';
import type { PutFile, PutResult } from '../../core/ports/operations.ts';
import type { Transaction } from '../transaction.ts';
import { idsOf, spaceOf, touch, type Chain } from './ancestors.ts';
import { writeChanges } from './change-log.ts';
import { recordBlob, replaceContent, type Content } from './content.ts';
import { guard, type Guarded } from './guard.ts';
import { assertUnlocked } from './lock-check.ts';
import {
  assertExpected,
  assertParent,
  assertMayReplace,
  entryOf,
  insertNode,
  newContentKind,
  liveChild,
  type NodeRow,
} from './node-rows.ts';
import { settle } from './quota.ts';
import { assertContentKept } from './rule-check.ts';

/**
 * Makes stored bytes the content of a file, new or existing, and settles what was reserved for them.
 * Throws `parent-missing`, `not-a-collection`, `is-a-collection`, `precondition-failed`, `locked`, `rule-violated`,
 * `quota-exceeded`.
 */
export async function putFile(tx: Transaction, args: PutFile): Promise<PutResult> {
  const guarded = await guard(tx, [args.parentId]);
  const parent = assertParent(guarded.chains[0]);
  const existing = await liveChild(tx, guarded, { ...args, parent });
  if (existing?.isCollection === 1) throw new DomainError('is-a-collection', `"${args.name}" is a collection`);
  assertMayReplace(existing, args);
  assertExpected(existing, args.expected);
  await assertUnlocked(tx, existing === undefined ? idsOf(parent) : [existing.id, ...idsOf(parent)], args);

  assertContentKept(parent, { ...args, onto: existing });
  if (args.blob !== undefined) await recordBlob(tx, args.blob, args.nowMs);
  const content: Content = {
    blobId: args.blob?.id ?? null,
    sizeBytes: args.blob?.sizeBytes ?? 0,
    mediaType: args.mediaType,
    etag: args.etag,
    modifiedAtMs: args.modifiedAtMs ?? args.nowMs,
  };
  const nodeId =
    existing === undefined
      ? await addFile(tx, guarded, { args, parent, content })
      : await overwriteFile(tx, guarded, { args, parent, content, existing });
  await writeChanges(tx, guarded, args);
  return { nodeId, created: existing === undefined, etag: args.etag, modifiedAtMs: content.modifiedAtMs };
}

interface Put {
  args: PutFile;
  parent: Chain;
  content: Content;
}

async function addFile(tx: Transaction, guarded: Guarded, { args, parent, content }: Put): Promise<number> {
  const ownerId = args.ownerId ?? args.userId;
  await settle(tx, { userId: ownerId, bytes: content.sizeBytes, uploadId: args.uploadId });
  const spaceId = spaceOf(parent) ?? 0;
  const isSidecar = Number(args.isSidecar === true);
  const nodeId = await insertNode(tx, {
    ...content,
    spaceId,
    parentId: args.parentId,
    name: args.name,
    nameKey: nameKey(args.name),
    isCollection: 0,
    ownerId,
    createdAtMs: args.createdAtMs ?? args.nowMs,
    touchedAtMs: args.nowMs,
    revision: guarded.rev,
    unwritten: 0,
    propertyCount: 0,
    isSidecar,
  });
  await touch(tx, parent, {
    rev: guarded.rev,
    sizeBytes: content.sizeBytes,
    nodeCount: 1,
    memberChangedAtMs: args.nowMs,
  });
  const { parentId, name } = args;
  guarded.changes.push(entryOf('added', { id: nodeId, parentId, name, isCollection: 0, isSidecar }, spaceId));
  return nodeId;
}

async function overwriteFile(
  tx: Transaction,
  guarded: Guarded,
  { args, parent, content, existing }: Put & { existing: NodeRow },
): Promise<number> {
  const { rev } = guarded;
  const isSidecar = Number(args.isSidecar === true && existing.isSidecar === 1);
  const bytes = await replaceContent(tx, existing, { ...args, content, isSidecar, rev, above: parent });
  await settle(tx, { userId: existing.ownerId, bytes, uploadId: args.uploadId });
  await touch(tx, parent, { rev, sizeBytes: content.sizeBytes - existing.sizeBytes, nodeCount: 0 });
  const cause = existing.unwritten === 1 ? 'filled' : '';
  guarded.changes.push(entryOf(newContentKind(existing), { ...existing, isSidecar }, spaceOf(parent), cause));
  return existing.id;
}
