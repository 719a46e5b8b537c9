import { formatBytes } from '../../config/units.ts';
import type { TrashView } from '../../app/requests.ts';
import { ask } from '../admin.ts';
import { isSet, requiredOption, UsageError, type Call, type Command } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { formatTable, formatTime, printJson, type Column } from '../output.ts';
import { confirm } from '../prompt.ts';
import { note, print } from '../terminal.ts';
import { readNumber } from '../values.ts';

const USER_OPTION = { user: { value: 'NAME', help: 'whose trash' } };
const MAX_LISTED = 10_000;

const COLUMNS: readonly Column<TrashView>[] = [
  { title: 'NUMBER', isNumber: true, text: ({ number }) => String(number) },
  { title: 'DELETED', text: ({ deletedAt }) => formatTime(Date.parse(deletedAt)) },
  { title: 'SIZE', isNumber: true, text: ({ sizeBytes }) => formatBytes(sizeBytes) },
  { title: 'PATH', text: ({ path, kind }) => (kind === 'collection' ? `${path}/` : path) },
];

export const trashCommands: readonly Command[] = [
  {
    name: 'trash list',
    summary: "list what is in a user's trash, newest first",
    options: USER_OPTION,
    printsJson: true,
    run: listTrash,
  },
  {
    name: 'trash restore',
    summary: 'put something back where it was',
    operands: ['NUMBER…'],
    options: USER_OPTION,
    notes: ['The numbers are those of `nosocial trash list`. What has its name taken comes back under another one.'],
    run: async (call) => {
      const user = requiredOption(call, 'user');
      for (const number of numbers(call)) {
        const { name } = await ask(call, 'trashRestore', { user, number });
        note(call.terminal, `${number} is back as "${name}"`);
      }
    },
  },
  {
    name: 'trash purge',
    summary: 'remove something from the trash for good',
    operands: ['[NUMBER…]'],
    options: {
      ...USER_OPTION,
      all: { help: 'everything in this trash' },
      yes: { help: 'do not ask' },
    },
    run: purgeTrash,
  },
];

async function listTrash(call: Call): Promise<void> {
  const user = requiredOption(call, 'user');
  const { entries, isComplete } = await ask(call, 'trashList', { user, limit: MAX_LISTED });
  if (isSet(call, 'json')) printJson(call.terminal, entries);
  else if (entries.length > 0) print(call.terminal, ...formatTable(entries, COLUMNS));
  else note(call.terminal, `the trash of ${user} is empty`);
  if (!isComplete) note(call.terminal, `only the newest ${MAX_LISTED} are shown`);
}

async function purgeTrash(call: Call): Promise<ExitCode | void> {
  const user = requiredOption(call, 'user');
  const chosen = numbers(call);
  if (isSet(call, 'all') === chosen.length > 0) throw new UsageError('give either numbers or --all');
  if (!isSet(call, 'all')) {
    for (const number of chosen) await ask(call, 'trashPurge', { user, number });
    note(call.terminal, `${chosen.length} removed for good`);
    return;
  }
  if (!isSet(call, 'yes') && !(await confirm(call.terminal, `Remove everything in the trash of ${user} for good?`))) {
    note(call.terminal, 'nothing was removed');
    return EXIT.failed;
  }
  const { purged } = await ask(call, 'trashPurgeAll', { user });
  note(call.terminal, `${purged} removed for good`);
}

/** All are checked before anything is done. */
function numbers(call: Call): number[] {
  return call.operands.map((text) => readNumber(text, '`nosocial trash list`'));
}
