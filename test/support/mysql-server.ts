import { completeDatabase, readDatabase } from '../../src/config/database.ts';
import type { MysqlServer } from '../../src/meta/mysql/server-options.ts';

/** What a store is opened with for the URL of a test database. */
export function serverAt(url: string): MysqlServer {
  const setting = completeDatabase(readDatabase(url)!, (file) => file);
  if (setting.kind !== 'mysql') throw new Error('this is no database of a server');
  return setting;
}
