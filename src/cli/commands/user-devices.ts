import type { AppPasswordView } from '../../app/app-password-requests.ts';
import { formatBytes, parseBytes } from '../../config/units.ts';
import { ask } from '../admin.ts';
import { isSet, operand, UsageError, type Command } from '../command.ts';
import { formatTable, formatTime, printJson, type Column } from '../output.ts';
import { note, print } from '../terminal.ts';
import { readNumber } from '../values.ts';

const COLUMNS: readonly Column<AppPasswordView>[] = [
  { title: 'NUMBER', isNumber: true, text: ({ number }) => String(number) },
  { title: 'NAME', text: ({ name }) => name },
  { title: 'MAY', text: ({ access, isDavOnly }) => (isDavOnly ? `${access}, WebDAV only` : access) },
  { title: 'FOLDER', text: ({ folder }) => (folder === undefined ? 'all' : (folder ?? 'gone')) },
  { title: 'LAST USED', text: ({ lastUsedAt }) => (lastUsedAt === undefined ? 'never' : time(lastUsedAt)) },
  { title: 'FROM', text: ({ lastUsedAddress = '' }) => lastUsedAddress },
  { title: 'EXPIRES', text: ({ expiresAt }) => (expiresAt === undefined ? 'never' : time(expiresAt)) },
];

function time(text: string): string {
  return formatTime(Date.parse(text));
}

export const deviceCommands: readonly Command[] = [
  {
    name: 'user app-passwords',
    summary: 'list the app passwords of a user: what they may, and when they were used',
    operands: ['NAME'],
    printsJson: true,
    run: async (call) => {
      const name = operand(call, 0);
      const appPasswords = await ask(call, 'appPasswordList', { user: name });
      if (isSet(call, 'json')) printJson(call.terminal, appPasswords);
      else if (appPasswords.length === 0) note(call.terminal, `${name} has no app password`);
      else print(call.terminal, ...formatTable(appPasswords, COLUMNS));
    },
  },
  {
    name: 'user revoke',
    summary: 'revoke an app password of a user, from the next request on',
    operands: ['NAME', 'NUMBER'],
    notes: ['The numbers are those of `nosocial user app-passwords`.'],
    run: async (call) => {
      const number = readNumber(operand(call, 1), '`nosocial user app-passwords`');
      const { name } = await ask(call, 'appPasswordRevoke', { user: operand(call, 0), number });
      note(call.terminal, `the app password "${name}" is no good any more`);
    },
  },
  {
    name: 'user bandwidth',
    summary: 'limit what all connections of a user carry together, each way',
    operands: ['NAME', 'RATE'],
    notes: ['RATE is so much a second, such as 2MB; `none` takes the limit away.'],
    printsJson: true,
    run: async (call) => {
      const bandwidthBytesPerSecond = readRate(operand(call, 1));
      const user = await ask(call, 'userBandwidth', { name: operand(call, 0), bandwidthBytesPerSecond });
      const rate = bandwidthBytesPerSecond === 0 ? 'no limit' : `${formatBytes(bandwidthBytesPerSecond)} a second`;
      if (isSet(call, 'json')) printJson(call.terminal, user);
      else note(call.terminal, `${user.name} has ${rate} now, from the next request on`);
    },
  },
];

function readRate(text: string): number {
  if (text === 'none') return 0;
  const bytes = parseBytes(text.replace(/\/s$/, ''));
  if (bytes === undefined) throw new UsageError(`"${text}" is no rate; write it as 2MB or 500kB, or none`);
  return bytes;
}
