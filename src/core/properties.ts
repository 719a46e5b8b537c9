import type { NodePath } from '../lib/node-path.ts';
import type { Actor } from './actor.ts';
import type { Conditions, Core } from './core.ts';
import type { DeadProperty } from './node.ts';
import { assertAllowed, change, locate, type Located } from './tree.ts';

export interface PropertyChanges {
  readonly set: readonly Omit<DeadProperty, 'nodeId'>[];
  readonly remove: readonly { namespace: string; name: string }[];
  /** The two live properties that clients may set: Windows and davfs2 keep a file's own times. */
  readonly modifiedAtMs?: number | undefined;
  readonly createdAtMs?: number | undefined;
}

/** PROPPATCH: all changes or none. Throws `not-found`, `forbidden`, `locked`, `precondition-failed`. */
export async function changeProperties(
  core: Core,
  actor: Actor,
  path: NodePath,
  { changes, conditions }: { changes: PropertyChanges; conditions: Conditions },
): Promise<void> {
  const located = await locate(core, actor, path);
  assertAllowed(actor, 'write', located);
  await core.store.run('changeProperties', {
    ...change(core, actor, conditions),
    nodeId: located.node.id,
    expected: conditions.expected,
    set: changes.set,
    remove: changes.remove,
    modifiedAtMs: changes.modifiedAtMs,
    createdAtMs: changes.createdAtMs,
  });
}

/** The dead properties of several nodes, by node id; one query, none when no node has any. */
export async function deadProperties(core: Core, located: readonly Located[]): Promise<Map<number, DeadProperty[]>> {
  const ids = located.filter(({ node }) => node.propertyCount > 0).map(({ node }) => node.id);
  const byNode = new Map<number, DeadProperty[]>();
  if (ids.length === 0) return byNode;
  for (const property of await core.store.listProperties(ids)) {
    const list = byNode.get(property.nodeId);
    if (list) list.push(property);
    else byNode.set(property.nodeId, [property]);
  }
  return byNode;
}
