/** What the tree is made of. */

export type NodeKind = 'file' | 'collection';

export interface Node {
  /** Unique for ever, never used again. */
  readonly id: number;
  /** The space this node was last indexed under; rights follow the chain of parents instead. */
  readonly spaceId: number;
  /** 0 for the root of a space. */
  readonly parentId: number;
  /** As sent by the client that made it. '' for the root of a space. */
  readonly name: string;
  readonly kind: NodeKind;
  readonly ownerId: number;
  /** A file's content; undefined while it is empty. */
  readonly blobId: string | undefined;
  /** A file's size; for a collection the sum of the files below it. */
  readonly sizeBytes: number;
  /** Nodes below a collection, at any depth. 0 for a file. */
  readonly nodeCount: number;
  /** As it was said or, where nothing was, as its name tells; never trusted when served. '' for a collection. */
  readonly mediaType: string;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  /** When it came to where it is or got its content, by this machine's clock; a collection's members do not matter. */
  readonly touchedAtMs: number;
  /** Without quotes. A file's is random and changes with its content only; a collection's follows any change below it. */
  readonly etag: string;
  /** Created by LOCK, never written: vanishes with its lock (RFC 4918 §7.3). */
  readonly isUnwritten: boolean;
  /** Finder made it beside a file or in a folder, for itself: shown to Finder alone, and no file to anybody else. */
  readonly isSidecar: boolean;
  /** How many dead properties it has; 0 saves a listing from looking for them. */
  readonly propertyCount: number;
}

/** A collection that stands in no table: nobody's, empty, as old as time. */
export function standInCollection({ id, name, etag }: Pick<Node, 'id' | 'name' | 'etag'>): Node {
  return {
    id,
    spaceId: 0,
    parentId: 0,
    name,
    kind: 'collection',
    ownerId: 0,
    blobId: undefined,
    sizeBytes: 0,
    nodeCount: 0,
    mediaType: '',
    createdAtMs: 0,
    modifiedAtMs: 0,
    touchedAtMs: 0,
    etag,
    isUnwritten: false,
    isSidecar: false,
    propertyCount: 0,
  };
}

/** What all dead properties of one node may be together; no quota counts them. */
export const MAX_PROPERTIES_PER_NODE = 1000;
export const MAX_PROPERTY_BYTES_PER_NODE = 1024 * 1024;

export interface DeadProperty {
  readonly nodeId: number;
  /** '' for a property in no namespace. */
  readonly namespace: string;
  readonly name: string;
  /** The whole property element as serialised XML, with its namespaces declared and xml:lang kept. */
  readonly xml: string;
}

/** `root` is the read-only root of a user without a home; it holds the mounts only and stands in no table. */
export type SpaceKind = 'home' | 'shared' | 'media' | 'public' | 'root';

/** A tree with an owner and rules. */
export interface Space {
  readonly id: number;
  readonly kind: SpaceKind;
  /** The folder under which it appears in a user's root; '' for a home. */
  readonly mountName: string;
  /** The user whose home it is; undefined for the spaces of all. */
  readonly ownerId: number | undefined;
  readonly rootId: number;
}

export interface StoredVersion {
  readonly id: number;
  readonly nodeId: number;
  readonly blobId: string;
  readonly sizeBytes: number;
  readonly etag: string;
  /** As of `PutFile`. */
  readonly mediaType: string;
  readonly modifiedAtMs: number;
  /** When it was replaced. */
  readonly replacedAtMs: number;
}

export interface TrashEntry {
  /** The node at the top of what was deleted. */
  readonly node: Node;
  readonly spaceId: number;
  /** The collection that it was in; it may be gone itself by now. */
  readonly parentId: number;
  readonly deletedAtMs: number;
  readonly deletedBy: number;
}

export type LockScope = 'exclusive' | 'shared';

export interface Lock {
  /** `urn:uuid:…` */
  readonly token: string;
  /** The node that was locked (the lock root). */
  readonly nodeId: number;
  /** The space that the node is in. */
  readonly spaceId: number;
  readonly depth: '0' | 'infinity';
  readonly scope: LockScope;
  /** The client's `DAV:owner` element as serialised XML; '' without one. */
  readonly ownerXml: string;
  /** The program that took it, and from where, for people to find it; '' where it is not known. */
  readonly clientAgent: string;
  readonly clientAddress: string;
  readonly userId: number;
  readonly timeoutSeconds: number;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}
