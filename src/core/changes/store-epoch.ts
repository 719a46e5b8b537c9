import { randomId } from '../../lib/ids.ts';
import type { Core } from '../core.ts';

const SETTING = 'store-epoch';
const known = new WeakMap<Core['store'], Promise<string>>();

/**
 * Tells this store from every other, and from itself before it was restored from a backup: positions in the changes of
 * one mean nothing in another.
 */
export function storeEpoch({ store }: Pick<Core, 'store'>): Promise<string> {
  const asked = known.get(store) ?? readEpoch(store);
  known.set(store, asked);
  asked.catch(() => known.delete(store));
  return asked;
}

async function readEpoch(store: Core['store']): Promise<string> {
  const kept = await store.getSetting(SETTING);
  if (kept !== undefined) return kept;
  const made = randomId();
  await store.run('setSetting', { key: SETTING, value: made });
  return made;
}
