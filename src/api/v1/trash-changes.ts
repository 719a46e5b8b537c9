import type { Actor } from '../../core/actor.ts';
import type { Core } from '../../core/core.ts';
import { freePath } from '../../core/on-conflict.ts';
import { purgeTrash, restoreTrash, restoreTrashTo } from '../../core/trash.ts';
import { isDomainError } from '../../lib/errors.ts';
import type { ApiServices } from '../contract/services.ts';
import { entryAt } from './files/change.ts';
import type { FileEntry } from './files/entry.ts';
import { namingLocks } from './files/named-locks.ts';
import { destinationOf } from './files/where.ts';

/** Who asks, and from where. */
interface By {
  readonly actor: Actor;
  readonly address: string;
}

interface Restoring {
  readonly id: number;
  /** Where it was, when missing. */
  readonly to?: string | undefined;
  readonly onConflict?: 'fail' | 'keep-both';
}

/** Puts it back; gives what is there now. */
export async function restoreEntry(
  services: ApiServices,
  { actor, address }: By,
  restoring: Restoring,
): Promise<FileEntry> {
  const { core } = services;
  const nodeId = await namingLocks(core, actor, () => restore(core, actor, restoring));
  const entry = await entryAt(core, actor, nodeId);
  services.audit({ action: 'restored', user: actor.name, address, target: entry.path });
  return entry;
}

/** Removes it for good. */
export async function purgeEntry({ core, audit }: ApiServices, { actor, address }: By, id: number): Promise<void> {
  const name = (await core.store.getTrash(id))?.node.name ?? '';
  await purgeTrash(core, actor, id);
  audit({ action: 'purged', user: actor.name, address, target: name });
}

async function restore(core: Core, actor: Actor, { id, to, onConflict = 'fail' }: Restoring): Promise<number> {
  if (to === undefined) return (await restoreTrash(core, actor, id)).nodeId;
  const path = destinationOf(to, (await core.store.getTrash(id))?.node.name ?? 'restored');
  for (;;) {
    try {
      const free = onConflict === 'keep-both' ? await freePath(core, actor, path) : path;
      return (await restoreTrashTo(core, actor, id, free)).nodeId;
    } catch (error) {
      if (onConflict === 'fail' || !isDomainError(error, 'already-exists')) throw error;
    }
  }
}
