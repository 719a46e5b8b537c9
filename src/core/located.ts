import type { NodePath } from '../lib/node-path.ts';
import type { Node, Space } from './node.ts';

/** A node as a user found it. */
export interface Located {
  readonly path: NodePath;
  readonly node: Node;
  readonly space: Space;
  /** `root` and mounts cannot be deleted, moved or replaced. The one folder of an app password is a mount, at `/`. */
  readonly place: 'root' | 'mount' | 'inside';
  /** Ids of the node and all above it, where they came to light on the way to it. */
  readonly chainIds?: readonly number[];
}
