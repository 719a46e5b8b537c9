import type { Config } from './load.ts';
import { listSettings } from './schema.ts';
import { formatBytes, parseBytes } from './units.ts';

/** One setting as it holds. */
export interface DescribedSetting {
  /** Its place in the file, `http.idleTimeoutSeconds`. */
  readonly key: string;
  readonly value: string | number | boolean | readonly string[] | undefined;
  /** `--data`, `NOSOCIAL_DATA`, the file, or `default`. */
  readonly source: string;
}

/** Every setting with its value and where that comes from. The password of a database is left out. */
export function describeConfig(config: Config): DescribedSetting[] {
  const values = asWritten(config);
  return listSettings().map(({ key }) => ({ key, value: values.get(key), source: config.sources[key] ?? 'default' }));
}

/** The same for people, as YAML with the source of each value beside it. */
export function printConfig(config: Config): string {
  const lines: { text: string; source?: string }[] = [];
  let group = '';
  for (const { key, value, source } of describeConfig(config)) {
    const [first = '', inner] = key.split('.');
    if (inner !== undefined && first !== group) lines.push({ text: `${first}:` });
    group = inner === undefined ? '' : first;
    const text = value === undefined ? '' : ` ${JSON.stringify(value)}`;
    lines.push({ text: `${inner === undefined ? first : `  ${inner}`}:${text}`, source });
  }
  const width = Math.max(...lines.map(({ text }) => text.length));
  return lines.map(({ text, source }) => (source ? `${text.padEnd(width)}  # ${source}\n` : `${text}\n`)).join('');
}

/** `127.0.0.1:8080`, `[::]:8080`. */
export function formatListen({ host, port }: Config['listen']): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Values by key in the form that the file has. */
function asWritten(config: Config): Map<string, DescribedSetting['value']> {
  const { files, previews, webdav, dlna, tls, http, accounts, api, audit, log } = config;
  const groups = {
    files: { ...files, defaultQuota: exactSize(files.defaultQuotaBytes) },
    previews: { ...previews, cacheBytes: exactSize(previews.cacheBytes) },
    webdav,
    dlna,
    tls: { ...tls, listen: formatListen(tls.listen) },
    http,
    accounts,
    api,
    audit: { ...audit, fileBytes: exactSize(audit.fileBytes) },
    log,
  };
  return new Map<string, DescribedSetting['value']>([
    ['data', config.dataFolder],
    ['listen', formatListen(config.listen)],
    ['database', config.database.shown],
    ['disks', config.diskFolders],
    ['diskReserve', exactSize(config.diskReserveBytes)],
    ['publicUrl', config.publicUrl],
    ['announce', config.announce],
    ['trustedProxies', config.trustedProxies],
    ...Object.entries(groups).flatMap(([name, group]) =>
      Object.entries<DescribedSetting['value']>(group).map(([key, value]) => [`${name}.${key}`, value] as const),
    ),
  ]);
}

function exactSize(bytes: number): string {
  const text = formatBytes(bytes);
  return parseBytes(text) === bytes ? text : String(bytes);
}
