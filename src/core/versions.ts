import { DomainError, isDomainError } from '../lib/errors.ts';
import { randomId } from '../lib/ids.ts';
import type { Actor } from './actor.ts';
import { NO_CONDITIONS, type Core } from './core.ts';
import type { Located } from './located.ts';
import type { Node, StoredVersion } from './node.ts';
import type { PutResult } from './ports/operations.ts';
import { assertAllowed, change, locate, type Whereabouts } from './tree.ts';
import { examine } from './vetting.ts';

/** The kept old contents of a file, newest first. Throws `not-found`, `is-a-collection`. */
export async function listVersions(core: Core, actor: Actor, where: Whereabouts): Promise<StoredVersion[]> {
  const { node } = await locate(core, actor, where);
  return versionsOf(core, node);
}

async function versionsOf(core: Core, { id, kind }: Node): Promise<StoredVersion[]> {
  if (kind === 'collection') throw new DomainError('is-a-collection', 'only files have versions');
  return core.store.listVersions(id);
}

/**
 * Makes an old content the content again; what it replaces is kept as a version. Throws `not-found`, `forbidden`,
 * `rule-violated`.
 */
export async function restoreVersion(
  core: Core,
  actor: Actor,
  where: Whereabouts,
  versionId: number,
): Promise<PutResult> {
  const located = await locate(core, actor, where);
  assertAllowed(actor, 'replace', located);
  const args = {
    ...change(core, actor, NO_CONDITIONS),
    nodeId: located.node.id,
    versionId,
    etag: randomId(),
    versionsKept: core.settings.versionsKept,
  };
  try {
    return await core.store.run('restoreVersion', args);
  } catch (error) {
    if (!isDomainError(error, 'busy') || error.details.unvettedId === undefined) throw error;
    const version = (await core.store.listVersions(located.node.id)).find(({ id }) => id === versionId);
    if (!version) throw new DomainError('not-found', 'there is no such version', { cause: error });
    await examine(core, [version.blobId]);
    return core.store.run('restoreVersion', args);
  }
}

/** An old content as if it were the content. Throws `not-found`, `is-a-collection`. */
export async function versionAsNode(core: Core, actor: Actor, where: Whereabouts, versionId: number): Promise<Node> {
  const { located, version } = await locateVersion(core, actor, where, versionId);
  const { blobId, sizeBytes, etag, mediaType, modifiedAtMs } = version;
  return { ...located.node, blobId, sizeBytes, etag, mediaType, modifiedAtMs };
}

/** Removes an old content of the file that it gives for good. Throws `not-found`, `is-a-collection`, `forbidden`. */
export async function dropVersion(core: Core, actor: Actor, where: Whereabouts, versionId: number): Promise<Located> {
  const { located, version } = await locateVersion(core, actor, where, versionId);
  assertAllowed(actor, 'remove', located);
  await core.store.run('dropVersions', { versionIds: [version.id] });
  return located;
}

async function locateVersion(
  core: Core,
  actor: Actor,
  where: Whereabouts,
  versionId: number,
): Promise<{ located: Located; version: StoredVersion }> {
  const located = await locate(core, actor, where);
  const version = (await versionsOf(core, located.node)).find(({ id }) => id === versionId);
  if (!version) throw new DomainError('not-found', 'there is no such version');
  return { located, version };
}
