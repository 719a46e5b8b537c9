import { createHash, timingSafeEqual } from 'node:crypto';
import type { Core } from '../../core/core.ts';
import { randomSecret } from '../../lib/ids.ts';

const SETTING = 'setup_token';

/** The path of the page on which the first administrator is made. */
export function setupPath(token: string): string {
  return `/setup/${token}`;
}

/**
 * The secret of the one-time link, the same until it is used; undefined as soon as there is a user, by whatever way,
 * and then the secret is forgotten.
 */
export async function ensureSetupToken(core: Core): Promise<string | undefined> {
  const token = await core.store.getSetting(SETTING);
  if (await core.store.hasUsers()) {
    if (token !== undefined) await forgetSetupToken(core);
    return undefined;
  }
  if (token !== undefined) return token;
  await core.store.run('setSetting', { key: SETTING, value: randomSecret() });
  return core.store.getSetting(SETTING);
}

/**
 * Whether `candidate` is the secret of the link that still waits to be used; `none-waits` whatever it is when there is no
 * such link (any more).
 */
export async function checkSetupToken(core: Core, candidate: string): Promise<'right' | 'wrong' | 'none-waits'> {
  const token = await core.store.getSetting(SETTING);
  if (token === undefined || (await core.store.hasUsers())) return 'none-waits';
  return timingSafeEqual(digest(token), digest(candidate)) ? 'right' : 'wrong';
}

export async function forgetSetupToken(core: Core): Promise<void> {
  await core.store.run('setSetting', { key: SETTING, value: undefined });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
