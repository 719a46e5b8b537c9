import type { Role } from '../api/admin.ts';
import { t } from '../lib/messages.svelte.ts';

const ROLES = ['normal', 'advanced', 'admin'] as const satisfies readonly Role[];

/** Each role with what it may do, for a choice. */
export function roleOptions(): { value: Role; label: string }[] {
  return ROLES.map((value) => ({ value, label: t(`role.${value}-about`) }));
}
