import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { endProcess, runWell, until } from '../../support/processes.ts';

const MODULES = '/usr/lib/apache2/modules';
const ACCOUNT = { name: 'apache', password: 'apache-secret' };

/** Apache's mod_dav as a peer: on a loopback port, with a configuration and files of its own. */
export class Apache {
  readonly davUrl: string;
  readonly account = ACCOUNT;
  /** The folder that is served as `davUrl`. */
  readonly filesFolder: string;
  readonly #process: ChildProcess;

  private constructor(davUrl: string, filesFolder: string, child: ChildProcess) {
    this.davUrl = davUrl;
    this.filesFolder = filesFolder;
    this.#process = child;
  }

  /** `folder` must be reachable by others, since Apache's workers do not run as root. */
  static async start(folder: string): Promise<Apache> {
    const port = await freePort();
    const files = join(folder, 'www', 'dav');
    await mkdir(files, { recursive: true });
    await mkdir(join(folder, 'state'), { recursive: true });
    await writeFile(join(folder, 'users'), `${ACCOUNT.name}:{SHA}${sha1(ACCOUNT.password)}\n`);
    await writeFile(join(folder, 'apache.conf'), configuration(folder, port));
    await chmod(folder, 0o755);
    if (process.getuid?.() === 0) await runWell('chown', ['-R', 'www-data:www-data', folder]);
    const child = spawn('/usr/sbin/apache2', ['-f', join(folder, 'apache.conf'), '-D', 'FOREGROUND'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const url = `http://127.0.0.1:${port}`;
    await until('Apache answers', async () => {
      if (child.exitCode !== null) throw new Error(`Apache ended with ${child.exitCode}: ${said}`);
      return (await fetch(url).catch(() => undefined))?.status;
    });
    return new Apache(`${url}/dav/`, files, child);
  }

  async stop(): Promise<void> {
    await endProcess(this.#process);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('base64');
}

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
  AuthName test
  AuthUserFile ${folder}/users
  Require valid-user
</Directory>
`;
}
