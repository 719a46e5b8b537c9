import fs from 'node:fs';
import net from 'node:net';

const DEFAULT_PORT = 3306;
const TLS_MODES = ['off', 'unverified', 'required'] as const;

/** A database on one MySQL or MariaDB server, or on several of which one at a time is used. */
export interface MysqlSetting {
  readonly kind: 'mysql';
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly user: string;
  readonly password: string;
  readonly name: string;
  /** `unverified`: encrypted, whoever answers; `required`: with a certificate that `ca` (PEM) or the system vouches for. */
  readonly tls: { readonly mode: (typeof TLS_MODES)[number]; readonly ca: string | undefined };
  /** The setting again, without the password. */
  readonly shown: string;
}

export interface SqliteSetting {
  readonly kind: 'sqlite';
  readonly file: string;
  readonly shown: string;
}

export type DatabaseSetting = SqliteSetting | MysqlSetting;

/** The setting as it is written: files are named, not read. */
export type WrittenDatabase = { readonly kind: 'sqlite'; readonly file: string } | WrittenMysql;

interface WrittenMysql extends Omit<MysqlSetting, 'password' | 'tls' | 'shown'> {
  readonly password: string | undefined;
  readonly passwordFile: string | undefined;
  readonly tls: MysqlSetting['tls']['mode'];
  readonly caFile: string | undefined;
}

/** What is wrong with the text of a setting, in words that do not repeat it: it may hold a password. */
export class DatabaseProblem extends Error {
  override readonly name = 'DatabaseProblem';
}

export const DATABASE_FORMS = 'sqlite:FILE or mysql://USER:PASSWORD@HOST:PORT/NAME';

/**
 * `sqlite:FILE`, or a URL as in DATABASE_FORMS; several hosts stand with commas between them. Undefined for what is
 * neither; throws `DatabaseProblem` for what nearly is.
 */
export function readDatabase(text: string): WrittenDatabase | undefined {
  const file = /^sqlite:(?!\/\/)(.+)$/.exec(text)?.[1];
  if (file !== undefined && file !== ':memory:') return { kind: 'sqlite', file };
  return /^(mysql|mariadb):/i.test(text) ? readUrl(text) : undefined;
}

function readUrl(text: string): WrittenDatabase {
  const match = /^\w+:\/\/([^:@/?#]+)(?::([^@/?#]*))?@([^@/?#]+)\/([^@/?#]+)(?:\?([^#]*))?$/.exec(text);
  if (!match) {
    throw new DatabaseProblem(
      'the URL is not right; write mysql://USER:PASSWORD@HOST:PORT/NAME, and in the password %40 for @, %3A for :, ' +
        '%2F for /, %3F for ?, %23 for #, %25 for %',
    );
  }
  const [, user = '', password, hosts = '', name = '', query = ''] = match;
  const parameters = readParameters(query);
  if (parameters.passwordFile !== undefined && password !== undefined) {
    throw new DatabaseProblem('the URL has a password and a passwordFile; give one of them');
  }
  const places = hosts.split(',').map(readHost);
  // The driver does not hold certificates against addresses.
  if (parameters.tls === 'required' && places.some(({ host }) => net.isIP(host) !== 0)) {
    throw new DatabaseProblem(
      'tls=required wants hosts by their names, which certificates are for; or use tls=unverified',
    );
  }
  return {
    kind: 'mysql',
    hosts: places,
    user: decoded(user),
    password: password === undefined ? undefined : decoded(password),
    name: decoded(name),
    ...parameters,
  };
}

function readParameters(query: string): Pick<WrittenMysql, 'tls' | 'caFile' | 'passwordFile'> {
  const parameters = new URLSearchParams(query);
  const unknown = [...parameters.keys()].find((key) => !['tls', 'ca', 'passwordFile'].includes(key));
  if (unknown !== undefined) {
    throw new DatabaseProblem(`the URL knows no parameter "${unknown}"; there are tls, ca and passwordFile`);
  }
  const caFile = parameters.get('ca') ?? undefined;
  const tls = readTls(parameters.get('tls') ?? (caFile === undefined ? 'off' : 'required'));
  return { tls, caFile, passwordFile: parameters.get('passwordFile') ?? undefined };
}

function readHost(text: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/i.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? DEFAULT_PORT : Number(match[3]);
  if (host === undefined || port < 1 || port > 65_535) {
    throw new DatabaseProblem(
      'the URL names a host that is none; write HOST:PORT, and several with commas between them',
    );
  }
  return { host, port };
}

function readTls(text: string): MysqlSetting['tls']['mode'] {
  const mode = TLS_MODES.find((candidate) => candidate === text);
  if (mode === undefined) throw new DatabaseProblem(`tls is one of ${TLS_MODES.join(', ')}`);
  return mode;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new DatabaseProblem('the URL has a % that no two hexadecimal digits follow; write %25 for a %');
  }
}

/** Reads the files that a setting names. Throws `DatabaseProblem` when one cannot be read, or holds nothing. */
export function completeDatabase(written: WrittenDatabase, absolute: (file: string) => string): DatabaseSetting {
  if (written.kind === 'sqlite') {
    const file = absolute(written.file);
    return { kind: 'sqlite', file, shown: `sqlite:${file}` };
  }
  const { hosts, user, name, tls: mode } = written;
  const passwordFile = written.passwordFile === undefined ? undefined : absolute(written.passwordFile);
  const caFile = written.caFile === undefined ? undefined : absolute(written.caFile);
  const password = passwordFile === undefined ? written.password : readSecret('passwordFile', passwordFile).trimEnd();
  const tls = { mode, ca: caFile === undefined ? undefined : readSecret('ca', caFile) };
  const shown = describe({ hosts, user, name, mode }, { passwordFile, caFile });
  return { kind: 'mysql', hosts, user, password: password ?? '', name, tls, shown };
}

function readSecret(parameter: string, file: string): string {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DatabaseProblem(`the ${parameter} of the URL cannot be read: ${reason}`);
  }
  if (text.trim() === '') throw new DatabaseProblem(`the ${parameter} "${file}" is empty`);
  return text;
}

function describe(
  { hosts, user, name, mode }: Pick<MysqlSetting, 'hosts' | 'user' | 'name'> & { mode: string },
  { passwordFile, caFile }: { passwordFile: string | undefined; caFile: string | undefined },
): string {
  const places = hosts.map(({ host, port }) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`));
  const parameters = new URLSearchParams({
    ...(mode !== 'off' && { tls: mode }),
    ...(caFile !== undefined && { ca: caFile }),
    ...(passwordFile !== undefined && { passwordFile }),
  });
  const query = parameters.size === 0 ? '' : `?${parameters.toString()}`;
  return `mysql://${encodeURIComponent(user)}@${places.join(',')}/${encodeURIComponent(name)}${query}`;
}
