import { deleteAppPassword } from '../core/app-passwords.ts';
import type { Core } from '../core/core.ts';
import { pathOfNode } from '../core/locks.ts';
import { requireUser } from '../core/users.ts';
import { isoTime } from '../lib/clock.ts';

/** What the command line asks about the devices of users. */
export interface AppPasswordRequests {
  appPasswordList: { args: { user: string }; result: AppPasswordView[] };
  appPasswordRevoke: { args: { user: string; number: number }; result: { name: string } };
}

export interface AppPasswordView {
  readonly number: number;
  readonly name: string;
  readonly access: string;
  /** As its user sees it; `null`: the one folder that it was for is gone. Missing where it is for everything. */
  readonly folder?: string | null;
  readonly isDavOnly: boolean;
  readonly createdAt: string;
  readonly lastUsedAt?: string;
  readonly lastUsedAddress?: string;
  readonly expiresAt?: string;
}

export async function listAppPasswordsOf(
  { core }: { core: Core },
  { user: name }: { user: string },
): Promise<AppPasswordView[]> {
  const user = await requireUser(core, name);
  const views: AppPasswordView[] = [];
  for (const one of await core.store.appPasswords.list(user.id)) {
    const path = one.rootId === undefined ? undefined : await pathOfNode(core, user, one.rootId);
    views.push({
      number: one.id,
      name: one.name,
      access: one.access,
      ...(one.rootId !== undefined && { folder: path ? `/${path.segments.join('/')}` : null }),
      isDavOnly: one.isDavOnly,
      createdAt: isoTime(one.createdAtMs),
      ...(one.usedAtMs !== undefined && { lastUsedAt: isoTime(one.usedAtMs), lastUsedAddress: one.usedAddress }),
      ...(one.expiresAtMs !== undefined && { expiresAt: isoTime(one.expiresAtMs) }),
    });
  }
  return views;
}

export async function revokeAppPasswordOf(
  { core }: { core: Core },
  { user, number }: { user: string; number: number },
): Promise<{ name: string }> {
  const { id } = await requireUser(core, user);
  const { name } = await deleteAppPassword(core, id, number);
  return { name };
}
