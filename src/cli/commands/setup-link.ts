import { ask } from '../admin.ts';
import { isSet, type Command } from '../command.ts';
import { printJson } from '../output.ts';
import { print } from '../terminal.ts';

export const setupLinkCommand: Command = {
  name: 'setup-link',
  summary: 'print the link with which the first administrator is made, once, in a browser',
  printsJson: true,
  run: async (call) => {
    const link = await ask(call, 'setupLink', {});
    if (isSet(call, 'json')) printJson(call.terminal, link);
    else print(call.terminal, link.url);
  },
};
