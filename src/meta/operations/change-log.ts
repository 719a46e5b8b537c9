import type { Transaction } from '../transaction.ts';

export interface ChangeEntry {
  spaceId: number;
  kind: 'added' | 'content' | 'properties' | 'removed';
  nodeId: number;
  parentId: number;
  name: string;
}

/**
 * Appends what an operation changed: a row per node, for a whole tree only its top. A move is `removed` where the
 * node was and `added` where it is. `(space, rev)` is what a sync token stands for.
 */
export async function writeChanges(
  tx: Transaction,
  { rev, changes }: { rev: number; changes: readonly ChangeEntry[] },
): Promise<void> {
  for (const [seq, change] of changes.entries()) {
    await tx.run(
      'INSERT INTO change_log (space_id, rev, seq, kind, node_id, parent_id, name) VALUES (?, ?, ?, ?, ?, ?, ?)',
      [change.spaceId, rev, seq, change.kind, change.nodeId, change.parentId, change.name],
    );
  }
}
