import * as z from 'zod';
import { DATABASE_FORMS } from './database.ts';
import {
  count,
  database,
  file,
  folder,
  folders,
  listenAddress,
  onOff,
  origin,
  proxies,
  shownName,
  size,
  viewers,
} from './values.ts';

/** What the schema does not say about a setting. */
export interface SettingInfo {
  /** Its environment variable. */
  readonly variable: string;
  /** Its flag on the command line, for the few that have one. */
  readonly flag?: 'data' | 'listen' | 'database' | 'disk';
  /** What is right, for people who wrote something else. */
  readonly expects: string;
  /** How the text of a variable becomes the value that the file would hold; text stays text when it is missing. */
  readonly fromText?: (text: string) => unknown;
}

export const settings = z.registry<SettingInfo>();

const asNumber = (text: string) => (/^\d+$/.test(text) ? Number(text) : text);
const asBoolean = (text: string) => (text === 'true' ? true : text === 'false' ? false : text);
const asList = (separator: string) => (text: string) => text.split(separator).filter((part) => part !== '');

/** Paths hold `:` on Windows. */
const asPaths = asList(process.platform === 'win32' ? ';' : ':');

const number = (variable: string, expects: string) => ({ variable, expects, fromText: asNumber });

const files = z.strictObject({
  defaultQuota: size.prefault('15GB').register(settings, {
    variable: 'NOSOCIAL_DEFAULT_QUOTA',
    expects: 'a size such as 15GB, 500MB or 1TiB',
  }),
  /** Old versions of each file. */
  versionsKept: count(0, 1000)
    .default(10)
    .register(settings, number('NOSOCIAL_VERSIONS_KEPT', 'a whole number from 0 to 1000')),
  versionsKeptDays: count(0, 36_500)
    .default(30)
    .register(settings, number('NOSOCIAL_VERSIONS_KEPT_DAYS', 'a whole number of days from 0 to 36500')),
  trashKeptDays: count(1, 36_500)
    .default(30)
    .register(settings, number('NOSOCIAL_TRASH_KEPT_DAYS', 'a whole number of days from 1 to 36500')),
  /** How long an upload in pieces waits for the next one. */
  uploadsKeptDays: count(1, 365)
    .default(7)
    .register(settings, number('NOSOCIAL_UPLOADS_KEPT_DAYS', 'a whole number of days from 1 to 365')),
});

const webdav = z.strictObject({
  /** The longest time that a lock lasts without being refreshed. */
  maxLockSeconds: count(60, 3600)
    .default(3600)
    .register(settings, number('NOSOCIAL_MAX_LOCK_SECONDS', 'a whole number of seconds from 60 to 3600')),
  maxLocksPerUser: count(1, 1000)
    .default(1000)
    .register(settings, number('NOSOCIAL_MAX_LOCKS_PER_USER', 'a whole number from 1 to 1000')),
  propfindInfiniteDepth: z.boolean().default(false).register(settings, {
    variable: 'NOSOCIAL_PROPFIND_INFINITE_DEPTH',
    expects: 'true or false',
    fromText: asBoolean,
  }),
  /** The greatest listing that Windows takes. */
  windowsListingBytes: count(1_000_000, 20_000_000)
    .default(1_000_000)
    .register(settings, number('NOSOCIAL_WINDOWS_LISTING_BYTES', 'a whole number of bytes from 1000000 to 20000000')),
});

const tls = z
  .strictObject({
    /** In PEM, the server's own first, then those that lead to its authority. */
    certificate: file.optional().register(settings, {
      variable: 'NOSOCIAL_TLS_CERTIFICATE',
      expects: 'a file in PEM',
    }),
    key: file.optional().register(settings, {
      variable: 'NOSOCIAL_TLS_KEY',
      expects: 'a file in PEM',
    }),
    /** Where TLS is spoken, once there is a certificate. */
    listen: listenAddress.prefault('[::]:8443').register(settings, {
      variable: 'NOSOCIAL_TLS_LISTEN',
      expects: 'HOST:PORT, as in 127.0.0.1:8443 or [::]:8443',
    }),
  })
  .superRefine(({ certificate, key }, context) => {
    if ((certificate === undefined) === (key === undefined)) return;
    const [given, missing] = key === undefined ? ['certificate', 'key'] : ['key', 'certificate'];
    context.addIssue({
      code: 'custom',
      path: [missing],
      message: `is missing; tls.${given} is of no use without it (both may be in one file)`,
    });
  });

const previews = z.strictObject({
  enabled: z.boolean().default(true).register(settings, {
    variable: 'NOSOCIAL_PREVIEWS',
    expects: 'true or false',
    fromText: asBoolean,
  }),
  /** Of the pictures that are kept, those looked at longest ago go when they are more than this. */
  cacheBytes: size.prefault('1GB').register(settings, {
    variable: 'NOSOCIAL_PREVIEW_CACHE_BYTES',
    expects: 'a size such as 1GB or 500MB',
  }),
});

/** What televisions find of the media space. */
const dlna = z.strictObject({
  enabled: onOff.prefault(true).register(settings, {
    variable: 'NOSOCIAL_DLNA',
    expects: 'on or off',
    fromText: asBoolean,
  }),
  /** Of the media server on each of its addresses; 0: any free port. */
  port: count(0, 65_535).default(8200).register(settings, number('NOSOCIAL_DLNA_PORT', 'a port, as in 8200')),
  /** By name or by address; all with private addresses where none is named. */
  interfaces: z
    .array(z.string().min(1))
    .default([])
    .register(settings, {
      variable: 'NOSOCIAL_DLNA_INTERFACES',
      expects: 'a list of interfaces or of their IPv4 addresses, as in eth0 or 192.168.1.5',
      fromText: asList(','),
    }),
  /** What televisions show; `nosocial on HOST` where it is not said. */
  name: shownName.optional().register(settings, {
    variable: 'NOSOCIAL_DLNA_NAME',
    expects: 'a name of at most 64 characters',
  }),
  /** Whose positions in films the television at an address goes by. */
  viewers: viewers.default([]).register(settings, {
    variable: 'NOSOCIAL_DLNA_VIEWERS',
    expects: 'a list of televisions and users, as in 192.168.1.20=ann, each television once',
    fromText: asList(','),
  }),
});

const http = z.strictObject({
  /** How long a client may take to send a request's headers. */
  headersTimeoutSeconds: count(1, 600)
    .default(30)
    .register(settings, number('NOSOCIAL_HEADERS_TIMEOUT_SECONDS', 'a whole number of seconds from 1 to 600')),
  /** How long a request may wait for its client without a byte in or out. */
  idleTimeoutSeconds: count(1, 3600)
    .default(60)
    .register(settings, number('NOSOCIAL_IDLE_TIMEOUT_SECONDS', 'a whole number of seconds from 1 to 3600')),
  maxRequestsPerUser: count(1, 10_000)
    .default(100)
    .register(settings, number('NOSOCIAL_MAX_REQUESTS_PER_USER', 'a whole number from 1 to 10000')),
  /** How long running requests may still take once the server was asked to end. */
  shutdownGraceSeconds: count(0, 600)
    .default(20)
    .register(settings, number('NOSOCIAL_SHUTDOWN_GRACE_SECONDS', 'a whole number of seconds from 0 to 600')),
});

const PROFILES = ['family', 'classroom', 'open'] as const;
const REGISTRATION_MODES = ['closed', 'invitation', 'approval', 'open'] as const;
const NEW_ROLES = ['normal', 'advanced'] as const;

const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;

const accounts = z.strictObject({
  /** What holds of the next three where nothing else is said. */
  profile: z
    .enum(PROFILES)
    .default('family')
    .register(settings, { variable: 'NOSOCIAL_PROFILE', expects: PROFILES.join(', ') }),
  /** How people come to have an account. */
  registration: z
    .enum(REGISTRATION_MODES)
    .optional()
    .register(settings, { variable: 'NOSOCIAL_REGISTRATION', expects: REGISTRATION_MODES.join(', ') }),
  newRole: z
    .enum(NEW_ROLES)
    .optional()
    .register(settings, { variable: 'NOSOCIAL_NEW_ROLE', expects: NEW_ROLES.join(', ') }),
  adminsOpenHomes: z.boolean().optional().register(settings, {
    variable: 'NOSOCIAL_ADMINS_OPEN_HOMES',
    expects: 'true or false',
    fromText: asBoolean,
  }),
  /** A page in a browser that is not used for so long has to sign in again. */
  sessionIdleDays: count(1, 365)
    .default(30)
    .register(settings, number('NOSOCIAL_SESSION_IDLE_DAYS', 'a whole number of days from 1 to 365')),
  /** And after so long in any case. */
  sessionDays: count(1, 3650)
    .default(180)
    .register(settings, number('NOSOCIAL_SESSION_DAYS', 'a whole number of days from 1 to 3650')),
  /** The keys of sessions and second factors, where servers that take turns on one database must have the same. */
  keyFile: file.optional().register(settings, {
    variable: 'NOSOCIAL_KEY_FILE',
    expects: 'a file that was made by a server, account.keys in its data folder',
  }),
});

const api = z.strictObject({
  /** Sites whose pages may use the API, with tokens. */
  corsOrigins: z
    .array(origin)
    .default([])
    .register(settings, {
      variable: 'NOSOCIAL_API_CORS_ORIGINS',
      expects: 'a list of URLs without paths, as in https://photos.example.org',
      fromText: asList(','),
    }),
});

const audit = z.strictObject({
  /** A file of the audit log that has so much is put aside. */
  fileBytes: size.prefault('64MB').register(settings, {
    variable: 'NOSOCIAL_AUDIT_FILE_BYTES',
    expects: 'a size such as 64MB or 1GB',
  }),
  /** Of those put aside the newest so many are kept. */
  keptFiles: count(1, 10_000)
    .default(9)
    .register(settings, number('NOSOCIAL_AUDIT_KEPT_FILES', 'a whole number from 1 to 10000')),
});

const log = z.strictObject({
  level: z
    .enum(LOG_LEVELS)
    .default('info')
    .register(settings, {
      variable: 'NOSOCIAL_LOG_LEVEL',
      expects: LOG_LEVELS.join(', '),
    }),
  format: z.enum(['plain', 'json']).default('plain').register(settings, {
    variable: 'NOSOCIAL_LOG_FORMAT',
    expects: 'plain or json',
  }),
});

/** Every setting of nosocial. A default that hangs on another setting is given by `loadConfig`. */
export const schema = z.strictObject({
  data: folder.optional().register(settings, {
    variable: 'NOSOCIAL_DATA',
    flag: 'data',
    expects: 'a folder',
  }),
  listen: listenAddress.prefault('[::]:8080').register(settings, {
    variable: 'NOSOCIAL_LISTEN',
    flag: 'listen',
    expects: 'HOST:PORT, as in 127.0.0.1:8080 or [::]:8080',
  }),
  database: database.optional().register(settings, {
    variable: 'NOSOCIAL_DATABASE',
    flag: 'database',
    expects: DATABASE_FORMS,
  }),
  disks: folders.optional().register(settings, {
    variable: 'NOSOCIAL_DISKS',
    flag: 'disk',
    expects: 'a list of folders',
    fromText: asPaths,
  }),
  /** Left free on each disk for others. */
  diskReserve: size.prefault('1GB').register(settings, {
    variable: 'NOSOCIAL_DISK_RESERVE',
    expects: 'a size such as 1GB or 500MB',
  }),
  /** Where people reach the server, when that is not an address of this machine. */
  publicUrl: origin.optional().register(settings, {
    variable: 'NOSOCIAL_PUBLIC_URL',
    expects: 'a URL without a path, as in https://cloud.example.org',
  }),
  /** Whether the networks that this machine stands in are told where the server is. */
  announce: z.boolean().default(true).register(settings, {
    variable: 'NOSOCIAL_ANNOUNCE',
    expects: 'true or false',
    fromText: asBoolean,
  }),
  /** Whose `X-Forwarded-…` and `Forwarded` are believed. */
  trustedProxies: proxies.default([]).register(settings, {
    variable: 'NOSOCIAL_TRUSTED_PROXIES',
    expects: 'a list of addresses or networks, as in 127.0.0.1 or 10.0.0.0/8',
    fromText: asList(','),
  }),
  files,
  previews,
  webdav,
  dlna,
  tls,
  http,
  accounts,
  api,
  audit,
  log,
});

export type Settings = z.output<typeof schema>;

/** A setting by its place in the file, `http.idleTimeoutSeconds`. */
export interface Setting extends SettingInfo {
  readonly key: string;
}

/** All settings in the order of the schema. */
export function listSettings(): Setting[] {
  return Object.entries(schema.shape).flatMap(([name, part]) => {
    if (!(part instanceof z.ZodObject)) return settingAt(name, part);
    return Object.entries<z.ZodType>(part.shape).flatMap(([inner, leaf]) => settingAt(`${name}.${inner}`, leaf));
  });
}

function settingAt(key: string, leaf: z.ZodType): Setting[] {
  const info = settings.get(leaf);
  return info ? [{ key, ...info }] : [];
}

/** The names of the groups that settings stand in. */
export function listGroups(): string[] {
  return Object.entries(schema.shape).flatMap(([name, part]) => (part instanceof z.ZodObject ? [name] : []));
}
