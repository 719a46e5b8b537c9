import { admin } from '../app/admin.ts';
import type { AdminArgs, AdminRequestName, AdminResult } from '../app/requests.ts';
import type { Call } from './command.ts';
import { settingsOf } from './settings.ts';

/** Has a request done by whoever may touch the data: the running server, or this process when there is none. */
export async function ask<K extends AdminRequestName>(
  call: Call,
  name: K,
  args: AdminArgs<K>,
): Promise<AdminResult<K>> {
  return admin(settingsOf(call), name, args);
}
