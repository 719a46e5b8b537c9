import { DomainError } from '../lib/errors.ts';
import { randomId } from '../lib/ids.ts';
import type { NodePath } from '../lib/node-path.ts';
import type { Actor } from './actor.ts';
import { NO_CONDITIONS, type Core } from './core.ts';
import type { StoredVersion } from './node.ts';
import type { PutResult } from './ports/operations.ts';
import { assertAllowed, change, locate } from './tree.ts';

/** The kept old contents of a file, newest first. Throws `not-found`, `is-a-collection`. */
export async function listVersions(core: Core, actor: Actor, path: NodePath): Promise<StoredVersion[]> {
  const { node } = await locate(core, actor, path);
  if (node.kind === 'collection') throw new DomainError('is-a-collection', 'only files have versions');
  return core.store.listVersions(node.id);
}

/** Makes an old content the content again; what it replaces is kept as a version. Throws `not-found`, `forbidden`. */
export async function restoreVersion(core: Core, actor: Actor, path: NodePath, versionId: number): Promise<PutResult> {
  const located = await locate(core, actor, path);
  assertAllowed(actor, 'replace', located);
  return core.store.run('restoreVersion', {
    ...change(core, actor, NO_CONDITIONS),
    nodeId: located.node.id,
    versionId,
    etag: randomId(),
    versionsKept: core.settings.versionsKept,
  });
}
