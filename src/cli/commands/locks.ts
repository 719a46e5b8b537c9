import type { AdminResult, LockView } from '../../app/requests.ts';
import { ask } from '../admin.ts';
import { isSet, option, type Call, type Command } from '../command.ts';
import { formatTable, printJson, type Column } from '../output.ts';
import { note, print } from '../terminal.ts';

const USER_OPTION = { user: { value: 'NAME', help: 'as this user, with what they see and may do' } };
const MAX_LISTED = 10_000;
const MINUTE_MS = 60_000;

function columns(nowMs: number, isForOneUser: boolean): Column<LockView>[] {
  return [
    { title: 'ID', text: ({ id }) => id },
    { title: 'USER', text: ({ user }) => user },
    { title: 'AGE', isNumber: true, text: ({ takenAt }) => formatMinutes(nowMs - Date.parse(takenAt)) },
    { title: 'LEFT', isNumber: true, text: ({ expiresAt }) => formatMinutes(Date.parse(expiresAt) - nowMs) },
    { title: 'KIND', text: ({ scope, depth }) => (depth === 'infinity' ? `${scope}, deep` : scope) },
    { title: 'CLIENT', text: ({ client, address }) => [client || 'unknown', address].filter(Boolean).join(' at ') },
    { title: 'OWNER', text: ({ owner }) => owner },
    ...(isForOneUser ? [] : [{ title: 'HOME OF', text: ({ homeOf }: LockView) => homeOf ?? '' }]),
    { title: 'PATH', text: ({ path }) => path || '/' },
  ];
}

export const lockCommands: readonly Command[] = [
  {
    name: 'locks list',
    summary: 'list the locks that clients hold, the oldest first',
    options: USER_OPTION,
    notes: ['Without --user all are listed. OWNER is what the client says of itself.'],
    printsJson: true,
    run: listLocks,
  },
  {
    name: 'locks break',
    summary: 'end a lock whose client is gone; without it, it ends when its time is over',
    operands: ['ID…'],
    options: USER_OPTION,
    notes: [
      'IDs are those of `nosocial locks list`. With --user it may be a path, too: then all locks right on it end.',
      'A client that still holds the lock can save no more until it takes a new one.',
    ],
    printsJson: true,
    run: breakLocks,
  },
];

async function breakLocks(call: Call): Promise<void> {
  const user = option(call, 'user');
  const all: AdminResult<'lockBreak'>['broken'][number][] = [];
  for (const lock of call.operands) {
    const { broken } = await ask(call, 'lockBreak', { lock, ...(user !== undefined && { user }) });
    all.push(...broken);
    for (const { id, path, user: holder } of broken) {
      const where = path === undefined ? '' : ` on "${path || '/'}"`;
      note(call.terminal, `lock ${id} of ${holder}${where} is broken`);
    }
  }
  if (isSet(call, 'json')) printJson(call.terminal, all);
}

async function listLocks(call: Call): Promise<void> {
  const user = option(call, 'user');
  const answer: AdminResult<'lockList'> = await ask(call, 'lockList', {
    limit: MAX_LISTED,
    ...(user !== undefined && { user }),
  });
  const { locks, isComplete } = answer;
  if (isSet(call, 'json')) printJson(call.terminal, locks);
  else if (locks.length > 0) print(call.terminal, ...formatTable(locks, columns(Date.now(), user !== undefined)));
  else note(call.terminal, 'nothing is locked');
  if (!isComplete) note(call.terminal, `only ${MAX_LISTED} are shown`);
}

/** A lock lasts an hour at most, but it can be refreshed for days. */
function formatMinutes(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / MINUTE_MS));
  if (minutes === 0) return '<1 min';
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}
