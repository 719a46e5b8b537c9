import { formatBytes } from '../../config/units.ts';
import type { AdminArgs, UserView } from '../../app/requests.ts';
import { ask } from '../admin.ts';
import { isSet, operand, option, requiredOption, type Call, type Command } from '../command.ts';
import { formatFields, formatTable, formatTime, printJson, type Column } from '../output.ts';
import { askNewPassword, readPasswordFromStdin } from '../prompt.ts';
import { note, print } from '../terminal.ts';
import { readBytes, readRole } from '../values.ts';

const PASSWORD_OPTION = { 'password-stdin': { help: 'read the password from standard input; asked for without it' } };

const COLUMNS: readonly Column<UserView>[] = [
  { title: 'NAME', text: ({ name }) => name },
  { title: 'ROLE', text: ({ role }) => role },
  { title: 'USED', isNumber: true, text: ({ usedBytes }) => formatBytes(usedBytes) },
  { title: 'QUOTA', isNumber: true, text: ({ quotaBytes }) => formatBytes(quotaBytes) },
  { title: 'SINCE', text: ({ createdAt }) => formatTime(Date.parse(createdAt)) },
  { title: '', text: ({ state }) => (state === 'active' ? '' : state) },
];

export const userCommands: readonly Command[] = [
  {
    name: 'user add',
    summary: 'add a user',
    operands: ['NAME'],
    options: {
      role: { value: 'ROLE', help: 'normal, advanced or admin' },
      quota: { value: 'SIZE', help: 'how much the user may store, such as 15GB' },
      ...PASSWORD_OPTION,
    },
    notes: [
      'normal    reads the common folders and adds files to them; has no folders of their own',
      'advanced  also has a home, and changes and removes what is theirs',
      'admin     may change everything in the common folders, and administers the server',
    ],
    printsJson: true,
    run: addUser,
  },
  {
    name: 'user list',
    summary: 'list the users',
    printsJson: true,
    run: async (call) => {
      const users = await ask(call, 'userList', {});
      if (isSet(call, 'json')) printJson(call.terminal, users);
      else if (users.length === 0) note(call.terminal, 'there is no user yet; `nosocial user add` adds one');
      else print(call.terminal, ...formatTable(users, COLUMNS));
    },
  },
  {
    name: 'user show',
    summary: 'show one user',
    operands: ['NAME'],
    printsJson: true,
    run: async (call) => {
      showUser(call, await ask(call, 'userShow', { name: operand(call, 0) }));
    },
  },
  {
    name: 'user passwd',
    summary: 'give a user another password, which ends their sessions',
    operands: ['NAME'],
    options: PASSWORD_OPTION,
    printsJson: true,
    run: async (call) => {
      const name = operand(call, 0);
      const password = await readNewPassword(call);
      tellChange(call, await ask(call, 'userPassword', { name, password }), 'has a new password');
    },
  },
  {
    name: 'user role',
    summary: 'give a user another role',
    operands: ['NAME', 'ROLE'],
    printsJson: true,
    run: async (call) => {
      const role = readRole(operand(call, 1));
      const user = await ask(call, 'userRole', { name: operand(call, 0), role });
      tellChange(call, user, `has the role ${user.role} now`);
    },
  },
  {
    name: 'user quota',
    summary: 'change how much a user may store',
    operands: ['NAME', 'SIZE'],
    printsJson: true,
    run: async (call) => {
      const quotaBytes = readBytes(operand(call, 1));
      const user = await ask(call, 'userQuota', { name: operand(call, 0), quotaBytes });
      tellChange(call, user, `may store ${formatBytes(user.quotaBytes)} now`);
    },
  },
  {
    name: 'user disable',
    summary: 'lock a user out; files stay',
    operands: ['NAME'],
    printsJson: true,
    run: async (call) => {
      tellChange(call, await ask(call, 'userDisable', { name: operand(call, 0) }), 'is locked out now');
    },
  },
  {
    name: 'user enable',
    summary: 'let a disabled user in again, or one in who waits for approval',
    operands: ['NAME'],
    printsJson: true,
    run: async (call) => {
      tellChange(call, await ask(call, 'userEnable', { name: operand(call, 0) }), 'may log in again');
    },
  },
  {
    name: 'user second-factor-off',
    summary: 'let a user who lost the second factor in with the password alone',
    operands: ['NAME'],
    printsJson: true,
    run: async (call) => {
      const user = await ask(call, 'userSecondFactorOff', { name: operand(call, 0) });
      tellChange(call, user, 'signs in with the password alone now');
    },
  },
];

async function addUser(call: Call): Promise<void> {
  const role = readRole(requiredOption(call, 'role'));
  const quota = option(call, 'quota');
  const wanted: Omit<AdminArgs<'userAdd'>, 'password'> = {
    name: operand(call, 0),
    role,
    ...(quota !== undefined && { quotaBytes: readBytes(quota) }),
  };
  const password = await readNewPassword(call);
  tellChange(call, await ask(call, 'userAdd', { ...wanted, password }), `is added as ${role}`);
}

async function readNewPassword(call: Call): Promise<string> {
  return isSet(call, 'password-stdin') ? readPasswordFromStdin(call.terminal) : askNewPassword(call.terminal);
}

function tellChange(call: Call, user: UserView, what: string): void {
  if (isSet(call, 'json')) printJson(call.terminal, user);
  else note(call.terminal, `${user.name} ${what}`);
}

function showUser(call: Call, user: UserView): void {
  if (isSet(call, 'json')) {
    printJson(call.terminal, user);
    return;
  }
  print(
    call.terminal,
    ...formatFields([
      ['name', user.name],
      ['role', user.role],
      ['state', user.state === 'active' ? 'enabled' : user.state],
      ['used', formatBytes(user.usedBytes)],
      ['reserved', formatBytes(user.reservedBytes)],
      ['quota', formatBytes(user.quotaBytes)],
      ...(user.bandwidthBytesPerSecond > 0
        ? [['bandwidth', `${formatBytes(user.bandwidthBytesPerSecond)} a second`] as const]
        : []),
      ['since', formatTime(Date.parse(user.createdAt))],
    ]),
  );
}
