import path from 'node:path';
import type * as z from 'zod';
import { defaultDataFolder } from './data-folder.ts';
import {
  completeDatabase,
  DATABASE_FORMS,
  DatabaseProblem,
  readDatabase,
  type DatabaseSetting,
  type WrittenDatabase,
} from './database.ts';
import {
  EMPTY_LAYER,
  FILE_VARIABLE,
  isObject,
  readEnvironment,
  readFile,
  readFlags,
  type ConfigFlags,
  type Environment,
  type Layer,
} from './layers.ts';
import { ConfigError, shown } from './problems.ts';
import { listGroups, listSettings, schema, type Setting, type Settings } from './schema.ts';
import type { ListenAddress } from './values.ts';

export interface ConfigInput {
  /** The argument of `--config`; NOSOCIAL_CONFIG when undefined. */
  readonly file?: string | undefined;
  readonly flags?: ConfigFlags;
  /** The process's own when undefined. */
  readonly environment?: Environment;
}

export interface Config {
  /** Absolute, as all paths here. */
  readonly dataFolder: string;
  readonly database: DatabaseSetting;
  /** At least one. */
  readonly diskFolders: readonly string[];
  readonly diskReserveBytes: number;
  readonly listen: Readonly<ListenAddress>;
  /** An origin, without a slash at its end. */
  readonly publicUrl: string | undefined;
  /** By mDNS. */
  readonly announce: boolean;
  readonly trustedProxies: readonly string[];
  readonly files: Readonly<Omit<Settings['files'], 'defaultQuota'>> & { readonly defaultQuotaBytes: number };
  /** Where the programs of this machine are looked for. */
  readonly programPath: string;
  readonly previews: Readonly<Settings['previews']>;
  readonly webdav: Readonly<Settings['webdav']>;
  readonly dlna: Readonly<Settings['dlna']>;
  /** Both files, or none. */
  readonly tls: Readonly<Settings['tls']>;
  readonly http: Readonly<Settings['http']>;
  readonly accounts: Readonly<Settings['accounts']>;
  readonly api: Readonly<Settings['api']>;
  readonly audit: Readonly<Settings['audit']>;
  readonly log: Readonly<Settings['log']>;
  /** Where each setting's value comes from, by its key: `--data`, `NOSOCIAL_DATA`, a file, or `default`. */
  readonly sources: Readonly<Record<string, string>>;
}

/**
 * The configuration: flags over environment over file over defaults, checked and frozen.
 * Throws `ConfigError` with everything that is wrong.
 */
export function loadConfig({ file, flags = {}, environment = process.env }: ConfigInput = {}): Config {
  const known = listSettings();
  const fileName = file ?? (environment[FILE_VARIABLE] === '' ? undefined : environment[FILE_VARIABLE]);
  const layers = [
    fileName === undefined ? EMPTY_LAYER : readFile(fileName, known),
    readEnvironment(environment, known),
    readFlags(flags, known),
  ];
  const merged = new Map(layers.flatMap((layer) => [...layer.values]));
  const problems = layers.flatMap((layer) => layer.problems);
  const result = schema.safeParse(nested(merged));
  if (!result.success) problems.push(...result.error.issues.map((issue) => explain(issue, merged, known)));
  if (problems.length > 0 || !result.success) throw new ConfigError([...new Set(problems)]);

  const base = (key: string) => (merged.get(key)?.source === fileName ? path.dirname(fileName ?? '') : '.');
  return complete(result.data, {
    base,
    environment,
    sources: Object.fromEntries(known.map(({ key }) => [key, merged.get(key)?.source ?? 'default'])),
  });
}

/** The values in the shape of the schema. */
function nested(values: Layer['values']): Record<string, unknown> {
  const groups = listGroups();
  const inGroup = (group: string) => [...values].filter(([key]) => key.startsWith(`${group}.`));
  const entries = (list: [string, { value: unknown }][]) =>
    Object.fromEntries(list.map(([key, { value }]) => [key.split('.').at(-1) ?? key, value]));
  return {
    ...entries([...values].filter(([key]) => !key.includes('.'))),
    ...Object.fromEntries(groups.map((group) => [group, entries(inGroup(group))])),
  };
}

/** One line: where, which setting, what is wrong with it and what would be right. */
function explain(issue: z.core.$ZodIssue, values: Layer['values'], known: readonly Setting[]): string {
  const setting = known.find(({ key }) => `${issue.path.join('.')}.`.startsWith(`${key}.`));
  const given = values.get(setting?.key ?? '');
  if (!setting || !given) return `${issue.path.join('.')}: ${issue.message}`;
  const where = placeOf(setting, given.source);
  if (issue.code === 'custom' && issue.message !== 'Invalid input') return `${where}: ${issue.message}`;
  return `${where}: ${shown(given.value)} is not right; write ${setting.expects}`;
}

function placeOf(setting: Setting, source: string): string {
  const isNamed = source === setting.variable || source === `--${setting.flag ?? ''}`;
  return isNamed ? source : `${source}: ${setting.key}`;
}

interface Context {
  /** The folder from which a setting's relative path counts. */
  readonly base: (key: string) => string;
  readonly environment: Environment;
  readonly sources: Record<string, string>;
}

/** The path that a setting means. */
type Absolute = (key: string, file: string) => string;

/** Makes paths absolute and fills in the defaults that hang on the data folder. */
function complete(parsed: Settings, context: Context): Config {
  const { base, environment, sources } = context;
  const absolute: Absolute = (key, file) => path.resolve(base(key), file);
  const dataFolder = parsed.data === undefined ? defaultDataFolder(environment) : absolute('data', parsed.data);
  const { disks = [path.join(dataFolder, 'disk')] } = parsed;
  const { defaultQuota, ...files } = parsed.files;
  return deepFrozen({
    dataFolder,
    database: databaseOf(parsed.database ?? { kind: 'sqlite', file: path.join(dataFolder, 'nosocial.db') }, context),
    diskFolders: [...new Set(disks.map((disk) => absolute('disks', disk)))],
    diskReserveBytes: parsed.diskReserve,
    listen: parsed.listen,
    publicUrl: parsed.publicUrl,
    announce: parsed.announce,
    trustedProxies: parsed.trustedProxies,
    files: { ...files, defaultQuotaBytes: defaultQuota },
    programPath: environment['PATH'] ?? '',
    previews: parsed.previews,
    webdav: parsed.webdav,
    dlna: parsed.dlna,
    tls: tlsOf(parsed.tls, absolute),
    http: parsed.http,
    accounts: accountsOf(parsed.accounts, absolute),
    api: parsed.api,
    audit: parsed.audit,
    log: parsed.log,
    sources,
  });
}

function accountsOf({ keyFile, ...rest }: Settings['accounts'], absolute: Absolute): Config['accounts'] {
  return { ...rest, keyFile: keyFile === undefined ? undefined : absolute('accounts.keyFile', keyFile) };
}

function tlsOf({ certificate, key, listen }: Settings['tls'], absolute: Absolute): Config['tls'] {
  return {
    certificate: certificate === undefined ? undefined : absolute('tls.certificate', certificate),
    key: key === undefined ? undefined : absolute('tls.key', key),
    listen,
  };
}

/** A database named beside the settings, as `place` has it. Throws `ConfigError`. */
export function databaseAt(text: string, place: string): DatabaseSetting {
  try {
    const written = readDatabase(text);
    if (written) return completeDatabase(written, (file) => path.resolve(file));
  } catch (error) {
    if (!(error instanceof DatabaseProblem)) throw error;
    throw new ConfigError([`${place}: ${error.message}`]);
  }
  throw new ConfigError([`${place}: ${shown(text)} is not right; write ${DATABASE_FORMS}`]);
}

function databaseOf(written: WrittenDatabase, { base, sources }: Context): DatabaseSetting {
  try {
    return completeDatabase(written, (file) => path.resolve(base('database'), file));
  } catch (error) {
    if (!(error instanceof DatabaseProblem)) throw error;
    const setting = listSettings().find(({ key }) => key === 'database');
    const source = sources['database'] ?? 'default';
    throw new ConfigError([`${setting === undefined ? source : placeOf(setting, source)}: ${error.message}`]);
  }
}

function deepFrozen<T extends object>(value: T): T {
  for (const inner of Object.values(value) as unknown[]) if (isObject(inner) || Array.isArray(inner)) deepFrozen(inner);
  return Object.freeze(value);
}
