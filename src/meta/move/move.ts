import { isDeepStrictEqual } from 'node:util';
import { DomainError } from '../../lib/errors.ts';
import type { SqlValue } from '../sql.ts';
import type { RowStore, Table } from './row-store.ts';

const PAGE_ROWS = 500;
/** Stands in a database from before its first row until all of them are there and were compared. */
export const UNFINISHED_MOVE = 'unfinished-move';
/** Notes about commits that only the one who made them asks for. */
const LEFT_BEHIND = new Set(['operation']);

export interface MoveProgress {
  readonly activity: 'copying' | 'comparing';
  readonly table: string;
  readonly doneRows: number;
  readonly totalRows: number;
}

/**
 * Copies every row of every table and then compares all of them, one by one. Cut off, it starts over: what it left is
 * known by a mark. Throws `refused` for a target that holds something else or a source that is half a copy itself,
 * `corrupt` when a row did not arrive as it was sent. Returns how many rows there are.
 */
export async function moveRows(
  source: RowStore,
  target: RowStore,
  { onProgress, signal }: { onProgress: (progress: MoveProgress) => void; signal: AbortSignal },
): Promise<number> {
  const tables = sameTables(source, target);
  const setting = named(tables, 'setting');
  if (await isMarked(source, setting)) {
    throw new DomainError('refused', 'what is to be moved was never completed itself');
  }
  await clear(target, tables, setting);
  let total = 0;
  for (const table of tables) {
    const rows = new Walk(source, table, await source.count(table));
    for await (const page of rows.pages(signal)) {
      await target.insert(table, page);
      onProgress({ activity: 'copying', ...rows.progress });
    }
    const counter = await source.counter(table);
    if (counter !== undefined) await target.setCounter(table, counter);
    total += rows.progress.doneRows;
  }
  for (const table of tables) await compare({ source, target, table, signal, onProgress });
  await target.run('DELETE FROM setting WHERE name = ?', [UNFINISHED_MOVE]);
  return total;
}

/** Every table of the one with the same columns in the other, whatever migrations made them. */
function sameTables(source: RowStore, target: RowStore): Table[] {
  const wanted = ({ tables }: RowStore): Table[] => tables.filter(({ name }) => !LEFT_BEHIND.has(name));
  const shapeOf = (tables: readonly Table[]): unknown =>
    tables.map(({ name, columns, key }) => [name, columns.toSorted(), key]);
  if (!isDeepStrictEqual(shapeOf(wanted(source)), shapeOf(wanted(target)))) {
    throw new Error('the two databases do not have the same tables');
  }
  // In one order of columns for both.
  return wanted(source);
}

function named(tables: readonly Table[], name: string): Table {
  const table = tables.find((each) => each.name === name);
  if (table === undefined) throw new Error(`there is no table ${name}`);
  return table;
}

async function isMarked(rows: RowStore, setting: Table): Promise<boolean> {
  return (await rows.page(setting, undefined, PAGE_ROWS)).some((row) => isMark(setting, row));
}

function isMark(table: Table, row: readonly SqlValue[]): boolean {
  return table.name === 'setting' && row[table.columns.indexOf('name')] === UNFINISHED_MOVE;
}

/** A new database has nothing but the identity that it was made with, which gives way to the source's. */
async function clear(target: RowStore, tables: readonly Table[], setting: Table): Promise<void> {
  if (!(await isMarked(target, setting))) {
    for (const table of tables) {
      const count = await target.count(table);
      if (count > (table === setting ? 1 : 0)) {
        throw new DomainError(
          'refused',
          `the database to move to is not empty: its table ${table.name} has ${count} rows`,
        );
      }
    }
    await target.run("INSERT INTO setting (name, value) VALUES (?, '')", [UNFINISHED_MOVE]);
  }
  for (const table of tables) if (table !== setting) await target.empty(table);
  await target.run('DELETE FROM setting WHERE name <> ?', [UNFINISHED_MOVE]);
}

/** The rows of a table in the order of their keys, page by page. */
class Walk {
  readonly #rows: RowStore;
  readonly #table: Table;
  readonly #totalRows: number;
  #doneRows = 0;

  constructor(rows: RowStore, table: Table, totalRows: number) {
    this.#rows = rows;
    this.#table = table;
    this.#totalRows = totalRows;
  }

  get progress(): Omit<MoveProgress, 'activity'> {
    return { table: this.#table.name, doneRows: this.#doneRows, totalRows: this.#totalRows };
  }

  async *pages(signal: AbortSignal): AsyncGenerator<SqlValue[][]> {
    const places = this.#table.key.map((column) => this.#table.columns.indexOf(column));
    let after: SqlValue[] | undefined;
    for (;;) {
      signal.throwIfAborted();
      const page = await this.#rows.page(this.#table, after, PAGE_ROWS);
      const last = page.at(-1);
      if (last === undefined) return;
      after = places.map((place) => last[place] ?? null);
      this.#doneRows += page.length;
      yield page;
    }
  }
}

async function compare({
  source,
  target,
  table,
  signal,
  onProgress,
}: {
  source: RowStore;
  target: RowStore;
  table: Table;
  signal: AbortSignal;
  onProgress: (progress: MoveProgress) => void;
}): Promise<void> {
  const sent = new Walk(source, table, await source.count(table));
  const arrived = withoutMark(table, new Walk(target, table, 0).pages(signal));
  const rest: SqlValue[][] = [];
  for await (const page of sent.pages(signal)) {
    for (const row of page) {
      if (rest.length === 0) rest.push(...((await arrived.next()).value ?? []));
      if (!isDeepStrictEqual(rest.shift(), row)) throw differs(table);
    }
    onProgress({ activity: 'comparing', ...sent.progress });
  }
  const more = await arrived.next();
  if (rest.length > 0 || (more.value?.length ?? 0) > 0) throw differs(table);
  if ((await source.counter(table)) !== (await target.counter(table))) throw differs(table);
}

async function* withoutMark(table: Table, pages: AsyncIterable<SqlValue[][]>): AsyncGenerator<SqlValue[][], undefined> {
  for await (const page of pages) {
    const rows = page.filter((row) => !isMark(table, row));
    if (rows.length > 0) yield rows;
  }
}

function differs({ name }: Table): DomainError {
  return new DomainError(
    'corrupt',
    `the table ${name} is not the same in both databases; the one to move to is no use`,
  );
}
