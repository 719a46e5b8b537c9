import assert from 'node:assert/strict';
import path from 'node:path';
import { defaultDataFolder } from '../../src/config/data-folder.ts';

describe('default data folder', () => {
  const cases: [what: string, environment: Record<string, string>, platform: NodeJS.Platform, want: string][] = [
    ['of a user', { HOME: '/home/ann' }, 'linux', '/home/ann/.local/share/nosocial'],
    ['by XDG_DATA_HOME', { HOME: '/home/ann', XDG_DATA_HOME: '/data' }, 'linux', '/data/nosocial'],
    [
      'with a relative XDG_DATA_HOME',
      { HOME: '/home/ann', XDG_DATA_HOME: 'x' },
      'linux',
      '/home/ann/.local/share/nosocial',
    ],
    ['of a service', { HOME: '/', STATE_DIRECTORY: '/var/lib/nosocial' }, 'linux', '/var/lib/nosocial'],
    ['of a service with two', { STATE_DIRECTORY: '/var/lib/nosocial:/var/lib/b' }, 'linux', '/var/lib/nosocial'],
    ['on macOS', { HOME: '/Users/ann' }, 'darwin', '/Users/ann/Library/Application Support/nosocial'],
    ['on Windows', { LOCALAPPDATA: '/local' }, 'win32', '/local/nosocial'],
    ['on Windows without LOCALAPPDATA', { HOME: '/u' }, 'win32', '/u/AppData/Local/nosocial'],
  ];
  for (const [what, environment, platform, want] of cases) {
    it(what, () => {
      assert.equal(defaultDataFolder(environment, platform), path.normalize(want));
    });
  }
});
