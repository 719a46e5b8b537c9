import { LIVE_KEYS } from '../../app/live-settings.ts';
import type { AdminResult } from '../../app/requests.ts';
import { ask } from '../admin.ts';
import { isSet, operand, type Call, type Command } from '../command.ts';
import { formatTable, printJson, type Column } from '../output.ts';
import { note, print } from '../terminal.ts';

type SettingView = AdminResult<'settingList'>[number];

const COLUMNS: readonly Column<SettingView>[] = [
  { title: 'SETTING', text: ({ key }) => key },
  { title: 'VALUE', text: ({ value }) => (value === null ? '' : String(value)) },
  { title: 'FROM', text: ({ source }) => source },
];

export const settingsCommands: readonly Command[] = [
  {
    name: 'settings list',
    summary: 'list what can be changed while the server runs, and what it is',
    notes: [
      'What comes from a file, a variable or a flag is fixed by that.',
      '`nosocial config` lists all settings, as the configuration has them.',
    ],
    printsJson: true,
    run: async (call) => {
      tell(call, await ask(call, 'settingList', {}));
    },
  },
  {
    name: 'settings set',
    summary: 'change one of them, from now on; what the configuration says stays',
    operands: ['SETTING', 'VALUE'],
    printsJson: true,
    run: async (call) => {
      await change(call, operand(call, 0), readValue(operand(call, 1)));
    },
  },
  {
    name: 'settings reset',
    summary: 'let one of them be what it is by default, or by the profile',
    operands: ['SETTING'],
    printsJson: true,
    run: async (call) => {
      await change(call, operand(call, 0), null);
    },
  },
];

async function change(call: Call, key: string, value: string | number | boolean | null): Promise<void> {
  const settings = await ask(call, 'settingChange', { changes: { [key]: value } });
  if (isSet(call, 'json')) tell(call, settings);
  else
    note(call.terminal, `${key} is ${String(settings.find((setting) => setting.key === key)?.value ?? 'not set')} now`);
}

function tell(call: Call, settings: readonly SettingView[]): void {
  const live = settings.filter((setting) => LIVE_KEYS.some((key) => key === setting.key));
  if (isSet(call, 'json')) printJson(call.terminal, live);
  else print(call.terminal, ...formatTable(live, COLUMNS));
}

/** As YAML would read it. */
function readValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}
