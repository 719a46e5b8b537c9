import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContenderKind } from './contender.ts';
import { freePort, giveToServiceUser, passwordLine, Peer } from './peer.ts';

const PROGRAM = '/usr/sbin/apache2';
const MODULES = '/usr/lib/apache2/modules';

/** Apache's mod_dav with the settings of Debian, but without an access log. */
export const apache: ContenderKind = {
  name: 'apache',
  isOurs: false,
  about: 'mod_dav, event MPM, Basic with an unsalted SHA-1 file, no access log',
  needs: [PROGRAM, `${MODULES}/mod_dav_fs.so`],
  leavesOut: [],
  start: async (folder) => {
    const port = await freePort();
    await mkdir(join(folder, 'www', 'dav'), { recursive: true });
    await mkdir(join(folder, 'state'), { recursive: true });
    await writeFile(join(folder, 'users'), passwordLine());
    await writeFile(join(folder, 'apache.conf'), configuration(folder, port));
    await giveToServiceUser(folder);
    return Peer.start({
      name: 'apache',
      folder,
      davUrl: `http://127.0.0.1:${port}/dav/`,
      command: [PROGRAM, '-f', join(folder, 'apache.conf'), '-D', 'FOREGROUND'],
    });
  },
};

function configuration(folder: string, port: number): string {
  const modules = ['mpm_event', 'authn_core', 'authn_file', 'authz_core', 'authz_user', 'auth_basic', 'dav', 'dav_fs'];
  return `
ServerRoot ${folder}
ServerName 127.0.0.1
Listen 127.0.0.1:${port}
PidFile ${folder}/state/pid
ErrorLog ${folder}/state/error.log
DefaultRuntimeDir ${folder}/state
${modules.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join('\n')}
User www-data
Group www-data
DocumentRoot ${folder}/www
KeepAlive On
KeepAliveTimeout 60
MaxKeepAliveRequests 0
DavLockDB ${folder}/state/locks
<Directory ${folder}/www/dav>
  Dav On
  AuthType Basic
  AuthName bench
  AuthUserFile ${folder}/users
  Require valid-user
</Directory>
`;
}
