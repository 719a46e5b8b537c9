import { DatabaseSync } from 'node:sqlite';

/**
 * What SQLite finds wrong in the structure of a database file; nothing when it is sound. Only for a file that no
 * other connection of this process has open.
 */
export function quickCheck(file: string): string[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = database.prepare('PRAGMA quick_check(10)').all();
    const lines = rows.map((row) => String(row['quick_check']));
    return lines.filter((line) => line !== 'ok');
  } finally {
    database.close();
  }
}
