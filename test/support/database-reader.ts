import { DatabaseSync } from 'node:sqlite';
import { createConnection, type RowDataPacket } from 'mysql2/promise';

type Row = Record<string, string | number | null>;

/** Looks into a database past the product. */
export interface DatabaseReader extends AsyncDisposable {
  all(sql: string): Promise<Row[]>;
  /** What the engine itself finds wrong with the files of the database. */
  damage(): Promise<string[]>;
}

/** `url` is as the setting `database` has it. */
export async function openDatabase(url: string): Promise<DatabaseReader> {
  const file = /^sqlite:(.+)$/.exec(url)?.[1];
  return file === undefined ? openMysql(url) : openSqlite(file);
}

function openSqlite(file: string): DatabaseReader {
  const database = new DatabaseSync(file, { readOnly: true });
  const all = (sql: string): Row[] => database.prepare(sql).all() as Row[];
  return {
    all: async (sql) => all(sql),
    damage: async () =>
      all('PRAGMA integrity_check')
        .map((row) => String(row['integrity_check']))
        .filter((line) => line !== 'ok'),
    [Symbol.asyncDispose]: async () => database.close(),
  };
}

async function openMysql(url: string): Promise<DatabaseReader> {
  // Names are bytes for the database, and text for people.
  const connection = await createConnection({
    uri: url,
    typeCast: (field, next) => (/BLOB|STRING/.test(field.type) ? field.string('utf8') : next()),
  });
  const all = async (sql: string): Promise<Row[]> => (await connection.query<(Row & RowDataPacket)[]>(sql))[0];
  return {
    all,
    damage: async () => {
      const tables = (await all('SHOW TABLES')).flatMap((row) => Object.values(row));
      const results = await all(`CHECK TABLE ${tables.map((table) => `\`${table}\``).join(', ')}`);
      return results.filter(({ Msg_text: text }) => text !== 'OK').map((row) => JSON.stringify(row));
    },
    [Symbol.asyncDispose]: () => connection.end(),
  };
}
