import { setImmediate } from 'node:timers/promises';
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

/**
 * PROPPATCH: all changes or none. Throws `not-found`, `forbidden`, `locked`, `precondition-failed`, and `too-large` past
 * what all properties of a node may be together.
 */
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

/** Nodes with the dead properties of those that have any, by node id. */
export interface PropertyStep {
  readonly step: readonly Located[];
  readonly dead: ReadonlyMap<number, readonly DeadProperty[]>;
}

/** How many properties are read at once to begin with, and at most: each can have 64 KiB. */
const FEWEST_AT_ONCE = 16;
const MOST_AT_ONCE = 128;
/** Properties of so many characters together are few enough for more of them to be read at once. */
const FEW_CHARS = 256 * 1024;

/**
 * Nodes in their order with their dead properties, as many at a time as can be held: all at once when none has any, with
 * a query for each step otherwise. Usually properties are short, so the steps grow as long as they turn out to be.
 */
export async function* withDeadProperties(core: Core, located: readonly Located[]): AsyncGenerator<PropertyStep> {
  let atOnce = FEWEST_AT_ONCE;
  for (let from = 0; from < located.length;) {
    const step = located.slice(from, stepEnd(located, from, atOnce));
    const dead = await deadProperties(core, step);
    yield { step, dead };
    from += step.length;
    const isShort = charsOf(dead) <= FEW_CHARS;
    atOnce = isShort ? Math.min(2 * atOnce, MOST_AT_ONCE) : FEWEST_AT_ONCE;
    if (!isShort) await setImmediate();
  }
}

/** After the last node that is read together with the one at `from`. */
function stepEnd(located: readonly Located[], from: number, atOnce: number): number {
  let properties = 0;
  const past = located.findIndex(({ node }, index) => {
    if (index < from) return false;
    properties += node.propertyCount;
    return index > from && properties > atOnce;
  });
  return past === -1 ? located.length : past;
}

function charsOf(dead: PropertyStep['dead']): number {
  let chars = 0;
  for (const properties of dead.values()) for (const { xml } of properties) chars += xml.length;
  return chars;
}

/** The dead properties of several nodes, by node id; one query, none when no node has any. */
async function deadProperties(core: Core, located: readonly Located[]): Promise<Map<number, DeadProperty[]>> {
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
