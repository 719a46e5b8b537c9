import { formatBytes } from '../../config/units.ts';
import { TYPE_GROUPS } from '../../core/content-type/kinds.ts';
import { PRESETS, type Preset } from '../../core/rules.ts';
import type { AdminArgs, AdminResult, PolicyView } from '../../app/requests.ts';
import { ask } from '../admin.ts';
import { isSet, operand, option, requiredOption, UsageError, type Call, type Command } from '../command.ts';
import { formatFields, formatTable, formatTime, printJson, type Column } from '../output.ts';
import { note, print } from '../terminal.ts';
import { readBytes, readCount } from '../values.ts';

const USER_OPTION = { user: { value: 'NAME', help: 'as whom to look; paths are those that this user sees' } };
const MAX_DAYS = 36_500;
const MAX_VERSIONS = 1000;
const NEVER = 'never';
const ANY = 'any';
const NONE = 'none';

type ListedPolicy = AdminResult<'policyList'>[number];

const COLUMNS: readonly Column<ListedPolicy>[] = [
  { title: 'PATH', text: ({ path }) => path },
  { title: 'KIND', text: ({ preset }) => preset },
  { title: 'STATE', text: ({ isEnabled }) => (isEnabled ? 'on' : 'off') },
  { title: 'TO TRASH', text: ({ expireAfterDays }) => formatExpiry(expireAfterDays, '') },
  { title: 'VERSIONS', text: formatVersions },
  { title: 'TAKES', text: (policy) => CONTENT.flatMap((rule) => formatContent(rule, policy[rule])).join('; ') },
];

export const policyCommands: readonly Command[] = [
  {
    name: 'policy list',
    summary: 'list the folders with a policy',
    options: USER_OPTION,
    printsJson: true,
    run: async (call) => {
      const user = requiredOption(call, 'user');
      const policies = await ask(call, 'policyList', { user });
      if (isSet(call, 'json')) printJson(call.terminal, policies);
      else if (policies.length > 0) print(call.terminal, ...formatTable(policies, COLUMNS));
      else note(call.terminal, `${user} sees no folder with a policy`);
    },
  },
  {
    name: 'policy show',
    summary: 'show what holds for a file or folder, and when a file goes to trash',
    operands: ['PATH'],
    options: USER_OPTION,
    printsJson: true,
    run: async (call) => showRules(call, await ask(call, 'policyShow', placeOf(call))),
  },
  {
    name: 'policy set',
    summary: 'say what a folder takes, how long that is kept, and its old versions',
    operands: ['PATH'],
    options: {
      ...USER_OPTION,
      preset: { value: 'NAME', help: `what it begins with: ${Object.keys(PRESETS).join(', ')}` },
      'allow-types': { value: 'LIST', help: `kinds of content that may come in: media,application/pdf; or \`${ANY}\`` },
      'refuse-types': { value: 'LIST', help: `kinds that may not: programs,video/*; or \`${NONE}\`` },
      'allow-extensions': { value: 'LIST', help: `how names must end: jpg,png; or \`${ANY}\`` },
      'refuse-extensions': { value: 'LIST', help: `how names may not end: exe,bat; or \`${NONE}\`` },
      'max-file-size': { value: 'SIZE', help: `how large a file may be: 100MB; or \`${ANY}\`` },
      'expire-days': { value: 'DAYS', help: `after so many days untouched things go to trash; or \`${NEVER}\`` },
      versions: { value: 'COUNT', help: 'old versions kept of each file' },
      'versions-days': { value: 'DAYS', help: 'how long each of them is kept' },
      on: { help: 'switch the policy on again' },
      off: { help: 'switch the policy off, but keep what it says' },
    },
    notes: [
      'It holds for all below, except where a folder further down says otherwise. What it does not say is as above.',
      'Days count from when a file was made, written, moved or restored here, not from the date that it shows, and',
      'anew whenever a policy above it changes. Reading does not count.',
      `Types are those of the content, not of the name: image/png, image/*, or a group: ${TYPE_GROUPS.join(', ')}.`,
      'What is in the folder already stays, whatever it is.',
    ],
    printsJson: true,
    run: async (call) => showRules(call, await ask(call, 'policySet', readPolicy(call))),
  },
  {
    name: 'policy clear',
    summary: 'take the policy of a folder away; what holds above it holds there again',
    operands: ['PATH'],
    options: USER_OPTION,
    printsJson: true,
    run: async (call) => showRules(call, await ask(call, 'policyClear', placeOf(call))),
  },
];

function placeOf(call: Call): { user: string; path: string } {
  return { user: requiredOption(call, 'user'), path: operand(call, 0) };
}

function readPolicy(call: Call): AdminArgs<'policySet'> {
  if (isSet(call, 'on') && isSet(call, 'off')) throw new UsageError('give either --on or --off');
  const expireDays = option(call, 'expire-days');
  const settings = {
    ...readContent(call),
    ...(expireDays !== undefined && {
      expireAfterDays: expireDays === NEVER ? 0 : readCount(expireDays, { least: 1, most: MAX_DAYS }),
    }),
    ...counted(call, 'versions', { key: 'versionsKept', least: 0, most: MAX_VERSIONS }),
    ...counted(call, 'versions-days', { key: 'versionsKeptDays', least: 0, most: MAX_DAYS }),
    ...(isSet(call, 'on') && { isEnabled: true }),
    ...(isSet(call, 'off') && { isEnabled: false }),
  };
  if (Object.keys(settings).length === 0) throw new UsageError('say what to set');
  return { ...placeOf(call), ...settings };
}

function readContent(call: Call): Partial<AdminArgs<'policySet'>> {
  const preset = option(call, 'preset');
  const maxFileSize = option(call, 'max-file-size');
  return {
    ...(preset !== undefined && { preset: readPreset(preset) }),
    ...listed(call, 'allow-types', { key: 'allowTypes', empty: ANY }),
    ...listed(call, 'refuse-types', { key: 'refuseTypes', empty: NONE }),
    ...listed(call, 'allow-extensions', { key: 'allowExtensions', empty: ANY }),
    ...listed(call, 'refuse-extensions', { key: 'refuseExtensions', empty: NONE }),
    ...(maxFileSize !== undefined && { maxFileBytes: maxFileSize === ANY ? 0 : readBytes(maxFileSize) }),
  };
}

function readPreset(text: string): Preset {
  const preset = (Object.keys(PRESETS) as Preset[]).find((name) => name === text);
  if (!preset) throw new UsageError(`"${text}" is no preset; there are ${Object.keys(PRESETS).join(', ')}`);
  return preset;
}

function listed(
  call: Call,
  name: string,
  { key, empty }: { key: 'allowTypes' | 'refuseTypes' | 'allowExtensions' | 'refuseExtensions'; empty: string },
): Partial<AdminArgs<'policySet'>> {
  const text = option(call, name);
  if (text === undefined) return {};
  const entries = text.split(',').map((entry) => entry.trim());
  if (entries.includes('')) throw new UsageError(`--${name} takes entries with commas between them, or \`${empty}\``);
  return { [key]: text === empty ? [] : entries };
}

function counted(
  call: Call,
  name: string,
  { key, ...range }: { key: 'versionsKept' | 'versionsKeptDays'; least: number; most: number },
): Partial<AdminArgs<'policySet'>> {
  const text = option(call, name);
  return text === undefined ? {} : { [key]: readCount(text, range) };
}

function showRules(call: Call, rules: AdminResult<'policyShow'>): void {
  if (isSet(call, 'json')) {
    printJson(call.terminal, rules);
    return;
  }
  const { policy, expireAfterDays, expiresAt, content = [] } = rules;
  print(
    call.terminal,
    ...formatFields([
      ['own policy', policy === undefined ? 'none' : `${policy.preset}, ${policy.isEnabled ? 'on' : 'off'}`],
      ['to trash', formatExpiry(expireAfterDays, NEVER)],
      ['versions', formatVersions(rules)],
      ...content.map(
        ({ rule, value, from }) => ['takes', `${formatContent(rule, value).join('')}${formatOrigin(from)}`] as const,
      ),
      ...(expiresAt === undefined ? [] : [['goes', formatTime(Date.parse(expiresAt))] as const]),
    ]),
  );
}

function formatExpiry(days: number | undefined, otherwise: string): string {
  if (days === undefined) return otherwise;
  return days === 0 ? NEVER : `untouched for ${formatDays(days)}`;
}

function formatOrigin(from: string | undefined): string {
  return from === undefined ? '' : ` (${from === '/' ? 'the whole space' : from})`;
}

const CONTENT = ['allowTypes', 'refuseTypes', 'allowExtensions', 'refuseExtensions', 'maxFileBytes'] as const;

/** Nothing for a rule that is not set. */
function formatContent(rule: (typeof CONTENT)[number], value: readonly string[] | number | undefined): string[] {
  if (value === undefined) return [];
  if (typeof value === 'number') return [value === 0 ? 'any size' : `at most ${formatBytes(value)}`];
  const isOfNames = rule.endsWith('Extensions');
  const entries = value.map((entry) => (isOfNames ? `*.${entry}` : entry)).join(', ');
  if (rule.startsWith('allow')) return [value.length === 0 ? `any ${isOfNames ? 'name' : 'type'}` : `only ${entries}`];
  return [value.length === 0 ? `no ${isOfNames ? 'name' : 'type'} refused` : `not ${entries}`];
}

function formatVersions({ versionsKept, versionsKeptDays }: Partial<PolicyView>): string {
  const parts = [
    ...(versionsKept === undefined ? [] : [`newest ${versionsKept}`]),
    ...(versionsKeptDays === undefined ? [] : [formatDays(versionsKeptDays)]),
  ];
  return parts.join(', ');
}

function formatDays(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}
