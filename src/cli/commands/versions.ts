import { formatBytes } from '../../config/units.ts';
import type { VersionView } from '../../app/requests.ts';
import { ask } from '../admin.ts';
import { isSet, operand, requiredOption, type Command } from '../command.ts';
import { formatTable, formatTime, printJson, type Column } from '../output.ts';
import { note, print } from '../terminal.ts';
import { readNumber } from '../values.ts';

const USER_OPTION = { user: { value: 'NAME', help: 'as whom to look; paths are those that this user sees' } };

const COLUMNS: readonly Column<VersionView>[] = [
  { title: 'NUMBER', isNumber: true, text: ({ number }) => String(number) },
  { title: 'MODIFIED', text: ({ modifiedAt }) => formatTime(Date.parse(modifiedAt)) },
  { title: 'REPLACED', text: ({ replacedAt }) => formatTime(Date.parse(replacedAt)) },
  { title: 'SIZE', isNumber: true, text: ({ sizeBytes }) => formatBytes(sizeBytes) },
];

export const versionCommands: readonly Command[] = [
  {
    name: 'versions list',
    summary: 'list the kept old contents of a file, newest first',
    operands: ['PATH'],
    options: USER_OPTION,
    printsJson: true,
    run: async (call) => {
      const path = operand(call, 0);
      const versions = await ask(call, 'versionList', { user: requiredOption(call, 'user'), path });
      if (isSet(call, 'json')) printJson(call.terminal, versions);
      else if (versions.length === 0) note(call.terminal, `there are no older versions of ${path}`);
      else print(call.terminal, ...formatTable(versions, COLUMNS));
    },
  },
  {
    name: 'versions restore',
    summary: 'make an old content the content again; what it replaces is kept',
    operands: ['PATH', 'NUMBER'],
    options: USER_OPTION,
    notes: ['The numbers are those of `nosocial versions list`.'],
    run: async (call) => {
      const path = operand(call, 0);
      const number = readNumber(operand(call, 1), '`nosocial versions list`');
      await ask(call, 'versionRestore', { user: requiredOption(call, 'user'), path, number });
      note(call.terminal, `${path} has the content of version ${number} again`);
    },
  },
];
