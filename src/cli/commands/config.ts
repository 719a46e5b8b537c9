import { withProfile } from '../../app/core-settings.ts';
import { describeConfig, printConfig } from '../../config/describe.ts';
import { isSet, type Command } from '../command.ts';
import { printJson } from '../output.ts';
import { settingsOf } from '../settings.ts';

export const configCommand: Command = {
  name: 'config',
  summary: 'print every setting as it holds, and where it comes from',
  options: {
    listen: { value: 'HOST:PORT', help: 'as for `serve`' },
    disk: { value: 'DIR', help: 'as for `serve`', isList: true },
  },
  printsJson: true,
  run: async (call) => {
    const config = withProfile(settingsOf(call));
    if (isSet(call, 'json')) printJson(call.terminal, describeConfig(config));
    else call.terminal.stdout.write(printConfig(config));
  },
};
