import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContenderKind } from './contender.ts';
import { freePort, giveToServiceUser, passwordLine, Peer } from './peer.ts';

const PROGRAM = '/usr/sbin/nginx';
const DAV_EXT = '/usr/lib/nginx/modules/ngx_http_dav_ext_module.so';

/** nginx with its dav module, and dav-ext for PROPFIND and LOCK; settings of Debian, but without an access log. */
export const nginx: ContenderKind = {
  name: 'nginx',
  isOurs: false,
  about: 'dav and dav-ext modules, a worker per core, Basic with an unsalted SHA-1 file, no access log',
  needs: [PROGRAM, DAV_EXT],
  leavesOut: [],
  start: async (folder) => {
    const port = await freePort();
    await mkdir(join(folder, 'files'), { recursive: true });
    await mkdir(join(folder, 'state'), { recursive: true });
    await writeFile(join(folder, 'users'), passwordLine());
    await writeFile(join(folder, 'nginx.conf'), configuration(folder, port));
    await giveToServiceUser(folder);
    return Peer.start({
      name: 'nginx',
      folder,
      davUrl: `http://127.0.0.1:${port}/`,
      command: [PROGRAM, '-c', join(folder, 'nginx.conf'), '-g', 'daemon off;'],
    });
  },
};

function configuration(folder: string, port: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
load_module ${DAV_EXT};
user www-data;
worker_processes auto;
pid ${folder}/state/pid;
error_log ${folder}/state/error.log;
events { worker_connections 768; }
http {
  sendfile on;
  tcp_nopush on;
  access_log off;
  keepalive_requests 1000000000;
  client_max_body_size 0;
  ${temporary.map((name) => `${name}_temp_path ${folder}/state/${name};`).join('\n  ')}
  dav_ext_lock_zone zone=locks:10m;
  server {
    listen 127.0.0.1:${port};
    root ${folder}/files;
    location / {
      auth_basic bench;
      auth_basic_user_file ${folder}/users;
      dav_methods PUT DELETE MKCOL COPY MOVE;
      dav_ext_methods PROPFIND OPTIONS LOCK UNLOCK;
      dav_ext_lock zone=locks;
    }
  }
}
`;
}
