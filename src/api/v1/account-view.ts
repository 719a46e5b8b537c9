import * as z from 'zod';
import { ROLES, type User } from '../../core/actor.ts';
import type { Core } from '../../core/core.ts';
import { hasHome } from '../../core/permissions.ts';

export const accountSchema = z
  .object({
    id: z.number().int(),
    name: z.string(),
    role: z.enum(ROLES),
    hasHome: z.boolean().describe('Whether there are files of one’s own; `normal` users have none.'),
    isHomeOpenToAdmins: z.boolean().describe('Whether administrators can open these files.'),
    quotaBytes: z.number().int().describe('How much the user may own: files, old versions and trash.'),
    usedBytes: z.number().int(),
    reservedBytes: z
      .number()
      .int()
      .describe('Promised to uploads that are under way, and to files that are being handed over.'),
    hasSecondFactor: z.boolean().describe('The password alone lets nobody in; WebDAV takes app passwords only.'),
    createdAt: z.iso.datetime(),
    lastLoginAt: z.iso.datetime().optional(),
  })
  .meta({ id: 'Account' });

export function accountView(user: User, { settings }: Pick<Core, 'settings'>): z.input<typeof accountSchema> {
  const { id, name, role, homeSpaceId, quotaBytes, usedBytes, reservedBytes, hasSecondFactor, lastLoginAtMs } = user;
  const isAtHome = homeSpaceId !== undefined && hasHome(user);
  return {
    id,
    name,
    role,
    hasHome: isAtHome,
    isHomeOpenToAdmins: isAtHome && settings.accounts.adminsOpenHomes,
    quotaBytes,
    usedBytes,
    reservedBytes,
    hasSecondFactor,
    createdAt: new Date(user.createdAtMs).toISOString(),
    ...(lastLoginAtMs !== undefined && { lastLoginAt: new Date(lastLoginAtMs).toISOString() }),
  };
}
