import { join } from 'node:path';
import type { Config } from '../config/load.ts';
import { formatBytes } from '../config/units.ts';
import type { Core } from '../core/core.ts';
import { AuditLog, type AuditEvent } from '../observe/audit.ts';
import type { AdminArgs, AdminRequestName, AdminResult } from './requests.ts';

type Events = { [K in AdminRequestName]?: (args: AdminArgs<K>, result: AdminResult<K>) => AuditEvent | undefined };

/** What a request of the command line leaves in the audit log, once it is done. Its user is the machine's own. */
const EVENTS: Events = {
  userAdd: ({ name, role }) => ({ action: 'user-added', target: name, value: role }),
  userPassword: ({ name }) => ({ action: 'password-changed', target: name }),
  userRole: ({ name, role }) => ({ action: 'role-changed', target: name, value: role }),
  userQuota: ({ name, quotaBytes }) => ({ action: 'quota-changed', target: name, value: formatBytes(quotaBytes) }),
  userBandwidth: ({ name, bandwidthBytesPerSecond: value }) => ({ action: 'bandwidth-changed', target: name, value }),
  appPasswordRevoke: ({ user }, { name }) => ({ action: 'app-password-removed', target: user, value: name }),
  userDisable: ({ name }) => ({ action: 'user-disabled', target: name }),
  userEnable: ({ name }) => ({ action: 'user-enabled', target: name }),
  userSecondFactorOff: ({ name }) => ({ action: 'second-factor-off', target: name }),
  userRemove: (_args, { name, state }) => ({
    action: state === 'gone' ? 'user-removed' : 'user-leaving',
    target: name,
  }),
  userInvite: ({ maxUses }) => ({ action: 'invitation-made', value: maxUses }),
  settingChange: ({ changes }) => ({
    action: 'setting-changed',
    target: Object.keys(changes).join(', '),
    value: Object.values(changes)
      .map((value) => String(value ?? 'default'))
      .join(', '),
  }),
  diskAdd: ({ path }) => ({ action: 'disk-added', target: path }),
  diskRemove: ({ name }) => ({ action: 'disk-removed', target: name }),
  policySet: ({ user, path }) => ({ action: 'policy-changed', target: user, value: path }),
  policyClear: ({ user, path }) => ({ action: 'policy-changed', target: user, value: path }),
  import: ({ user, folder, isMove }) => ({ action: isMove ? 'moved-in' : 'imported', target: folder, value: user }),
  export: ({ user, folder }) => ({ action: 'exported', target: folder, value: user }),
  tlsInit: (_args, { names, isNewAuthority }) => ({
    action: isNewAuthority ? 'authority-made' : 'certificate-issued',
    value: names.join(' '),
  }),
  lockBreak: ({ user }, { broken }) => ({
    action: 'lock-broken',
    user,
    target: [...new Set(broken.map(({ user: holder }) => holder))].join(', '),
    value: broken.map(({ id, path }) => path ?? id).join(', '),
  }),
  trashRestore: ({ user, number }) => ({ action: 'restored', target: user, value: number }),
  versionRestore: ({ user, path, number }) => ({ action: 'version-restored', user, target: path, value: number }),
  fsck: ({ isDry }, { kinds }) =>
    isDry ? undefined : { action: 'repaired', value: kinds.reduce((sum, { mended }) => sum + mended, 0) },
  trashPurge: ({ user, number }) => ({ action: 'purged', target: user, value: number }),
  trashPurgeAll: ({ user }) => ({ action: 'purged', target: user, value: 'all' }),
};

export function auditEvent<K extends AdminRequestName>(
  name: K,
  args: AdminArgs<K>,
  result: AdminResult<K>,
): AuditEvent | undefined {
  return EVENTS[name]?.(args, result);
}

export async function openAudit(config: Config, core: Core, onFailure: (error: unknown) => void): Promise<AuditLog> {
  const { fileBytes, keptFiles } = config.audit;
  const fileName = join(config.dataFolder, 'audit.log');
  return AuditLog.open({ fileName, clock: core.clock, onFailure, limits: { fileBytes, keptFiles } });
}
