import * as z from 'zod';
import { ROLES } from '../../core/actor.ts';
import { REMOVAL_KINDS, USER_STATES, type Removal } from '../../core/ports/account-operations.ts';
import type { Standing } from '../../core/users.ts';
import { isoTime } from '../../lib/clock.ts';

/** As the API writes times. */
export const USER_NAME = z.string().min(1).max(255);

const removalSchema = z.object({
  files: z.enum(REMOVAL_KINDS).describe('What becomes of the files.'),
  to: z.string().optional().describe('Who gets them.'),
  filesUntil: z.iso.datetime().optional().describe('When files that are kept are deleted, and the user with them.'),
  startedAt: z.iso.datetime(),
});

/** An account as administrators see it. */
export const userSchema = z
  .object({
    id: z.number().int(),
    name: z.string(),
    role: z.enum(ROLES),
    state: z
      .enum(USER_STATES)
      .describe('`waiting`: for approval; `leaving`: to be removed; neither they nor who is `disabled` can sign in.'),
    quotaBytes: z.number().int(),
    usedBytes: z.number().int().describe('Everything they own: files, old versions and trash.'),
    reservedBytes: z
      .number()
      .int()
      .describe('Promised to uploads that are under way, and to files that are being handed over.'),
    bandwidthBytesPerSecond: z.number().int().describe('0: no limit.'),
    hasSecondFactor: z.boolean(),
    createdAt: z.iso.datetime(),
    lastLoginAt: z.iso.datetime().optional().describe('To within some minutes; missing for never.'),
    removal: removalSchema.optional(),
  })
  .meta({ id: 'User' });

export function userView({ user, state, removal }: Standing): z.input<typeof userSchema> {
  const { id, name, role, quotaBytes, usedBytes, reservedBytes, bandwidthBytesPerSecond, hasSecondFactor } = user;
  return {
    id,
    name,
    role,
    state,
    quotaBytes,
    usedBytes,
    reservedBytes,
    bandwidthBytesPerSecond,
    hasSecondFactor,
    createdAt: isoTime(user.createdAtMs),
    ...(user.lastLoginAtMs !== undefined && { lastLoginAt: isoTime(user.lastLoginAtMs) }),
    ...(removal && { removal: removalView(removal) }),
  };
}

function removalView({ files, toUserName, dueAtMs, startedAtMs }: Removal): z.input<typeof removalSchema> {
  return {
    files,
    ...(toUserName !== undefined && { to: toUserName }),
    ...(dueAtMs !== undefined && { filesUntil: isoTime(dueAtMs) }),
    startedAt: isoTime(startedAtMs),
  };
}
