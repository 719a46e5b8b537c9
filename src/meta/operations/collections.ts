import { DomainError } from '../../lib/errors.ts';
import { nameKey } from '../../lib/node-path.ts';
import type { CreateCollection, OperationResult } from '../../core/ports/operations.ts';
import type { Transaction } from '../transaction.ts';
import { idsOf, spaceOf, touch } from './ancestors.ts';
import { writeChanges } from './change-log.ts';
import { guard } from './guard.ts';
import { assertUnlocked } from './lock-check.ts';
import { assertParent, EMPTY_COLLECTION, entryOf, insertNode, liveChild } from './node-rows.ts';

/** Throws `parent-missing`, `not-a-collection`, `already-exists`, `locked`. */
export async function createCollection(
  tx: Transaction,
  args: CreateCollection,
): Promise<OperationResult<'createCollection'>> {
  const guarded = await guard(tx, [args.parentId]);
  const parent = assertParent(guarded.chains[0]);
  if ((await liveChild(tx, guarded, { ...args, parent })) !== undefined) {
    throw new DomainError('already-exists', `"${args.name}" exists already`);
  }
  await assertUnlocked(tx, idsOf(parent), args);
  const spaceId = spaceOf(parent) ?? 0;
  const nodeId = await insertNode(tx, {
    ...EMPTY_COLLECTION,
    spaceId,
    parentId: args.parentId,
    name: args.name,
    nameKey: nameKey(args.name),
    ownerId: args.ownerId ?? args.userId,
    createdAtMs: args.nowMs,
    modifiedAtMs: args.nowMs,
    revision: guarded.rev,
  });
  await touch(tx, parent, { rev: guarded.rev, sizeBytes: 0, nodeCount: 1, memberChangedAtMs: args.nowMs });
  const { parentId, name } = args;
  guarded.changes.push(entryOf('added', { ...EMPTY_COLLECTION, id: nodeId, parentId, name }, spaceId));
  await writeChanges(tx, guarded, args);
  return { nodeId };
}
