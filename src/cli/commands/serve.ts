import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { settingsOf } from '../settings.ts';
import { print } from '../terminal.ts';

export const serveCommand: Command = {
  name: 'serve',
  summary: 'start the server',
  options: {
    listen: { value: 'HOST:PORT', help: 'where to listen; [::]:8080 is every address of this machine' },
    disk: { value: 'DIR', help: 'keep files in DIR, a folder of its own; any number of them', isList: true },
  },
  notes: [
    'Prints the addresses, and `ready http://HOST:PORT` on its own line once requests are answered.',
    'Every setting also has an environment variable; `nosocial config` shows them all.',
  ],
  run: async (call) => {
    // Loaded when it is wanted: no other command needs all of the server.
    const { serve } = await import('../../app/serve.ts');
    const hasEndedWell = await serve(settingsOf(call), (line) => print(call.terminal, line));
    return hasEndedWell ? EXIT.done : EXIT.failed;
  },
};
