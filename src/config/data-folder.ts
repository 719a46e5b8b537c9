import os from 'node:os';
import path from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where data go unless somebody says otherwise: systemd's state folder for a service, else where the system wants a
 * user's data to be.
 */
export function defaultDataFolder(environment: Environment, platform = process.platform): string {
  const state = environment['STATE_DIRECTORY']?.split(':')[0];
  if (state) return path.resolve(state);
  return path.join(userData(environment, platform), 'nosocial');
}

function userData(environment: Environment, platform: NodeJS.Platform): string {
  const home = nonEmpty(environment['HOME']) ?? os.homedir();
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support');
  if (platform === 'win32') return nonEmpty(environment['LOCALAPPDATA']) ?? path.join(home, 'AppData', 'Local');
  const xdg = environment['XDG_DATA_HOME'];
  // The XDG base directory specification has relative paths ignored.
  return xdg && path.isAbsolute(xdg) ? xdg : path.join(home, '.local', 'share');
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
