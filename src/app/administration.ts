import type { Endpoint } from '../api/connect/places.ts';
import type { PasswordHasher } from '../auth/password.ts';
import type { Config } from '../config/load.ts';
import type { User } from '../core/actor.ts';
import type { Core } from '../core/core.ts';
import type { SearchIndex } from '../core/ports/search-index.ts';
import { addDisk, listDisks, removeDisk, type DiskReport } from '../core/disks.ts';
import {
  createUser,
  listUsers,
  requireUser,
  standingOf,
  standingsOf,
  updateUser,
  type Standing,
  type UserChanges,
} from '../core/users.ts';
import { listVersions, restoreVersion } from '../core/versions.ts';
import type { Arrivals } from '../http/arrivals.ts';
import { isoTime } from '../lib/clock.ts';
import { DomainError } from '../lib/errors.ts';
import { parsePlainPath } from '../lib/node-path.ts';
import type { AuditLog } from '../observe/audit.ts';
import { listAppPasswordsOf, revokeAppPasswordOf } from './app-password-requests.ts';
import { auditEvent } from './audit.ts';
import { clearPolicyAt, listPoliciesOf, setPolicyAt, showPolicyAt } from './policy-requests.ts';
import { reserveFor } from './disk-reserve.ts';
import { examine } from './fsck-requests.ts';
import { exportFolder, importFolder } from './import-requests.ts';
import type { AdminArgs, AdminRequestName, AdminRequests, AdminResult, DiskView, UserView, Asker } from './requests.ts';
import { breakLocksOf, listLocksOf } from './lock-requests.ts';
import type { LiveSettings } from './live-settings.ts';
import { rebuildSearchIndex, showSearchIndex } from './search-requests.ts';
import { setupLink } from './setup-link.ts';
import type { Television } from './television.ts';
import { doubtfulFilms, televisionStatus } from './television-requests.ts';
import type { ServedTls } from './tls/served-tls.ts';
import { initTls, showTls } from './tls/tls-requests.ts';
import { inviteUser, removeUserAs } from './user-requests.ts';
import { listTrashOf, purgeAllTrashOf, purgeTrashOf, restoreTrashOf } from './trash-requests.ts';

/** What the requests work with; the same in a server and in a command that acts by itself. */
export interface Administration {
  readonly core: Core;
  readonly config: Config;
  readonly settings: LiveSettings;
  readonly isServing: boolean;
  /** Where clients reach the server, or, in a command, will reach it by the settings. */
  readonly listEndpoints: () => Endpoint[];
  /** In a server. */
  readonly tls: ServedTls | undefined;
  /** What of expected requests reached the server; undefined in a command. */
  readonly arrivals: Pick<Arrivals, 'expect' | 'find'> | undefined;
  readonly hasher: Pick<PasswordHasher, 'hash'>;
  readonly audit: Pick<AuditLog, 'record'>;
  /** What is done in the background, while a server runs. */
  readonly upkeep: { readonly activity: string } | undefined;
  /** In a server. */
  readonly searchIndex?: SearchIndex;
  /** How the media server is doing; in a server. */
  readonly television?: Pick<Television, 'state' | 'hasTools'>;
}

type Requests = {
  [K in AdminRequestName]: (parts: Administration, args: AdminArgs<K>, asker: Asker) => Promise<AdminResult<K>>;
};

const REQUESTS: Requests = {
  userAdd: addUser,
  userList: async ({ core }) => {
    const users: UserView[] = [];
    for await (const page of listUsers(core)) users.push(...(await standingsOf(core, page)).map(viewOf));
    return users;
  },
  userShow: async ({ core }, { name }) => userView(core, await requireUser(core, name)),
  userPassword: async (parts, { name, password }) => {
    await requireUser(parts.core, name);
    return changeUser(parts, name, { passwordHash: await parts.hasher.hash(password) });
  },
  userRole: (parts, { name, role }) => changeUser(parts, name, { role }),
  userQuota: (parts, { name, quotaBytes }) => changeUser(parts, name, { quotaBytes }),
  userBandwidth: (parts, { name, bandwidthBytesPerSecond }) => changeUser(parts, name, { bandwidthBytesPerSecond }),
  userDisable: (parts, { name }) => changeUser(parts, name, { isDisabled: true }),
  userEnable: (parts, { name }) => changeUser(parts, name, { isDisabled: false }),
  userSecondFactorOff: async ({ core }, { name }) => {
    const { id: userId } = await requireUser(core, name);
    await core.store.run('removeSecondFactor', { userId });
    return userView(core, await requireUser(core, name));
  },
  userRemove: removeUserAs,
  userInvite: inviteUser,
  appPasswordList: listAppPasswordsOf,
  appPasswordRevoke: revokeAppPasswordOf,
  settingList: async ({ settings }) => settings.list(),
  settingChange: async ({ settings }, { changes }) => {
    await settings.change(changes);
    return settings.list();
  },

  diskAdd: async ({ core, config }, { path, ...given }) => {
    const name = given.name ?? (await freeDiskName(core));
    const reserveBytes = given.reserveBytes ?? (await reserveFor(config, path));
    const stored = await addDisk(core, { path, name, reserveBytes });
    return showDisk(core, stored.name);
  },
  diskList: async ({ core }) => (await listDisks(core)).map(diskView),
  diskShow: ({ core }, { name }) => showDisk(core, name),
  diskRemove: async ({ core }, { name }) => {
    const disk = await showDisk(core, name);
    await removeDisk(core, name);
    return disk;
  },

  lockList: ({ core }, args) => listLocksOf(core, args),
  lockBreak: ({ core }, args) => breakLocksOf(core, args),
  trashList: ({ core }, args) => listTrashOf(core, args),
  trashRestore: ({ core }, args) => restoreTrashOf(core, args),
  trashPurge: ({ core }, args) => purgeTrashOf(core, args),
  trashPurgeAll: ({ core }, args) => purgeAllTrashOf(core, args),
  versionList: async ({ core }, { user, path }) => {
    const versions = await listVersions(core, await requireUser(core, user), parsePlainPath(path));
    return versions.map(({ id, sizeBytes, modifiedAtMs, replacedAtMs }) => ({
      number: id,
      sizeBytes,
      modifiedAt: isoTime(modifiedAtMs),
      replacedAt: isoTime(replacedAtMs),
    }));
  },
  versionRestore: async ({ core }, { user, path, number }) => {
    await restoreVersion(core, await requireUser(core, user), parsePlainPath(path), number);
    return {};
  },

  policyList: ({ core }, args) => listPoliciesOf(core, args),
  policyShow: ({ core }, args) => showPolicyAt(core, args),
  policySet: ({ core }, args) => setPolicyAt(core, args),
  policyClear: ({ core }, args) => clearPolicyAt(core, args),

  import: importFolder,
  export: exportFolder,

  fsck: (parts, args, asker) => examine(parts, args, asker),

  searchStatus: showSearchIndex,
  searchRebuild: rebuildSearchIndex,

  tlsInit: initTls,
  tlsShow: showTls,
  arrivalExpect: async ({ arrivals }) => ({ token: arrivals?.expect() ?? '' }),
  arrivalFind: async ({ arrivals }, { token }) => ({ arrival: arrivals?.find(token) }),

  setupLink: async (parts) => ({ url: await setupLink(parts) }),
  televisionStatus,
  televisionDoubts: doubtfulFilms,
  status: async ({ core, isServing, upkeep }) => {
    const startedAt = performance.now();
    await core.store.ping();
    const databaseMs = performance.now() - startedAt;
    const disks = (await listDisks(core)).map(diskView);
    return {
      pid: process.pid,
      isServing,
      databaseMs,
      hasUsers: await core.store.hasUsers(),
      disks,
      upkeep: upkeep?.activity,
    };
  },
};

/** Does one request. Throws `DomainError`s, and the asker's reason to give up. */
export async function administer<K extends AdminRequestName>(
  parts: Administration,
  { name, args }: { name: K; args: AdminArgs<K> },
  asker: Asker,
): Promise<AdminResult<K>> {
  const result = await REQUESTS[name](parts, args, asker);
  const event = auditEvent(name, args, result);
  if (event) parts.audit.record(event);
  return result;
}

/** Whether this version knows the request; another version's command line may ask for anything. */
export function isAdminRequest(name: string): name is AdminRequestName {
  return Object.hasOwn(REQUESTS, name);
}

async function addUser(parts: Administration, args: AdminRequests['userAdd']['args']): Promise<UserView> {
  const { name, password, role, quotaBytes } = args;
  const passwordHash = await parts.hasher.hash(password);
  await createUser(parts.core, { name, passwordHash, role, quotaBytes });
  return userView(parts.core, await requireUser(parts.core, name));
}

async function changeUser({ core }: Administration, name: string, changes: UserChanges): Promise<UserView> {
  await updateUser(core, name, changes);
  return userView(core, await requireUser(core, name));
}

async function userView(core: Core, user: User): Promise<UserView> {
  return viewOf(await standingOf(core, user));
}

function viewOf({ user, state }: Standing): UserView {
  const { name, role, isDisabled, quotaBytes, usedBytes, reservedBytes, bandwidthBytesPerSecond } = user;
  const createdAt = isoTime(user.createdAtMs);
  return { name, state, role, isDisabled, quotaBytes, usedBytes, reservedBytes, bandwidthBytesPerSecond, createdAt };
}

async function showDisk(core: Core, name: string): Promise<DiskView> {
  const report = (await listDisks(core)).find((disk) => disk.name === name);
  if (!report) throw new DomainError('not-found', `there is no disk "${name}"; \`nosocial disk list\` shows them`);
  return diskView(report);
}

function diskView({ id: _, problem, ...report }: DiskReport): DiskView {
  return problem === undefined ? report : { ...report, problem };
}

/** `disk1`, `disk2`, …: the first that no known disk has. */
export async function freeDiskName(core: Core): Promise<string> {
  const taken = new Set((await core.store.listDisks()).map(({ name }) => name));
  let number = 1;
  while (taken.has(`disk${number}`)) number++;
  return `disk${number}`;
}
