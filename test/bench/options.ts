import { parseArgs } from 'node:util';

export type Format = 'table' | 'markdown' | 'json';

export interface Options {
  /** Names of scenarios and studies; all scenarios without any. */
  readonly only: readonly string[];
  /** Names of peers; undefined for all. */
  readonly peers: readonly string[] | undefined;
  /** What ours runs on. */
  readonly databases: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  /** With how many files studies fill the store. */
  readonly maxFiles: number;
  readonly format: Format;
  /** Where the file systems of the servers are made. */
  readonly scratch: string | undefined;
  readonly isList: boolean;
  readonly isHelp: boolean;
}

export const USAGE = `npm run bench -- [options]

  --only NAME,…        these scenarios and studies; a study runs only when it is named here
  --peers NAME,…       these peers beside ours, or none
  --databases NAME,…   what ours runs on: sqlite, mariadb
  --rounds N           measurements of each server in each scenario (3)
  --seconds S          how long a measurement under load lasts (2)
  --quick              one round of one second; studies with 100,000 files, not 1,000,000
  --scratch DIR        where the servers keep their files (a folder for temporary files); 40 GB must be free there
  --markdown, --json   instead of the plain table
  --list               the names of scenarios and studies
`;

/** Throws a TypeError that says what was wrong with the arguments. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: '' },
      peers: { type: 'string' },
      databases: { type: 'string', default: 'sqlite,mariadb' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      scratch: { type: 'string' },
      quick: { type: 'boolean', default: false },
      markdown: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    only: listOfNames(values.only),
    peers: values.peers === undefined ? undefined : listOfNames(values.peers).filter((name) => name !== 'none'),
    databases: listOfNames(values.databases),
    rounds: positive('rounds', values.rounds ?? (values.quick ? '1' : '3')),
    seconds: positive('seconds', values.seconds ?? (values.quick ? '1' : '2')),
    maxFiles: values.quick ? 100_000 : 1_000_000,
    format: values.json ? 'json' : values.markdown ? 'markdown' : 'table',
    scratch: values.scratch,
    isList: values.list,
    isHelp: values.help,
  };
}

function listOfNames(text: string): string[] {
  return text.split(',').filter((name) => name !== '');
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new TypeError(`--${name} takes a whole number from 1 on, not "${text}"`);
  return value;
}
