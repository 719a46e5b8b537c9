import type { Move } from '../../app/move-database.ts';
import { databaseAt } from '../../config/load.ts';
import { option, requiredOption, type Command } from '../command.ts';
import { untilInterrupted } from '../lasting.ts';
import { note } from '../terminal.ts';
import { settingsOf } from '../settings.ts';

const TOLD_EVERY_MS = 1000;

export const moveDbCommand: Command = {
  name: 'move-db',
  summary: 'copy the metadata into another database, SQLite or MySQL',
  options: {
    from: { value: 'URL', help: 'the database that is in use; the one of the settings without it' },
    to: { value: 'URL', help: 'an empty one: sqlite:FILE or mysql://user:password@host:port/name' },
  },
  notes: [
    'The server must not run. Every row is compared afterwards; the old database is only read. If it is cut off, run',
    'it again. Files stay where they are. Then set `database` to the new URL and start the server.',
  ],
  run: async (call) => {
    const config = settingsOf(call);
    const to = databaseAt(requiredOption(call, 'to'), '--to');
    const fromText = option(call, 'from');
    const from = fromText === undefined ? config.database : databaseAt(fromText, '--from');
    const { moveDatabase } = await import('../../app/move-database.ts');
    let toldAt = performance.now();
    const onProgress: Move['onProgress'] = ({ activity, table, doneRows, totalRows }) => {
      if (performance.now() - toldAt < TOLD_EVERY_MS) return;
      toldAt = performance.now();
      note(call.terminal, `${activity} ${table}: ${doneRows} of ${totalRows}`);
    };
    const rows = await untilInterrupted((signal) => moveDatabase(config, { from, to, signal, onProgress }));
    const withPassword = to.kind === 'mysql' ? ' (with its password)' : '';
    note(
      call.terminal,
      `${rows} rows copied and compared`,
      `set \`database\` to ${to.shown}${withPassword} before the next start, and no server to the old one again`,
    );
  },
};
