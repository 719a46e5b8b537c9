import { NEW_ROLES } from '../../core/account-settings.ts';
import type { Disposal } from '../../core/removals.ts';
import { ask } from '../admin.ts';
import { isSet, operand, option, UsageError, type Call, type Command } from '../command.ts';
import { askAndWatch } from '../lasting.ts';
import { formatTime, printJson } from '../output.ts';
import { note, print } from '../terminal.ts';
import { readBytes, readCount } from '../values.ts';

const MAX_DAYS = 365;

/** How people come by a link, and how they go. */
export const comingAndGoingCommands: readonly Command[] = [
  {
    name: 'user invite',
    summary: 'print a link by which somebody comes to have an account',
    options: {
      role: { value: 'ROLE', help: 'normal or advanced; the setting accounts.newRole without it' },
      quota: { value: 'SIZE', help: 'how much they may store, such as 15GB' },
      days: { value: 'N', help: 'how long it is good; 7 without it' },
      uses: { value: 'N', help: 'how many accounts come by it; 1 without it' },
      note: { value: 'TEXT', help: 'for administrators' },
    },
    notes: ['It goes by the setting publicUrl. Nobody can print it again.'],
    printsJson: true,
    run: invite,
  },
  {
    name: 'user remove',
    summary: 'remove a user, and say what becomes of the files',
    operands: ['NAME'],
    options: {
      'keep-days': { value: 'N', help: 'lock the user out; the files are deleted in N days' },
      'hand-over': { value: 'USER', help: 'give the files to somebody else: the home as a folder; its trash goes' },
      delete: { help: 'delete all of it for good, now' },
      force: { help: 'hand over even what is more than the receiver may own' },
    },
    notes: [
      'Without one of the first three only a user who owns no files is removed.',
      'Ctrl+C calls it off: the user stays locked out with what is left, and can be removed again.',
      '`nosocial user enable` keeps a user whose files are only kept.',
    ],
    printsJson: true,
    run: remove,
  },
];

async function invite(call: Call): Promise<void> {
  const [role, quota] = [option(call, 'role'), option(call, 'quota')];
  const invitation = await ask(call, 'userInvite', {
    role: role === undefined ? undefined : readNewRole(role),
    quotaBytes: quota === undefined ? undefined : readBytes(quota),
    days: readCount(option(call, 'days') ?? '7', { least: 1, most: MAX_DAYS }),
    maxUses: readCount(option(call, 'uses') ?? '1', { least: 1, most: 10_000 }),
    note: option(call, 'note') ?? '',
  });
  if (isSet(call, 'json')) printJson(call.terminal, invitation);
  else {
    print(call.terminal, invitation.url);
    note(call.terminal, `it is good until ${formatTime(Date.parse(invitation.expiresAt))}`);
  }
}

function readNewRole(text: string): (typeof NEW_ROLES)[number] {
  const role = NEW_ROLES.find((candidate) => candidate === text);
  if (role) return role;
  throw new UsageError(`"${text}" is no role to invite to; there are ${NEW_ROLES.join(', ')}`);
}

async function remove(call: Call): Promise<void> {
  const disposal = readDisposal(call);
  const name = operand(call, 0);
  const removed = await askAndWatch(call, 'userRemove', { name, ...(disposal && { disposal }) });
  if (isSet(call, 'json')) printJson(call.terminal, removed);
  else if (removed.state === 'gone') note(call.terminal, `${removed.name} is removed`);
  else if (disposal?.files === 'keep')
    note(call.terminal, `${removed.name} is locked out; the files stay till their days are over`);
  else note(call.terminal, `${removed.name} is locked out, and goes once a copy of theirs has ended`);
}

function readDisposal(call: Call): Disposal | undefined {
  const [days, to] = [option(call, 'keep-days'), option(call, 'hand-over')];
  const given = [days !== undefined, to !== undefined, isSet(call, 'delete')].filter(Boolean).length;
  if (given > 1) throw new UsageError('say one of --keep-days, --hand-over and --delete');
  if (isSet(call, 'force') && to === undefined) throw new UsageError('--force goes with --hand-over');
  if (days !== undefined) return { files: 'keep', days: readCount(days, { least: 1, most: 3650 }) };
  if (to !== undefined) return { files: 'hand-over', to, isForced: isSet(call, 'force') };
  return isSet(call, 'delete') ? { files: 'delete' } : undefined;
}
