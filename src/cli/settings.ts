import { loadConfig, type Config } from '../config/load.ts';
import { option, type Call } from './command.ts';

/** The configuration that a command's options, the environment and the file add up to. Throws `ConfigError`. */
export function settingsOf(call: Call): Config {
  return loadConfig({
    file: option(call, 'config'),
    flags: {
      data: option(call, 'data'),
      database: option(call, 'database'),
      listen: option(call, 'listen'),
      disk: call.values['disk'],
    },
  });
}
