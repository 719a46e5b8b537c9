import { DomainError } from '../../lib/errors.ts';
import { MAX_DEPTH } from '../max-depth.ts';
import type { SqlValue } from '../sql.ts';

/** What a server says about itself when a connection is made. */
export interface ServerFacts {
  readonly version: string;
  readonly isMariadb: boolean;
  /** It takes changes, and its cluster (if any) lets it. */
  readonly isWritable: boolean;
  /** Whether a commit that was answered is on the disk. */
  readonly isDurable: boolean;
  readonly isCluster: boolean;
}

/** `SHOW` names only what a server has; asking for a variable that it lacks would fail. */
export const VARIABLES = `SHOW VARIABLES WHERE Variable_name IN ('version', 'read_only', 'super_read_only',
  'innodb_read_only', 'innodb_flush_log_at_trx_commit', 'log_bin', 'sync_binlog', 'wsrep_on', 'cte_max_recursion_depth',
  'max_recursive_iterations', 'max_statement_time', 'max_execution_time')`;

/** The oldest whose recursive queries, savepoints and counters the operations rely on. */
const MIN_MARIADB = [10, 6] as const;
const MIN_MYSQL = [8, 0] as const;

const LOCK_WAIT_SECONDS = 2;
/** A statement that takes longer than this is a fault; what is large goes in steps. */
const STATEMENT_SECONDS = 60;
/** The last step of a recursion finds nothing more, and counts. */
const MAX_RECURSIONS = MAX_DEPTH + 1;

type Variables = ReadonlyMap<string, string>;

export function readVariables(rows: readonly (readonly SqlValue[])[]): Variables {
  return new Map(rows.map(([name, value]) => [String(name), String(value)]));
}

/** Throws `refused` for a server that is too old. */
export function factsOf(variables: Variables): ServerFacts {
  const version = variables.get('version') ?? '';
  const isMariadb = /mariadb/i.test(version);
  assertRecent(version, isMariadb);
  const readOnly = ['read_only', 'super_read_only', 'innodb_read_only'];
  return {
    version,
    isMariadb,
    isWritable: readOnly.every((name) => !isOn(variables.get(name))),
    isDurable: isDurable(variables),
    isCluster: isOn(variables.get('wsrep_on')),
  };
}

/**
 * With a binary log, a server that comes back takes out what is not in there: measured on MariaDB 10.11, whose default
 * is not to sync it, a power cut then took what InnoDB had synced.
 */
function isDurable(variables: Variables): boolean {
  const isLogSynced = !isOn(variables.get('log_bin')) || variables.get('sync_binlog') === '1';
  return variables.get('innodb_flush_log_at_trx_commit') === '1' && isLogSynced;
}

/** A cluster's other nodes have what one of them did not get to its disk. */
export function losesNothing({ isDurable, isCluster }: ServerFacts): boolean {
  return isDurable || isCluster;
}

export const NOT_DURABLE =
  'a power cut may take the last second of what was acknowledged: set innodb_flush_log_at_trx_commit = 1 on the database';

function isOn(value: string | undefined): boolean {
  return value === 'ON' || value === '1';
}

function assertRecent(version: string, isMariadb: boolean): void {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  const [minMajor, minMinor] = isMariadb ? MIN_MARIADB : MIN_MYSQL;
  if (major > minMajor || (major === minMajor && minor >= minMinor)) return;
  const wanted = `MariaDB ${MIN_MARIADB.join('.')} or MySQL ${MIN_MYSQL.join('.')}`;
  throw new DomainError('refused', `the database server has version ${version}; ${wanted} is needed`);
}

/** The statements that make a new connection what the store relies on, whatever the server's defaults are. */
export function sessionStatements(variables: Variables): string[] {
  const assignments = [
    "sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
    "time_zone = '+00:00'",
    'autocommit = 1',
    `innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS}`,
    ...known(variables, 'cte_max_recursion_depth', MAX_RECURSIONS),
    ...known(variables, 'max_recursive_iterations', MAX_RECURSIONS),
    ...known(variables, 'max_statement_time', STATEMENT_SECONDS),
    ...known(variables, 'max_execution_time', STATEMENT_SECONDS * 1000),
    // Reads see what was acknowledged by another node of the cluster.
    ...(isOn(variables.get('wsrep_on')) ? ['wsrep_sync_wait = 1'] : []),
  ];
  return [
    `SET SESSION ${assignments.join(', ')}`,
    // Every statement sees what was committed before it: what was read before the guard got its row is read again.
    'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  ];
}

function known(variables: Variables, name: string, value: number): string[] {
  return variables.has(name) ? [`${name} = ${value}`] : [];
}
